"""Relationships as they are said: by source records of their own names, by stewards of golden ids."""

from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from mdm.models.golden import GoldenRecord
from mdm.models.history import HistoryRow
from mdm.models.records import SourceRecord


class SourceRelationship(models.Model):
    """What one source record says of itself and another record, which it names and we may not know yet.

    Rows never change: where a record says something else, one goes and another comes.
    """

    record = models.ForeignKey(SourceRecord, on_delete=models.CASCADE, related_name="relationships")
    type = models.CharField(max_length=40)
    forward = models.BooleanField(help_text="Whether it goes from the record to the other one.")
    other_source = models.CharField(max_length=40)
    other_object_type = models.CharField(max_length=60)
    other_key = models.CharField(max_length=200)
    valid_from = models.DateField(null=True, help_text="The first day; empty: since ever.")
    valid_to = models.DateField(null=True, help_text="The last day; empty: until further notice.")
    attributes = models.JSONField(default=dict)
    gone = models.BooleanField(
        default=False, help_text="The record says so no more; it goes when its end has been told."
    )
    told = models.BooleanField(default=False, help_text="Whether an event has told of it.")

    history = HistoricalRecords(bases=[HistoryRow], excluded_fields=["told"])

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(type="") & ~Q(other_source="") & ~Q(other_object_type="") & ~Q(other_key=""),
                name="source_relationship_named",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_from__lte=F("valid_to")),
                name="source_relationship_days",
            ),
        ]
        indexes = [
            models.Index(
                fields=["other_key", "other_object_type", "other_source"], name="source_relationship_other"
            ),
            models.Index(fields=["type"], name="source_relationship_type"),
        ]

    def __str__(self) -> str:
        return f"{self.type}: {self.other_source}/{self.other_object_type}/{self.other_key}"


class StewardRelationship(models.Model):
    """What a steward says of two golden records, under the ids they had then; in force until withdrawn.

    Of several words on the same two records the last one counts, so that withdrawing it brings back the one
    before.
    """

    type = models.CharField(max_length=40)
    from_golden = models.ForeignKey(GoldenRecord, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_golden = models.ForeignKey(GoldenRecord, on_delete=models.PROTECT, related_name="+", db_index=False)
    holds = models.BooleanField(help_text="false: whoever says so, it ended with the last day, or never was.")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    attributes = models.JSONField(default=dict)
    actor = models.CharField(max_length=150)
    reason_code = models.CharField(max_length=40)
    reason = models.TextField(blank=True)
    entry_id = models.BigIntegerField()
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=150, blank=True)
    withdrawn_reason = models.TextField(blank=True)

    history = HistoricalRecords(bases=[HistoryRow])

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(actor="") & ~Q(reason_code=""), name="relationship_has_actor_and_reason"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_by="")),
                name="relationship_withdrawn_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_from__lte=F("valid_to")),
                name="steward_relationship_days",
            ),
            models.CheckConstraint(
                condition=~Q(from_golden=F("to_golden")), name="relationship_of_two_records"
            ),
        ]
        indexes = [
            models.Index(
                fields=["from_golden"], name="relationship_from", condition=Q(withdrawn_at__isnull=True)
            ),
            models.Index(
                fields=["to_golden"], name="relationship_to", condition=Q(withdrawn_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type}: {self.from_golden_id}, {self.to_golden_id}"
