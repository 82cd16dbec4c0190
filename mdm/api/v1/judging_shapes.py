"""What requests about who is who look like, and what they are answered with."""

from __future__ import annotations

from rest_framework import serializers

from mdm.api.v1.shapes import Because, RecordName, Shape
from mdm.models import Judgement

MOST_RECORDS = 500
MOST_GOLDENS = 20


class Versions(Because):
    """Why, whether it is a rehearsal, and what was seen of the golden records."""

    versions = serializers.DictField(
        child=serializers.IntegerField(),
        required=False,
        help_text="Golden id -> the version that you saw; another one by now is refused with 409.",
    )


class Ids(Versions):
    """Several golden records."""

    golden = serializers.ListField(child=serializers.CharField(), min_length=2, max_length=MOST_GOLDENS)


class MergeWanted(Ids):
    """Golden records that are one."""

    keep = serializers.CharField(required=False, help_text="The golden id that shall survive.")


class NotAMatchWanted(Ids):
    """Golden records that are different, for good or for a term."""

    until = serializers.DateField(required=False, help_text="The last day on which that holds (UTC).")
    until_change = serializers.BooleanField(
        default=False,
        help_text="true: only while both sides' records say what they do now of what matching looks at.",
    )
    attributes = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="With `until_change`: of these alone."
    )


class GoldenWanted(Versions):
    """One golden record."""

    golden = serializers.CharField()


class RecordWanted(Versions):
    """One source record."""

    record = RecordName()


class RecordsWanted(Versions):
    """Source records of one golden record."""

    records = serializers.ListField(child=RecordName(), allow_empty=False, max_length=MOST_RECORDS)


class SplitWanted(RecordsWanted):
    """Source records that leave their golden record."""

    golden = serializers.CharField()


class MoveWanted(RecordsWanted):
    """Source records that belong to another golden record."""

    to = serializers.CharField(help_text="The golden id that they go to; it keeps its id.")


class GoldenOutcome(Shape):
    """One golden record as it is after a decision, with its members before and after."""

    id = serializers.CharField(help_text="In a preview `new-1`, `new-2`, … for ids still to be issued.")
    new = serializers.BooleanField()
    status = serializers.ChoiceField(choices=["live", "merged", "tombstone"])
    kind = serializers.CharField(allow_blank=True)
    attributes = serializers.DictField()
    before = RecordName(many=True)
    after = RecordName(many=True)


class Message(Shape):
    """What a destination is told about one of its records."""

    destination = serializers.CharField()
    object_type = serializers.CharField()
    source_key = serializers.CharField(allow_null=True, help_text="null: it is asked to create one.")
    golden_id = serializers.CharField()


class DecisionMade(Shape):
    """What a decision did, or would do."""

    judgements = serializers.ListField(child=serializers.IntegerField(), help_text="Empty in a preview.")
    preview = serializers.BooleanField()
    golden = GoldenOutcome(many=True)
    messages = Message(many=True)


class EditSince(Shape):
    """What somebody said of the golden records of a decision after it was made, without the value."""

    kind = serializers.ChoiceField(
        choices=["override", "correction", "decision", "relationship"],
        help_text="override: of a golden value; correction: of what source records say.",
    )
    number = serializers.IntegerField(
        help_text="Of the override, the first judgement, or the relationship: to withdraw or undo it by."
    )
    about = serializers.CharField(help_text="An attribute, a kind of decision, or a type of relationship.")
    actor = serializers.CharField()
    created_at = serializers.DateTimeField()
    before = serializers.ListField(
        child=serializers.CharField(), help_text="The golden ids that it was about until the undo."
    )
    after = serializers.ListField(
        child=serializers.CharField(), help_text="Those that it is about now; in a preview `new-1`, …, too."
    )
    speaks = serializers.BooleanField(help_text="false: it stands, and changes nothing there today.")


class DecisionUndone(DecisionMade):
    """What an undo did, or would do, and what was said since the decision: all of that stands."""

    between = EditSince(many=True)


class JudgementSeen(Shape):
    """One judgement."""

    id = serializers.IntegerField()
    domain = serializers.CharField()
    decision = serializers.ChoiceField(choices=Judgement.Decision.values)
    kind = serializers.ChoiceField(choices=Judgement.Kind.values)
    rank = serializers.ChoiceField(choices=Judgement.Rank.values)
    state = serializers.ChoiceField(
        choices=["binding", "silent", "withdrawn"],
        help_text="silent: not withdrawn, but its term is over or its records are retired.",
    )
    left = RecordName(many=True)
    right = RecordName(many=True)
    keeps = serializers.CharField(allow_null=True)
    until = serializers.DateField(allow_null=True)
    watched = serializers.ListField(child=serializers.CharField(), help_text="Attributes; empty: none.")
    made_with = serializers.IntegerField(allow_null=True, help_text="Undone together with this one.")
    actor = serializers.CharField()
    reason_code = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    withdrawn_by = serializers.CharField(allow_blank=True)
    withdrawn_reason = serializers.CharField(allow_blank=True)
    entry_id = serializers.IntegerField(help_text="The audit entry of the decision.")


class Judgements(Shape):
    """A page of judgements, the newest first."""

    judgements = JudgementSeen(many=True)
    next = serializers.IntegerField(allow_null=True, help_text="`after` of the next page; null: the last.")
