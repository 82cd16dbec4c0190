"""Indexes that no query uses, on the tables that every record and every change writes to.

History is read by its object (the unique index of object and audit entry begins with it), by its audit entry,
or as a whole. Who wrote it is asked for when a user is deleted, and is empty in most rows.
"""

from django.db import migrations

UNUSED = (
    "mdm_historicalgoldenrecord_id_707aa56c",
    "mdm_historicalgoldenrecord_code_5275f3bf",
    "mdm_historicalgoldenrecord_code_5275f3bf_like",
    "mdm_historicalgoldenrecord_history_date_07f4322f",
    "mdm_historicalgoldenrecord_history_user_id_3a7188b0",
    "mdm_historicalgoldenrecord_rule_set_id_8eabde9c",
    "mdm_historicalsourcerecord_id_91c90427",
    "mdm_historicalsourcerecord_history_date_ec6cf0f6",
    "mdm_historicalsourcerecord_history_user_id_cf74c6b7",
    "mdm_historicalsourcerecord_object_type_id_723f79ac",
    "mdm_goldenrecord_code_f823b7ac_like",
    "mdm_goldenrecord_rule_set_id_f09d27fa",
    "mdm_sourcerecord_object_type_id_74561a00",
    "mdm_edge_rule_set_id_a7844cac",
)
BY_USER = """
CREATE INDEX {table}_by_user ON {table} (history_user_id) WHERE history_user_id IS NOT NULL
"""
TABLES = ("mdm_historicalgoldenrecord", "mdm_historicalsourcerecord")


class Migration(migrations.Migration):
    dependencies = [("mdm", "0018_record_content")]

    operations = [
        *(migrations.RunSQL(f"DROP INDEX IF EXISTS {name}", migrations.RunSQL.noop) for name in UNUSED),
        *(
            migrations.RunSQL(BY_USER.format(table=table), f"DROP INDEX IF EXISTS {table}_by_user")
            for table in TABLES
        ),
    ]
