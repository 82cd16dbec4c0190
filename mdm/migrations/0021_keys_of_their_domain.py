"""Blocking keys are crossed with a number of their domain, so that no two domains share one.

The number is that of `mdm.resolution.domain_keys.salt`, written down here: a migration stays what it was.
Crossing them once more takes it back.
"""

from hashlib import blake2b

from django.db import migrations


def cross(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT domain FROM mdm_ruleset")
        for (domain,) in cursor.fetchall():
            digest = blake2b(domain.encode(), digest_size=8).digest()
            salt = int.from_bytes(digest, "little", signed=True)
            for table in ("mdm_blockingkey", "mdm_closedkey"):
                cursor.execute(f"UPDATE {table} SET key = key # %s::bigint WHERE domain = %s", [salt, domain])


class Migration(migrations.Migration):
    dependencies = [("mdm", "0020_audit_seals")]

    operations = [migrations.RunPython(cross, cross)]
