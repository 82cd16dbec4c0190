"""What possible matches look like to programs."""

from __future__ import annotations

from rest_framework import serializers

from mdm.api.v1.shapes import Shape


class PossibleSide(Shape):
    """One golden record of a possible match, as far as the reader may see its name."""

    id = serializers.CharField()
    title = serializers.CharField()


class PossibleMatch(Shape):
    """Two golden records that may be one."""

    id = serializers.IntegerField()
    queued = serializers.BooleanField(help_text="Whether people are asked.")
    queued_by = serializers.CharField(allow_blank=True, help_text="Who took it in; empty: its weight did.")
    weight = serializers.FloatField(help_text="Bits: the mean over all pairs of their records.")
    probability = serializers.FloatField(help_text="The model's own.")
    gate = serializers.CharField(allow_blank=True, help_text="What keeps them apart beside their weight.")
    golden = PossibleSide(many=True)
    again = serializers.CharField(allow_blank=True, help_text="Why it comes back, where it was asked before.")
    since = serializers.DateTimeField()


class PossibleMatches(Shape):
    """A page of a domain's possible matches, the likeliest first, and how many there are in all."""

    queued = serializers.IntegerField()
    unqueued = serializers.IntegerField()
    matches = PossibleMatch(many=True)
    next = serializers.IntegerField(allow_null=True, help_text="`after` of the next page; null: the last.")
