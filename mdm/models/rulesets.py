"""Rule sets: everything that depends on data or taste, frozen under a number."""

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from mdm.models.history import HistoryRow


class RuleSet(models.Model):
    """One immutable version of a domain's matching model, thresholds, survivorship and code lists; one is
    active per domain.
    """

    class Status(models.TextChoices):
        DRAFT = "draft"
        ACTIVE = "active"
        RETIRED = "retired"

    domain = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    spec = models.JSONField()
    model = models.JSONField()
    survivorship = models.JSONField()
    code_lists = models.JSONField(default=list)
    fingerprint = models.CharField(max_length=64)
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField(auto_now_add=True)
    activated_at = models.DateTimeField(null=True)

    history = HistoricalRecords(
        bases=[HistoryRow], excluded_fields=["spec", "model", "survivorship", "code_lists"]
    )

    class Meta:
        ordering = ["domain", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["domain", "number"], name="rule_set_number_once"),
            models.UniqueConstraint(
                fields=["domain"], condition=Q(status="active"), name="one_active_rule_set"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.domain} rule set {self.number}"
