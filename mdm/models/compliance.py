"""Who did what and why: the audit log, and keys for programs."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform


class AuditEntry(models.Model):
    """One change of state: who, when, why and what caused it. Append only: a trigger refuses update and
    delete.
    """

    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    action = models.CharField(max_length=60)
    cause = models.CharField(max_length=300, help_text="The request, file, task or judgement behind it.")
    reason = models.TextField(blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "audit entries"
        constraints = [
            models.CheckConstraint(
                condition=~Q(actor="") & ~Q(cause="") & ~Q(action=""), name="audit_actor_and_cause"
            )
        ]
        indexes = [
            models.Index(fields=["actor", "-at"], name="audit_actor"),
            models.Index(
                KeyTextTransform("load", "detail"), name="audit_load", condition=Q(detail__has_key="load")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor}: {self.action}"


class AuditSeal(models.Model):
    """One link of the chain over the audit log. No foreign key: a seal outlives an entry that was removed."""

    position = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    digest = models.CharField(
        max_length=64, help_text="SHA-256 over the digest before and the entry: 64 hexadecimal digits."
    )
    sealed_at = models.DateTimeField()

    class Meta:
        ordering = ["-position"]

    def __str__(self) -> str:
        return f"{self.position}: {self.digest[:12]}…"


class ApiKey(models.Model):
    """A program's key: only its SHA-256 is stored; scopes say what it may do."""

    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=40))
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
