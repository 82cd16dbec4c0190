"""Golden records and the cross-references to them."""

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from mdm.models.history import HistoryRow
from mdm.models.records import SourceRecord
from mdm.models.rulesets import RuleSet


class GoldenStatus(models.TextChoices):
    """Whether a golden record stands, redirects, or has lost its last record."""

    LIVE = "live"
    MERGED = "merged", "merged (redirects)"
    TOMBSTONE = "tombstone"


class GoldenRecord(models.Model):
    """The best version of a cluster of source records, under a public id that is never reused."""

    code = models.CharField(
        max_length=16, unique=True, help_text="The golden id: typed, opaque, check-digited."
    )
    domain = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=10, choices=GoldenStatus, default=GoldenStatus.LIVE)
    confirmed = models.BooleanField(default=False, help_text="A person has looked and said: this is right.")
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=300, blank=True)
    attributes = models.JSONField(default=dict)
    provenance = models.JSONField(default=dict)
    member_count = models.PositiveIntegerField(default=0)
    rule_set = models.ForeignKey(RuleSet, null=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    changes_on = models.DateField(
        null=True, help_text="The next day on which time alone may change a value; empty: never."
    )

    history = HistoricalRecords(bases=[HistoryRow], excluded_fields=["changes_on"])

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="live", member_count__gte=1) | (~Q(status="live") & Q(member_count=0)),
                name="live_golden_has_members",
            ),
        ]
        indexes = [
            models.Index(fields=["domain", "status", "-member_count"], name="golden_domain_size"),
            models.Index(fields=["title"], name="golden_title"),
            models.Index(
                fields=["domain", "changes_on"], name="golden_turn", condition=Q(changes_on__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}".strip()


class Xref(models.Model):
    """(source system, object type, source key) → golden id, for the time it held; the live one has no end."""

    record = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="xrefs")
    golden = models.ForeignKey(GoldenRecord, on_delete=models.PROTECT, related_name="xrefs")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    entry_id = models.BigIntegerField(help_text="The audit entry that assigned it.")
    closing_entry_id = models.BigIntegerField(null=True, help_text="The audit entry that ended it.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record"], condition=Q(valid_to__isnull=True), name="one_live_xref"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
                name="xref_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} → {self.golden_id}"
