"""Updates that would turn a source record into somebody else: kept, not accepted before a person looked."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from mdm.models.history import HistoryRow
from mdm.models.records import RecordStatus, SourceRecord


class Overlay(models.Model):
    """A version of a record that is unlike its former self; resolution goes on with the accepted one."""

    class Status(models.TextChoices):
        OPEN = "open"
        CHANGED = "changed", "accepted as a change"
        REUSED = "reused", "accepted as a key given to somebody else"
        REFUSED = "refused"
        OBSOLETE = "obsolete"

    record = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="overlays")
    domain = models.CharField(max_length=40)
    source_key = models.CharField(max_length=200, help_text="The record's key when the version came.")
    attributes = models.JSONField(help_text="Canonical attributes, as the source sent them.")
    relationships = models.JSONField(default=list, help_text="What it states of other records.")
    payload = models.JSONField(null=True, help_text="The record as it arrived.")
    warnings = models.JSONField(default=list)
    record_status = models.CharField(max_length=10, choices=RecordStatus, default=RecordStatus.ACTIVE)
    content_hash = models.CharField(max_length=40)
    changed_at = models.DateTimeField(null=True, help_text="The source's own stamp of the change, if any.")
    weight = models.IntegerField(help_text="Match weight to its former self, in 1/1000 bit.")
    conflicts = ArrayField(models.CharField(max_length=60), help_text="Identifying attributes that conflict.")
    origin = models.CharField(max_length=300, help_text="File, pull or request it came with.")
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    arrived_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=150, blank=True)
    closed_reason = models.TextField(blank=True)

    history = HistoricalRecords(bases=[HistoryRow], excluded_fields=["payload"])

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["record"], condition=Q(status="open"), name="one_open_overlay"),
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True, closed_by="")
                | (~Q(status="open") & Q(closed_at__isnull=False) & ~Q(closed_by="")),
                name="closed_overlay_says_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"overlay of {self.record_id}: {', '.join(self.conflicts)}"
