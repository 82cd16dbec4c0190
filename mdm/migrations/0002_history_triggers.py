"""Create the history triggers of the tracked tables and the guard of the audit log."""

from functools import partial

from django.db import migrations

from mdm.models.history_triggers import AUDIT_GUARD, TRACKED, install


class Migration(migrations.Migration):
    dependencies = [("mdm", "0001_initial")]

    operations = [
        migrations.RunPython(partial(install, models=TRACKED), migrations.RunPython.noop),
        migrations.RunSQL(AUDIT_GUARD, migrations.RunSQL.noop),
    ]
