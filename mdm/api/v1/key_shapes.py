"""What a change of a record's key looks like to programs."""

from __future__ import annotations

from rest_framework import serializers

from mdm.api.v1.shapes import Because, RecordName
from mdm.api.v1.waiting_shapes import GoldenTouched
from mdm.models.records import RecordStatus


class Rekeying(Because):
    """The key that a record bears from now on."""

    new_key = serializers.CharField(max_length=200, help_text="In any spelling of its platform.")


class KeyChanged(RecordName):
    """How the record is called now."""

    preview = serializers.BooleanField()
    former_key = serializers.CharField(help_text="It goes on naming a record that was re-keyed.")
    status = serializers.ChoiceField(choices=RecordStatus.values)
    golden_id = serializers.CharField(allow_null=True, help_text="Before, where this is a preview.")
    changed = GoldenTouched(many=True)
