"""Seals of the audit log, append only as the log is."""

from django.db import migrations, models

GUARD = """
CREATE TRIGGER aurum_audit_seal_guard BEFORE UPDATE OR DELETE ON mdm_auditseal
  FOR EACH ROW EXECUTE FUNCTION aurum_audit_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("mdm", "0019_fewer_indexes")]

    operations = [
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entry_id", models.BigIntegerField(unique=True)),
                (
                    "digest",
                    models.CharField(
                        help_text="SHA-256 over the digest before and the entry: 64 hexadecimal digits.",
                        max_length=64,
                    ),
                ),
                ("sealed_at", models.DateTimeField()),
            ],
            options={"ordering": ["-position"]},
        ),
        migrations.RunSQL(GUARD, "DROP TRIGGER aurum_audit_seal_guard ON mdm_auditseal"),
    ]
