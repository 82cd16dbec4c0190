"""What resolution stands on beside the records: edges, judgements, holds, and questions to people."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from mdm.models.history import HistoryRow
from mdm.models.records import SourceRecord
from mdm.models.rulesets import RuleSet


class Edge(models.Model):
    """A scored candidate pair that may link, or make two golden records a possible match."""

    left = models.ForeignKey(SourceRecord, on_delete=models.CASCADE, related_name="+", db_index=False)
    right = models.ForeignKey(SourceRecord, on_delete=models.CASCADE, related_name="+")
    domain = models.CharField(max_length=40)
    weight = models.IntegerField(help_text="Match weight in 1/1000 bit.")
    rules = models.BigIntegerField(default=0, help_text="Bit mask of the blocking rules that found the pair.")
    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["left", "right"], name="edge_once"),
            models.CheckConstraint(condition=Q(left__lt=F("right")), name="edge_left_before_right"),
        ]

    def __str__(self) -> str:
        return f"{self.left_id}-{self.right_id}: {self.weight}"


class Judgement(models.Model):
    """What a person decided about source records; in force until withdrawn, or until a condition ends it.

    A link is between the records that stand for two sides: the first active one of each side's records. A
    parting is between all records of both sides. What is said of one record has no right side.
    """

    class Kind(models.TextChoices):
        MUST_LINK = "must_link", "same"
        CANNOT_LINK = "cannot_link", "not the same"
        APART = "apart", "taken apart"
        ALONE = "alone", "stands alone"
        CONFIRMED = "confirmed", "right as it is"
        RELEASED = "released", "matched anew"

    class Rank(models.TextChoices):
        HUMAN = "human"
        RULE = "rule"

    class Decision(models.TextChoices):
        MERGE = "merge"
        NOT_A_MATCH = "not_a_match", "not a match"
        SPLIT = "split"
        MOVE = "move"
        ISOLATE = "isolate"
        CONFIRM = "confirm"
        REMATCH = "rematch", "match anew"
        KEEP = "keep", "keep together"
        SOURCE = "source", "the source says so"

    domain = models.CharField(max_length=40)
    kind = models.CharField(max_length=12, choices=Kind)
    rank = models.CharField(max_length=6, choices=Rank, default=Rank.HUMAN)
    decision = models.CharField(max_length=12, choices=Decision, default=Decision.SOURCE)
    made_with = models.BigIntegerField(
        null=True, help_text="The first judgement of its decision: they are undone together."
    )
    left = models.ForeignKey(SourceRecord, on_delete=models.PROTECT, related_name="+")
    right = models.ForeignKey(SourceRecord, null=True, on_delete=models.PROTECT, related_name="+")
    left_records = ArrayField(
        models.BigIntegerField(), default=list, help_text="The left side, who stands for it first."
    )
    right_records = ArrayField(models.BigIntegerField(), default=list)
    keeps = models.ForeignKey(
        "mdm.GoldenRecord",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The golden id the caller wants to survive.",
    )
    until = models.DateField(null=True, help_text="The last day on which it holds; empty: no such day.")
    watched = models.JSONField(
        default=dict,
        help_text="Holds while these attributes of these records say what they said:"
        ' {"attributes": […], "records": {id: digest}}; empty: whatever they say.',
    )
    evidence = models.JSONField(default=dict, help_text="Both sides' record names when it was made.")
    actor = models.CharField(max_length=150)
    reason_code = models.CharField(max_length=40)
    reason = models.TextField(blank=True)
    entry_id = models.BigIntegerField()
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=150, blank=True)
    withdrawn_reason = models.TextField(blank=True)
    withdrawn_with = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="released",
        help_text="The decision to match anew that released it; undoing that puts it in force again.",
    )

    history = HistoricalRecords(bases=[HistoryRow])

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(left=F("right")), name="judgement_of_two_records"),
            models.CheckConstraint(
                condition=Q(kind__in=["must_link", "cannot_link", "apart"], right__isnull=False)
                | Q(kind__in=["alone", "confirmed", "released"], right__isnull=True),
                name="judgement_sides_as_its_kind",
            ),
            models.CheckConstraint(
                condition=~Q(actor="") & ~Q(reason_code=""), name="judgement_has_actor_and_reason"
            ),
            models.UniqueConstraint(
                fields=["left", "right", "kind"],
                condition=Q(withdrawn_at__isnull=True, rank="rule"),
                name="rule_judgement_in_force_once",
            ),
        ]
        indexes = [
            GinIndex(fields=["left_records"], name="judgement_left", condition=Q(withdrawn_at__isnull=True)),
            GinIndex(
                fields=["right_records"], name="judgement_right", condition=Q(withdrawn_at__isnull=True)
            ),
            models.Index(
                fields=["domain", "until"],
                name="judgement_turn",
                condition=Q(withdrawn_at__isnull=True, until__isnull=False),
            ),
            models.Index(fields=["domain", "-id"], name="judgement_newest"),
        ]

    def __str__(self) -> str:
        about = f"{self.left}, {self.right}" if self.right_id else str(self.left)
        return f"{self.get_kind_display()}: {about}"


class Hold(models.Model):
    """A stored reason why a merge or split that the machine wants waits for a person, a budget or a date.

    While it is open no golden record has records of both sides; without right records, the left ones stay
    together. A released one says that this very change may happen: it is not held again.
    """

    class Status(models.TextChoices):
        OPEN = "open"
        DECIDED = "decided"
        RELEASED = "released"
        POINTLESS = "pointless"

    class Gate(models.TextChoices):
        CONFIRMED_MERGE = "confirmed_merge", "two confirmed golden records would merge"
        CONFIRMED_SPLIT = "confirmed_split", "a confirmed golden record would split"
        BUDGET = "budget", "the day's merges are spent"
        CANARY = "canary", "the rules in force may not change this yet"

    domain = models.CharField(max_length=40)
    gate = models.CharField(max_length=40, choices=Gate)
    left_records = ArrayField(models.BigIntegerField())
    right_records = ArrayField(models.BigIntegerField())
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    reason = models.TextField(help_text="A sentence: what the machine wanted, and why it waits.")
    weight = models.IntegerField(
        default=0, help_text="Mean match weight between what would merge or part, in 1/1000 bit."
    )
    parts = models.JSONField(default=list, help_text="Of a split: the records of each part.")
    wakes_on = models.DateField(null=True, help_text="The day on which it is released by itself, if any.")
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=150, blank=True)
    closed_reason = models.TextField(blank=True)

    history = HistoricalRecords(bases=[HistoryRow])

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True, closed_by="")
                | (~Q(status="open") & Q(closed_at__isnull=False) & ~Q(closed_by="")),
                name="closed_hold_says_by_whom",
            ),
        ]
        indexes = [
            GinIndex(
                fields=["left_records", "right_records"],
                name="hold_records",
                condition=Q(status__in=["open", "released"]),
            ),
            models.Index(fields=["domain", "wakes_on"], name="hold_wakes", condition=Q(status="open")),
        ]

    def __str__(self) -> str:
        return f"{self.gate}: {self.reason}"


class MergeTally(models.Model):
    """How many golden records the machine has merged away on one day: what a day's budget is spent from."""

    domain = models.CharField(max_length=40)
    day = models.DateField()
    merges = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["domain", "day"], name="merge_tally_once")]

    def __str__(self) -> str:
        return f"{self.domain} {self.day}: {self.merges}"


