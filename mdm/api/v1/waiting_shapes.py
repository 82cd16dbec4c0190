"""What holds and overlays look like to programs."""

from __future__ import annotations

from rest_framework import serializers

from mdm.api.v1.shapes import RecordName, Shape
from mdm.models import Hold


class HoldSeen(Shape):
    """A change that the machine wants and may not make yet."""

    id = serializers.IntegerField()
    gate = serializers.ChoiceField(choices=Hold.Gate.values)
    reason = serializers.CharField(help_text="A sentence: what it wanted, and why it waits.")
    weight = serializers.FloatField(help_text="Bits: the mean between what would merge or part.")
    golden = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="The golden ids of both sides; one side alone would part.",
    )
    until = serializers.DateField(allow_null=True, help_text="The day on which it is released by itself.")
    since = serializers.DateTimeField()


class Holds(Shape):
    """A page of open holds, the oldest first."""

    open = serializers.IntegerField()
    holds = HoldSeen(many=True)
    next = serializers.IntegerField(allow_null=True, help_text="`after` of the next page; null: the last.")


class OverlaySeen(RecordName):
    """An update that would turn a record into somebody else."""

    id = serializers.IntegerField()
    weight = serializers.FloatField(help_text="Bits: of the record and its former self.")
    conflicts = serializers.ListField(child=serializers.CharField(), help_text="Identifying attributes.")
    before = serializers.DictField(help_text="As accepted.")
    after = serializers.DictField(help_text="As it would be.")
    since = serializers.DateTimeField()


class Overlays(Shape):
    """A page of open overlays, the oldest first."""

    open = serializers.IntegerField()
    overlays = OverlaySeen(many=True)
    next = serializers.IntegerField(allow_null=True, help_text="`after` of the next page; null: the last.")


class GoldenTouched(Shape):
    """A golden record that an answer changed."""

    id = serializers.CharField()
    status = serializers.CharField()


class Answered(Shape):
    """What came of an answer."""

    preview = serializers.BooleanField()
    changed = GoldenTouched(many=True)
