"""What requests and answers look like; the OpenAPI document is generated from these."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from mdm.models import Override
from mdm.resolution.judging import REASONS

MAX_NAMES = 1_000


class Shape(serializers.Serializer[Any]):
    """A described object; services check meaning, shapes check form."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse fields that are not described: a misspelt one would be lost without a word."""
        if isinstance(data, dict):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                known = ", ".join(self.fields)
                raise serializers.ValidationError(
                    {name: [f"There is no such field; there are {known}."] for name in unknown}
                )
        return super().to_internal_value(data)


class Fault(Shape):
    """One fault of a request."""

    pointer = serializers.CharField(help_text="JSON pointer into the request body.")
    detail = serializers.CharField()


class ProblemDocument(Shape):
    """An error, as RFC 9457 describes it."""

    type = serializers.CharField(help_text="Stable name: `urn:aurum:problem:…`.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="A sentence: what was wrong, where, what to do.")
    instance = serializers.CharField(help_text="The address that was asked.")
    errors = Fault(many=True, required=False)  # type: ignore[assignment]


class RecordName(Shape):
    """The name of a source record."""

    source = serializers.CharField(max_length=40)  # type: ignore[assignment]
    object_type = serializers.CharField(max_length=60)
    source_key = serializers.CharField(max_length=200)


class XrefFound(Shape):
    """What the hub knows of one source key."""

    source = serializers.CharField()  # type: ignore[assignment]
    object_type = serializers.CharField()
    source_key = serializers.CharField(help_text="In the one spelling that the object type has.")
    state = serializers.ChoiceField(choices=["known", "pending", "quarantined", "unknown"])
    golden_id = serializers.CharField(allow_null=True)
    domain = serializers.CharField(allow_null=True)
    kind = serializers.CharField(allow_null=True)
    since = serializers.DateTimeField(allow_null=True, help_text="Since when this golden id holds.")
    until = serializers.DateTimeField(
        allow_null=True, help_text="With `at`: until when it held; null: it holds still."
    )
    reason = serializers.CharField(allow_blank=True, help_text="Why there is no golden id; a sentence.")


class LookupRequest(Shape):
    """Up to 1,000 source keys."""

    at = serializers.DateTimeField(required=False, help_text="The golden ids that held at this moment.")
    names = serializers.ListField(child=RecordName(), allow_empty=False, max_length=MAX_NAMES)


class LookupAnswers(Shape):
    """One answer for each name, in the order asked."""

    answers = XrefFound(many=True)


class XrefSpan(Shape):
    """A span of time in which a source record belonged to a golden record; the present one has no end."""

    golden_id = serializers.CharField()
    valid_from = serializers.DateTimeField()
    valid_to = serializers.DateTimeField(allow_null=True)
    entry_id = serializers.IntegerField(help_text="The audit entry that assigned it.")


class XrefSpans(RecordName):
    """The whole history of one cross-reference, oldest first."""

    asked_key = serializers.CharField(
        help_text="The key as it was asked for; `source_key` is the record's own."
    )
    spans = XrefSpan(many=True)


class Member(RecordName):
    """A source record of a golden record."""

    status = serializers.ChoiceField(choices=["active", "retired", "deleted"])
    since = serializers.DateTimeField(allow_null=True)
    url = serializers.CharField(allow_blank=True, help_text="The record at its platform; may be empty.")


class Golden(Shape):
    """A golden record as the reader's scopes allow: refused attributes are absent, masked ones dotted."""

    id = serializers.CharField()
    domain = serializers.CharField()
    kind = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(choices=["live", "merged", "tombstone"])
    confirmed = serializers.BooleanField(help_text="A person has looked and said: this is right.")
    version = serializers.IntegerField()
    title = serializers.CharField()
    attributes = serializers.DictField(help_text="Canonical attributes; those not known are absent.")
    members = Member(many=True)
    rule_set = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()
    redirects_to = serializers.CharField(required=False, help_text="Of a retired id: the live one.")
    at = serializers.DateTimeField(required=False, help_text="The moment that was asked for.")
    provenance = serializers.DictField(
        required=False, help_text="Per attribute: winner, rule, step and losers; with `provenance=true`."
    )


class ValueChange(Shape):
    """One attribute before and after."""

    attribute = serializers.CharField()
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)


class Change(Shape):
    """One step in the life of a golden record."""

    version = serializers.IntegerField()
    at = serializers.DateTimeField()
    actor = serializers.CharField()
    action = serializers.CharField(allow_blank=True)
    cause = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    entry_id = serializers.IntegerField()
    status = serializers.CharField()
    changes = ValueChange(many=True)
    joined = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    left = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))


class GoldenHistory(Shape):
    """The life of a golden record, newest step first."""

    id = serializers.CharField()
    steps = Change(many=True)


class OtherRecord(Shape):
    """The name of another record; of the same source unless another is named."""

    source = serializers.CharField(max_length=40, required=False)  # type: ignore[assignment]
    object_type = serializers.CharField(max_length=60)
    source_key = serializers.CharField(max_length=200)