class ReviewTask(models.Model):
    """A possible match of two golden records, named by their most telling pair of source records.

    An open one is a question in the queue; what lies below the review weight, or what a gate forbids, is
    known but not queued, until somebody takes it into the queue.
    """

    class Kind(models.TextChoices):
        POSSIBLE_MATCH = "possible_match", "possible match"
        REFUSED_MERGE = "refused_merge", "merge held back by a gate"
        HOLD = "hold"
        OVERLAY = "overlay", "a record that would become somebody else"

    class Status(models.TextChoices):
        OPEN = "open"
        UNQUEUED = "unqueued", "not queued"
        DECIDED = "decided"
        OBSOLETE = "obsolete"

    domain = models.CharField(max_length=40)
    kind = models.CharField(max_length=16, choices=Kind)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    left = models.ForeignKey(SourceRecord, on_delete=models.CASCADE, related_name="+")
    right = models.ForeignKey(SourceRecord, on_delete=models.CASCADE, related_name="+")
    weight = models.IntegerField(
        help_text="Mean match weight over all pairs of the two golden records' records, in 1/1000 bit."
    )
    probability = models.FloatField(help_text="The model's own match probability, 0 to 1.")
    queued_by = models.CharField(
        max_length=150, blank=True, help_text="Who took it into the queue; empty: its weight did."
    )
    gate = models.CharField(max_length=40, blank=True)
    hold = models.ForeignKey(
        Hold,
        null=True,
        on_delete=models.PROTECT,
        related_name="tasks",
        help_text="What it is about.",
    )
    overlay = models.ForeignKey(
        "mdm.Overlay",
        null=True,
        on_delete=models.PROTECT,
        related_name="tasks",
        help_text="The version it is about; left and right are its record.",
    )
    detail = models.JSONField(default=dict)
    judgement = models.ForeignKey(Judgement, null=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    history = HistoricalRecords(bases=[HistoryRow])

    class Meta:
        ordering = ["-weight", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["left", "right"],
                condition=Q(status__in=["open", "unqueued"]),
                name="one_standing_task_a_pair",
            ),
            models.CheckConstraint(
                condition=Q(left__lt=F("right")) | Q(kind="overlay", left=F("right")),
                name="task_left_before_right",
            ),
        ]
        indexes = [models.Index(fields=["domain", "status", "-weight"], name="task_queue")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.left_id}, {self.right_id}"
