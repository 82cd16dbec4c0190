"""What stewards say themselves: partial records of their own source, each tied to one source record."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from mdm.models.history import HistoryRow
from mdm.models.records import SourceRecord


class Override(models.Model):
    """One attribute as a steward knows it; in force until withdrawn.

    It hangs on a source record and goes where that record goes, so that merges and splits move it, undoing
    them moves it back, and the order in which things arrived does not matter.
    """

    class About(models.TextChoices):
        GOLDEN = "golden", "the golden value"
        RECORD = "record", "what the record says"

    class Mode(models.TextChoices):
        ALWAYS = "always", "always"
        UNTIL_SOURCE_CHANGES = "until_source_changes", "until the sources say something else"
        UNTIL_SOURCE_AGREES = "until_source_agrees", "until the sources agree"
        UNTIL_DATE = "until_date", "until a day"
        LATEST_WINS = "latest_wins", "until a source is newer"

    class Action(models.TextChoices):
        SET = "set", "is"
        ADD = "add", "has also"
        IGNORE = "ignore", "is never"

    domain = models.CharField(max_length=40)
    record = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="overrides")
    about = models.CharField(max_length=6, choices=About, default=About.GOLDEN)
    attribute = models.CharField(max_length=60)
    action = models.CharField(max_length=6, choices=Action, default=Action.SET)
    value = models.JSONField(null=True, help_text="Canonical; empty: there is none.")
    mode = models.CharField(max_length=20, choices=Mode, default=Mode.ALWAYS)
    until = models.DateField(null=True, help_text="The last day in force.")
    seen = models.JSONField(null=True, help_text="What the sources said when it was written.")
    members = ArrayField(
        models.BigIntegerField(), help_text="The active records of the golden record when it was written."
    )
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
                condition=~Q(actor="") & ~Q(reason_code=""), name="override_has_actor_and_reason"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_by="")),
                name="override_withdrawn_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(mode="until_date", until__isnull=False)
                | (~Q(mode="until_date") & Q(until__isnull=True)),
                name="override_day_with_its_mode",
            ),
            models.CheckConstraint(
                condition=Q(about="golden") | Q(action="set", mode="always"), name="record_override_is_plain"
            ),
            models.UniqueConstraint(
                fields=["record", "about", "attribute"],
                condition=Q(withdrawn_at__isnull=True, action="set"),
                name="override_in_force_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["record", "about"], name="override_in_force", condition=Q(withdrawn_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_about_display()}: {self.attribute}"
