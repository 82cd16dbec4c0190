"""Facts to be told, and how far each destination has heard them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from mdm.models.golden import GoldenRecord
from mdm.models.records import SourceRecord
from mdm.models.sources import SourceSystem


class OutboxEvent(models.Model):
    """A fact, written in the transaction that made it true. Its id is its position; `subjects` names every
    golden id.
    """

    type = models.CharField(max_length=60)
    domain = models.CharField(max_length=40)
    subjects = ArrayField(models.CharField(max_length=16))
    payload = models.JSONField()
    entry_id = models.BigIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.type} {', '.join(self.subjects)}"


class Destination(models.Model):
    """A platform that is told, with its circuit breaker."""

    source = models.OneToOneField(SourceSystem, on_delete=models.PROTECT, primary_key=True)
    connector = models.CharField(max_length=60, help_text="Name of the connector class: see mdm.connectors.")
    enabled = models.BooleanField(default=True)
    settings = models.JSONField(default=dict, help_text="Address and options; secrets are named, not stored.")
    failures = models.PositiveIntegerField(
        default=0, help_text="Consecutive failures of the platform itself."
    )
    open_until = models.DateTimeField(
        null=True, help_text="The breaker is open (nothing is sent) until then."
    )
    last_error = models.TextField(blank=True)

    def __str__(self) -> str:
        return str(self.source)


class LaneState(models.TextChoices):
    """Whether a lane has something to say, is in hands, or has given up."""

    IDLE = "idle"
    DUE = "due"
    LEASED = "leased"
    DEAD = "dead", "dead letter"


class Lane(models.Model):
    """The order in which one destination hears about one of its records, or about a golden record it is to
    create.

    The lane stores only "due" and what was last acknowledged; the desired state is computed when it is sent.
    """

    destination = models.ForeignKey(Destination, on_delete=models.CASCADE, related_name="lanes")
    domain = models.CharField(max_length=40)
    record = models.ForeignKey(SourceRecord, null=True, on_delete=models.CASCADE, related_name="lanes")
    golden = models.ForeignKey(
        GoldenRecord,
        null=True,
        on_delete=models.CASCADE,
        related_name="lanes",
        help_text="Set while a create is open: the golden record the destination does not know yet.",
    )
    state = models.CharField(max_length=8, choices=LaneState, default=LaneState.DUE)
    due_version = models.PositiveIntegerField(default=1, help_text="Rises with every reason to send.")
    acknowledged_version = models.PositiveIntegerField(default=0)
    acknowledged_hash = models.CharField(max_length=40, blank=True)
    acknowledged_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    entry_id = models.BigIntegerField(help_text="The audit entry that last made it due.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["destination", "record"], condition=Q(record__isnull=False), name="one_lane_a_record"
            ),
            models.UniqueConstraint(
                fields=["destination", "golden"],
                condition=Q(golden__isnull=False),
                name="one_create_a_golden",
            ),
            models.CheckConstraint(
                condition=Q(record__isnull=False) ^ Q(golden__isnull=False), name="lane_of_record_or_create"
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_version__lte=models.F("due_version")), name="lane_not_ahead"
            ),
        ]
        indexes = [
            models.Index(
                fields=["destination", "next_attempt_at", "id"],
                name="lane_due",
                condition=Q(state__in=["due", "leased"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.destination_id}: {self.record_id or self.golden_id}"


class Delivery(models.Model):
    """One telling: what was sent to a lane and what came of it."""

    class Outcome(models.TextChoices):
        ACKNOWLEDGED = "acknowledged"
        UNCHANGED = "unchanged", "already so"
        RETRY = "retry"
        REFUSED = "refused"
        LATE = "late", "lease had passed on"

    lane = models.ForeignKey(Lane, on_delete=models.CASCADE, related_name="deliveries")
    outcome = models.CharField(max_length=14, choices=Outcome)
    status = models.CharField(max_length=60, blank=True, help_text="What the platform answered.")
    detail = models.TextField(blank=True)
    sent = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.outcome} at {self.at:%H:%M:%S}"
