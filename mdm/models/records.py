"""Source records and what resolution keeps beside them."""

from django.contrib.postgres.indexes import HashIndex
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from mdm.models.history import HistoryRow
from mdm.models.sources import ObjectType


class RecordStatus(models.TextChoices):
    """Whether a source record has a voice."""

    ACTIVE = "active"
    RETIRED = "retired"
    DELETED = "deleted"


class SourceRecord(models.Model):
    """One record as a source system holds it, named by (source system, object type, source key)."""

    object_type = models.ForeignKey(ObjectType, on_delete=models.PROTECT, related_name="records")
    source_key = models.CharField(max_length=200)
    domain = models.CharField(max_length=40)
    status = models.CharField(max_length=10, choices=RecordStatus, default=RecordStatus.ACTIVE)
    version = models.PositiveIntegerField(
        default=1, help_text="Counts accepted changes of content or status."
    )
    attributes = models.JSONField(help_text="Canonical attributes, in the domain's schema.")
    payload = models.JSONField(null=True, help_text="The record as it arrived.")
    warnings = models.JSONField(default=list, help_text="What validation let pass with a remark.")
    content_hash = models.CharField(
        max_length=40, help_text="BLAKE2b-160 of status and canonical attributes."
    )
    merged_into = models.CharField(
        max_length=200,
        blank=True,
        help_text="The key of the record that the source merged this one into; empty: none.",
    )
    content_changed_at = models.DateTimeField(help_text="The source's own stamp of its last content change.")
    accepted_at = models.DateTimeField()

    history = HistoricalRecords(bases=[HistoryRow], excluded_fields=["payload"])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["object_type", "source_key"], name="source_record_once"),
            models.CheckConstraint(condition=~Q(source_key=""), name="source_key_not_empty"),
            models.CheckConstraint(condition=Q(version__gte=1), name="record_version_positive"),
        ]
        indexes = [
            models.Index(fields=["domain", "status"], name="record_domain_status"),
            models.Index(
                fields=["object_type", "merged_into"], name="record_merged", condition=~Q(merged_into="")
            ),
            HashIndex(fields=["content_hash"], name="record_content"),
        ]

    def __str__(self) -> str:
        return f"{self.object_type} {self.source_key}"


class FormerPayload(models.Model):
    """A record's payload as it was before a named load changed it, for the undo of that load.

    History keeps what a record says, not how it arrived.
    """

    record = models.ForeignKey(SourceRecord, on_delete=models.CASCADE, related_name="former_payloads")
    entry_id = models.BigIntegerField(help_text="The audit entry under which the load changed it.")
    payload = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "entry_id"], name="former_payload_once"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} before {self.entry_id}"


class AlternateKey(models.Model):
    """A further key under which the same source record is known."""

    object_type = models.ForeignKey(ObjectType, on_delete=models.PROTECT)
    key = models.CharField(max_length=200)
    record = models.ForeignKey(SourceRecord, on_delete=models.CASCADE, related_name="alternate_keys")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["object_type", "key"], name="alternate_key_once")]

    def __str__(self) -> str:
        return self.key


class Component(models.Model):
    """A lock, no more: one row per record, never deleted; a component of records is locked through its
    smallest.
    """

    record = models.OneToOneField(SourceRecord, on_delete=models.CASCADE, primary_key=True)

    def __str__(self) -> str:
        return str(self.pk)


