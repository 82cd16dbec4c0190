"""Source systems, the kinds of object they hold, and how their rows are read."""

from django.core.validators import MaxValueValidator
from django.db import models
from simple_history.models import HistoricalRecords

from mdm.models.history import HistoryRow


class SourceSystem(models.Model):
    """A platform that contributes records, accepts golden ids, or both."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    contributes = models.BooleanField(default=True)
    accepts = models.BooleanField(default=False)
    trust = models.PositiveSmallIntegerField(
        default=50,
        validators=[MaxValueValidator(100)],
        help_text="0-100: how far survivorship believes this system where no rule says otherwise.",
    )
    home_url = models.URLField(blank=True, help_text="Where a person looks at this system; may be empty.")

    history = HistoricalRecords(bases=[HistoryRow])

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=models.Q(trust__lte=100), name="source_trust_0_to_100")
        ]

    def __str__(self) -> str:
        return self.name


class SourceMapping(models.Model):
    """A mapping of this deployment's own, as it was written; it stands before one that Aurum ships under the
    same name.
    """

    name = models.CharField(max_length=120, unique=True)
    document = models.TextField(help_text="TOML: see docs/how-to/write-a-mapping.md.")

    history = HistoricalRecords(bases=[HistoryRow])

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ObjectType(models.Model):
    """One kind of object of a source system; it belongs to exactly one domain."""

    source = models.ForeignKey(SourceSystem, on_delete=models.PROTECT, related_name="object_types")
    code = models.CharField(max_length=60)
    domain = models.CharField(max_length=40, db_index=True)
    key_rule = models.CharField(
        max_length=40, default="exact", help_text="How source keys are normalised: see mdm.ingestion.keys."
    )
    mapping = models.CharField(
        max_length=120,
        blank=True,
        help_text="Name of a mapping, stored or shipped; empty: columns are canonical already.",
    )
    most_new_keys = models.PositiveSmallIntegerField(
        default=20,
        help_text="Percent of a batch that may be known records under new keys; more are held as a mass key"
        " change. 100: never.",
    )
    record_url = models.CharField(
        max_length=300, blank=True, help_text="Address of a record, with {key} in it."
    )

    class Meta:
        ordering = ["source__code", "code"]
        constraints = [models.UniqueConstraint(fields=["source", "code"], name="object_type_once_a_source")]

    def __str__(self) -> str:
        return f"{self.source.code}/{self.code}"

    def url_of(self, key: str) -> str:
        """Return the address of one record at its platform, or an empty string."""
        return self.record_url.replace("{key}", key) if self.record_url else ""
