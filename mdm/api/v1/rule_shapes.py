"""What requests and answers about rules, code lists and the debt of overrides look like."""

from __future__ import annotations

from rest_framework import serializers

from mdm.api.v1.shapes import Shape

MAX_LINES = 5_000


class WayShape(Shape):
    """One way to a golden value."""

    rule = serializers.CharField()
    owner = serializers.CharField(help_text="Source whose value wins while it is valid; empty: none.")
    chain = serializers.ListField(
        child=serializers.CharField(), help_text="Strategies in order, the tie-break at the end."
    )
    conditions = serializers.ListField(child=serializers.CharField())
    together = serializers.ListField(child=serializers.CharField(), help_text="Attributes of one winner.")
    follows = serializers.CharField(help_text="The attribute whose winner gives this value too.")
    falls_back = serializers.BooleanField(help_text="Without a candidate the next way decides.")


class AttributeShape(Shape):
    """One attribute of a domain."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    type = serializers.CharField()
    multi_valued = serializers.BooleanField()
    scoped = serializers.BooleanField(help_text="The value may differ by company code or sales area.")
    code_list = serializers.CharField()
    owners = serializers.ListField(child=serializers.CharField())
    ways = WayShape(many=True)


class Attributes(Shape):
    """The attributes of a domain under its rule set in force."""

    domain = serializers.CharField()
    rule_set = serializers.IntegerField()
    attributes = AttributeShape(many=True)
    tie_break = serializers.DictField(child=serializers.CharField())


class CrosswalkLine(Shape):
    """One line of a cross-walk."""

    source = serializers.CharField(help_text="Source system; `*`: every one.")  # type: ignore[assignment]
    code = serializers.CharField(help_text="The source's own code.")
    canonical = serializers.CharField()


class CodeListShape(Shape):
    """One code list."""

    name = serializers.CharField()
    standard = serializers.CharField(help_text="`iso-3166`, `iso-4217`, `units`, or empty.")
    closed = serializers.BooleanField(help_text="Unmapped codes are left out of golden records.")
    codes = serializers.DictField(child=serializers.CharField(allow_blank=True))
    places = serializers.ListField(child=serializers.CharField(), help_text="Where its codes stand.")
    lines = CrosswalkLine(many=True)


class CodeLists(Shape):
    """The code lists of a domain."""

    domain = serializers.CharField()
    rule_set = serializers.IntegerField()
    code_lists = CodeListShape(many=True)


class UnmappedCode(Shape):
    """One code that nothing reads."""

    code_list = serializers.CharField()
    place = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    object_type = serializers.CharField()
    code = serializers.CharField()
    records = serializers.IntegerField()
    examples = serializers.ListField(child=serializers.CharField(), help_text="Keys of some records.")
    left_out = serializers.BooleanField()
    quarantined = serializers.BooleanField(help_text="The rows wait in quarantine because of it.")


class UnmappedCodes(Shape):
    """The unmapped codes of a domain, those of most records first."""

    domain = serializers.CharField()
    rule_set = serializers.IntegerField()
    unmapped = UnmappedCode(many=True)


class WantedLine(Shape):
    """A line to be set, or, without a canonical code, to be taken out."""

    code_list = serializers.CharField(max_length=40)
    source = serializers.CharField(max_length=40)  # type: ignore[assignment]
    code = serializers.CharField(max_length=300)
    canonical = serializers.CharField(max_length=100, allow_null=True)


class CrosswalkWanted(Shape):
    """Lines to be drafted."""

    lines = WantedLine(many=True, max_length=MAX_LINES)  # type: ignore[call-arg]
    codes = serializers.DictField(
        child=serializers.DictField(child=serializers.CharField(allow_blank=True)),
        required=False,
        help_text="Further canonical codes: list → code → what people call it.",
    )
    closed = serializers.DictField(
        child=serializers.BooleanField(),
        required=False,
        help_text="List → whether unmapped codes are left out.",
    )
    reason = serializers.CharField(max_length=500)


class Drafted(Shape):
    """A draft, and what it would change."""

    domain = serializers.CharField()
    rule_set = serializers.IntegerField()
    status = serializers.CharField()
    golden_records_looked_at = serializers.IntegerField()
    golden_records_changed = serializers.IntegerField()
    by_attribute = serializers.DictField(child=serializers.IntegerField())


class OwedShape(Shape):
    """One override in force."""

    id = serializers.IntegerField()
    golden_id = serializers.CharField()
    about = serializers.CharField()
    attribute = serializers.CharField()
    action = serializers.CharField()
    value = serializers.JSONField(allow_null=True)
    mode = serializers.CharField()
    until = serializers.DateField(allow_null=True)
    actor = serializers.CharField()
    age_days = serializers.IntegerField()
    sources_say = serializers.JSONField(allow_null=True)
    agrees = serializers.BooleanField(help_text="The sources say the same by now: it can go.")
    drifted = serializers.BooleanField(help_text="The sources say something else than when it was written.")
    ruling = serializers.BooleanField(help_text="The golden value comes from it.")


class OverrideDebt(Shape):
    """The overrides in force of a domain, those first that can go, then the oldest."""

    domain = serializers.CharField()
    standing = serializers.IntegerField()
    agreeing = serializers.IntegerField()
    drifted = serializers.IntegerField()
    by_attribute = serializers.DictField(child=serializers.IntegerField())
    by_mode = serializers.DictField(child=serializers.IntegerField())
    by_actor = serializers.DictField(child=serializers.IntegerField())
    by_age = serializers.DictField(child=serializers.IntegerField())
    overrides = OwedShape(many=True)