class RelationshipStated(Shape):
    """A relationship as a record states it: exactly one of `to` and `from` names the other record."""

    type = serializers.CharField(max_length=40)
    to = OtherRecord(required=False)
    valid_from = serializers.DateField(required=False, help_text="The first day.")
    valid_to = serializers.DateField(required=False, help_text="The last day.")
    attributes = serializers.DictField(required=False)

    def get_fields(self) -> dict[str, Any]:
        """Add the field whose name is a word of Python."""
        return {**super().get_fields(), "from": OtherRecord(required=False)}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for one other record."""
        if ("to" in attrs) == ("from" in attrs):
            raise serializers.ValidationError("Name the other record by one of to, from.")
        return attrs


class RecordArrival(Shape):
    """One record: canonical `attributes`, or the `payload` as the platform gives it (read by the mapping)."""

    source = serializers.CharField(max_length=40)  # type: ignore[assignment]
    object_type = serializers.CharField(max_length=60)
    source_key = serializers.CharField(
        max_length=200, required=False, help_text="Needed with attributes; a payload holds its own key."
    )
    attributes = serializers.DictField(required=False)
    payload = serializers.DictField(required=False)
    changed_at = serializers.DateTimeField(
        required=False, help_text="The source's own stamp of its last change; with attributes only."
    )
    retired = serializers.BooleanField(
        default=False, help_text="The source does not use it any more; with attributes only."
    )
    deleted = serializers.BooleanField(
        default=False, help_text="The source has deleted it; with attributes only."
    )
    merged_into = serializers.CharField(
        max_length=200, required=False, help_text="The key the source merged it into; with attributes only."
    )
    former_key = serializers.CharField(
        max_length=200, required=False, help_text="The key it had before; with attributes only."
    )
    relationships = RelationshipStated(
        many=True, required=False, help_text="To or from other records; with attributes only."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for attributes with a key, or for a payload."""
        if ("attributes" in attrs) == ("payload" in attrs):
            raise serializers.ValidationError("Give either attributes or payload.")
        if "attributes" in attrs and not attrs.get("source_key"):
            raise serializers.ValidationError({"source_key": ["Attributes need the key of their record."]})
        if "payload" in attrs and (
            attrs.get("retired")
            or attrs.get("deleted")
            or {"changed_at", "source_key", "relationships", "merged_into", "former_key"}.intersection(attrs)
        ):
            raise serializers.ValidationError(
                "The mapping reads source_key, changed_at, retired, deleted, merged_into, former_key and"
                " relationships from the payload; leave them out."
            )
        return attrs


class RecordOutcome(RecordName):
    """What became of a record that arrived; it is kept from now on."""

    outcome = serializers.ChoiceField(choices=["created", "changed", "unchanged", "stale", "held"])
    reason = serializers.CharField(allow_blank=True)
    xref = serializers.CharField(help_text="Where its golden id can be asked for.")


class HealthCheck(Shape):
    """One thing that was looked at."""

    name = serializers.CharField()
    ok = serializers.BooleanField()
    detail = serializers.CharField(help_text="A sentence.")


class Health(Shape):
    """Whether the hub works, and what was looked at."""

    status = serializers.ChoiceField(choices=["ok", "failing"])
    checks = HealthCheck(many=True)


class Live(Shape):
    """The web server answers."""

    status = serializers.ChoiceField(choices=["ok"])


class Because(Shape):
    """Why somebody decides, and whether it is only to be rehearsed."""

    reason_code = serializers.ChoiceField(choices=sorted(REASONS))
    reason = serializers.CharField(default="", allow_blank=True, max_length=500)
    preview = serializers.BooleanField(default=False, help_text="true: nothing is kept.")


class OverrideWanted(Because):
    """A golden value to be set by hand."""

    attribute = serializers.CharField(max_length=60)
    value = serializers.JSONField(allow_null=True, help_text="Canonical; null: there is none.")
    action = serializers.ChoiceField(choices=Override.Action.values, default=Override.Action.SET)
    mode = serializers.ChoiceField(choices=Override.Mode.values, default=Override.Mode.ALWAYS)
    until = serializers.DateField(required=False, help_text="The last day, with mode `until_date`.")
    version = serializers.IntegerField(required=False, help_text="The golden record's version you saw.")


class OverrideSeen(Shape):
    """An override in force."""

    id = serializers.IntegerField()
    about = serializers.ChoiceField(choices=Override.About.values)
    attribute = serializers.CharField()
    action = serializers.ChoiceField(choices=Override.Action.values)
    value = serializers.JSONField(allow_null=True)
    mode = serializers.ChoiceField(choices=Override.Mode.values)
    until = serializers.DateField(allow_null=True)
    actor = serializers.CharField()
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()


class Overrides(Shape):
    """The overrides in force of one golden record."""

    id = serializers.CharField()
    overrides = OverrideSeen(many=True)


class GoldenChanged(Shape):
    """A golden record as it is after a decision."""

    id = serializers.CharField()
    status = serializers.CharField()
    kind = serializers.CharField(allow_blank=True)
    attributes = serializers.DictField()


class OverrideMade(Shape):
    """What came of an override or of its withdrawal."""

    overrides = serializers.ListField(child=serializers.IntegerField())
    preview = serializers.BooleanField()
    changed = GoldenChanged(many=True)
