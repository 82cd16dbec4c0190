"""History triggers that look for an object's last stamp by the object, not through the whole history."""

from functools import partial

from django.db import migrations

from mdm.models.history_triggers import install

TRACKED = (
    "SourceSystem",
    "SourceRecord",
    "GoldenRecord",
    "RuleSet",
    "Judgement",
    "Hold",
    "ReviewTask",
    "Override",
    "SourceRelationship",
    "StewardRelationship",
    "Overlay",
)


class Migration(migrations.Migration):
    dependencies = [("mdm", "0012_overlays_and_source_verbs")]

    operations = [migrations.RunPython(partial(install, models=TRACKED), migrations.RunPython.noop)]
