"""Create the history triggers of the tracked tables and the guard of the audit log."""

from functools import partial

from django.db import migrations

from mdm.models.history_triggers import AUDIT_GUARD, install

# The tracked models as they were then; later ones get their triggers with their tables.
MODELS = ("SourceSystem", "SourceRecord", "GoldenRecord", "RuleSet", "Judgement", "Hold", "ReviewTask")


class Migration(migrations.Migration):
    dependencies = [("mdm", "0001_initial")]

    operations = [
        migrations.RunPython(partial(install, models=MODELS), migrations.RunPython.noop),
        migrations.RunSQL(AUDIT_GUARD, migrations.RunSQL.noop),
    ]
