"""What requests and answers about relationships look like."""

from __future__ import annotations

from rest_framework import serializers

from mdm import relationships
from mdm.api.v1.shapes import Because, Shape

__all__ = ["Because", "Problems", "RelationshipMade", "RelationshipWanted", "Relationships", "Tree"]


class Days(Shape):
    """Whole days, both included; null: since ever, until further notice."""

    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)


class Voice(Shape):
    """Who says so: a source record and the one it names, or a steward by the number of his word."""

    record = serializers.ListField(child=serializers.CharField(), allow_null=True)
    other = serializers.ListField(child=serializers.CharField(), allow_null=True)
    steward = serializers.CharField(allow_blank=True)
    number = serializers.IntegerField(allow_null=True)
    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)
    attributes = serializers.DictField()
    since = serializers.DateTimeField(allow_null=True)


class Relationship(Shape):
    """One relationship, as it reads from the golden record that was asked for."""

    type = serializers.CharField()
    direction = serializers.ChoiceField(choices=["out", "in"])
    label = serializers.CharField(help_text="In words, from here: `contact of`, `contacts`.")  # type: ignore[assignment]
    id = serializers.CharField(help_text="The golden id at the other end.")
    kind = serializers.CharField(allow_blank=True)
    title = serializers.CharField()
    days = Days(many=True)
    attributes = serializers.DictField(help_text="Each as the weightiest voice gives it.")
    said_by = Voice(many=True, help_text="The weightiest first: stewards, then by trust and age.")


class Waiting(Shape):
    """A record that a source names and the hub does not know yet."""

    type = serializers.CharField()
    record = serializers.ListField(child=serializers.CharField())
    other = serializers.ListField(child=serializers.CharField())


class Relationships(Shape):
    """The relationships of a golden record on a day."""

    id = serializers.CharField()
    on = serializers.DateField(allow_null=True, help_text="null: of ever.")
    relationships = Relationship(many=True)
    waiting = Waiting(many=True)


class RelationshipWanted(Because):
    """What a steward says of the golden record in the address and another one."""

    type = serializers.ChoiceField(choices=sorted(relationships.registered()))
    to = serializers.CharField(max_length=40, help_text="The golden id it goes to.")
    ended = serializers.BooleanField(
        default=False, help_text="true: it ended with `valid_to`, or never was, whoever says otherwise."
    )
    valid_from = serializers.DateField(required=False, allow_null=True)
    valid_to = serializers.DateField(required=False, allow_null=True)
    attributes = serializers.DictField(default=dict)
    version = serializers.IntegerField(required=False, help_text="The golden record's version you saw.")


class RelationshipMade(Shape):
    """What came of a steward's word or of its withdrawal."""

    relationship = serializers.IntegerField(allow_null=True, help_text="Its number; null: a preview.")
    preview = serializers.BooleanField()
    changed = serializers.ListField(child=serializers.DictField(), help_text="As the events tell it.")


class Node(Shape):
    """A record of a tree; `children` are nodes too. Totals count all below it and itself."""

    id = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.CharField(allow_blank=True)
    records = serializers.IntegerField(help_text="Its active source records.")
    contacts = serializers.IntegerField()
    more = serializers.IntegerField(help_text="Children that are left out here.")
    total = serializers.IntegerField()
    total_records = serializers.IntegerField()
    total_contacts = serializers.IntegerField()
    children = serializers.ListField(child=serializers.DictField())


class Rival(Shape):
    """A further parent that was passed over."""

    child = serializers.CharField()
    above = serializers.CharField()


class Tree(Shape):
    """The whole tree of a golden record."""

    id = serializers.CharField()
    type = serializers.CharField()
    on = serializers.DateField()
    ultimate = serializers.CharField(help_text="The golden id at the top.")
    way = serializers.ListField(child=serializers.CharField(), help_text="From the record to the top.")
    cycle = serializers.ListField(child=serializers.CharField(), help_text="Ids that lead to each other.")
    rivals = Rival(many=True)
    cut = serializers.BooleanField(help_text="Whether records were left out.")
    root = Node()


class RelationshipProblem(Shape):
    """Golden records that stand to each other as they cannot."""

    type = serializers.CharField()
    fault = serializers.ChoiceField(choices=["cycle", "several", "kind"])
    golden_ids = serializers.ListField(child=serializers.CharField())
    sentence = serializers.CharField()


class UnknownRecords(Shape):
    """How many statements name records of an object type that have never come."""

    type = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    object_type = serializers.CharField()
    statements = serializers.IntegerField()
    records = serializers.IntegerField()


class Within(Shape):
    """Statements whose two ends are one golden record."""

    type = serializers.CharField()
    golden_id = serializers.CharField()
    statements = serializers.IntegerField()


class Problems(Shape):
    """What is wrong with relationships on a day."""

    on = serializers.DateField()
    counts = serializers.DictField(child=serializers.IntegerField())
    problems = RelationshipProblem(many=True)
    unknown = UnknownRecords(many=True)
    within = Within(many=True)