class Membership(models.Model):
    """Where a source record stands: its component, its golden record, its home, and how far it is resolved.

    Resolution is due while `due`; whoever makes it due raises `due_version`, and only who resolved that very
    version lets it rest, so that a change that arrives during a resolution is not lost.
    """

    record = models.OneToOneField(SourceRecord, on_delete=models.CASCADE, primary_key=True)
    domain = models.CharField(max_length=40)
    component_id = models.BigIntegerField(db_index=True)
    golden = models.ForeignKey(
        "mdm.GoldenRecord", null=True, on_delete=models.PROTECT, related_name="members"
    )
    home = models.ForeignKey("mdm.GoldenRecord", null=True, on_delete=models.PROTECT, related_name="+")
    resolved_version = models.PositiveIntegerField(default=0)
    due = models.BooleanField(default=True)
    due_version = models.PositiveIntegerField(default=1, help_text="Rises with every reason to resolve.")
    taken_by = models.BigIntegerField(
        null=True,
        help_text="Who has it in hand: key of an advisory lock that is held while the worker lives.",
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    parked_reason = models.TextField(
        blank=True, help_text="Why resolution gave the record up; empty: it did not."
    )

    class Meta:
        indexes = [
            models.Index(fields=["domain", "record"], name="membership_due", condition=Q(due=True)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(golden__isnull=False, home__isnull=False) | Q(golden__isnull=True),
                name="membership_home_with_golden",
            ),
            models.CheckConstraint(
                condition=Q(resolved_version=0) | Q(golden__isnull=False), name="resolved_means_golden"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} in {self.golden_id}"


class BlockingKey(models.Model):
    """One key by which a record is found as a candidate.

    A first load writes twenty keys a record, and resolution is the only writer: no foreign key and no
    constraint stands in the database, only indexes of records and of keys. Keys are those of their
    domain (`mdm.resolution.domain_keys`): who is found by one is read out of the index alone.

    rule: the place of the blocking rule. Below nought stands by what nobody is found: -1 what the record is
    called, -2, -3, … a generic value that rule 0, 1, … would find it by.
    """

    pk = models.CompositePrimaryKey("record_id", "key", "rule")
    record = models.ForeignKey(
        SourceRecord,
        on_delete=models.CASCADE,
        related_name="blocking_keys",
        db_index=False,
        db_constraint=False,
    )
    key = models.BigIntegerField()
    rule = models.SmallIntegerField()
    shallow = models.BooleanField(
        default=False, help_text="Its finer keys do not stand beside it: nobody needed them yet."
    )
    domain = models.CharField(max_length=40)

    class Meta:
        indexes = [
            models.Index(fields=["record"], name="blocking_key_record"),
            models.Index(fields=["key", "record"], name="blocking_key_lookup"),
            # What a record is called, of its twenty keys: how many names share a value is counted often.
            models.Index(fields=["record", "key"], name="blocking_key_called", condition=models.Q(rule=-1)),
        ]

    def __str__(self) -> str:
        return f"{self.rule}:{self.key}"


class StandardisedRecord(models.Model):
    """What an active record says for matching, read once: the elements of every column of the rule set.

    Written with its blocking keys, from the same reading; one that is missing is read from the record.
    """

    record = models.OneToOneField(
        SourceRecord,
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="standardised",
        db_constraint=False,
    )
    domain = models.CharField(max_length=40)
    version = models.IntegerField(help_text="The version of the record that was read.")
    said = models.TextField(help_text="As matching.frame_texts writes it.")

    def __str__(self) -> str:
        return f"{self.record_id} in version {self.version}"


class ClosedKey(models.Model):
    """A blocking key carried by more active records than the cap, or a value that too many names share:
    nobody is found by it.

    It stands here so that whoever sees the count on the other side of its limit knows whom to resolve again.
    """

    domain = models.CharField(max_length=40)
    key = models.BigIntegerField()
    closed = models.BooleanField(
        default=True, db_default=True, help_text="More records carry it than the cap."
    )
    generic = models.BooleanField(
        default=False, db_default=False, help_text="Records of too many names carry its value."
    )
    of_column = models.CharField(max_length=60, blank=True, default="", db_default="")
    value = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text="What is generic: a value of that column, as it is compared.",
    )
    deepened = models.BooleanField(
        default=False, help_text="Whoever carried it when this changed has the keys that follow by now."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["domain", "key"], name="closed_key_once")]
        indexes = [
            models.Index(fields=["domain"], name="generic_values", condition=models.Q(generic=True)),
        ]

    def __str__(self) -> str:
        return f"{self.domain}: {f'{self.of_column} {self.value}' if self.generic else self.key}"


class QuarantinedRow(models.Model):
    """A row that was refused, kept with the reason until somebody replays or dismisses it."""

    class Status(models.TextChoices):
        OPEN = "open"
        REPLAYED = "replayed"
        DISMISSED = "dismissed"

    object_type = models.ForeignKey(ObjectType, on_delete=models.PROTECT)
    source_key = models.CharField(max_length=200, blank=True)
    origin = models.CharField(max_length=300, help_text="File, pull or request it came with.")
    row_number = models.PositiveIntegerField(null=True)
    column = models.CharField(max_length=120, blank=True)
    value = models.TextField(blank=True)
    rule = models.CharField(max_length=60, help_text="Stable code of the rule that refused it.")
    reason = models.TextField(help_text="A sentence: what was wrong, where, and what to do.")
    payload = models.JSONField()
    fingerprint = models.CharField(
        max_length=40, unique=True, help_text="The same row refused again is one row."
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["object_type", "source_key"], name="quarantine_key")]

    def __str__(self) -> str:
        return f"{self.origin} row {self.row_number}: {self.reason}"
