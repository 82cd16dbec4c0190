"""Generates the statement triggers that write history rows, and the guard of the audit log.

One function and three triggers (insert, update, delete; transition tables allow one event each) per tracked
table. Measured in docs/decisions/0004: COPY with these triggers costs less than two COPYs and covers every
way of writing. There is one history row per object and audit entry, because two rows of one stamp make
`as_of` return an object twice.

The last stamp of an object is the maximum of an expression, not of the column: for the maximum of a column
that has an index PostgreSQL reads that index backwards, through everybody's history, until it meets the
object.
"""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Model

HISTORY_OWN = frozenset(
    {
        "history_id",
        "history_date",
        "history_type",
        "history_change_reason",
        "history_user_id",
        "history_entry_id",
        "history_actor",
    }
)

FUNCTION = """
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  entry bigint := nullif(current_setting('aurum.entry', true), '')::bigint;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NOT EXISTS (SELECT FROM new_rows n JOIN old_rows o USING ({key})
                   WHERE ({new}) IS DISTINCT FROM ({old})) THEN
      RETURN NULL;
    END IF;
  END IF;
  IF entry IS NULL THEN
    RAISE EXCEPTION 'Changing % needs an audit entry: wrap it in mdm.compliance.audit.entry().',
      TG_TABLE_NAME;
  END IF;
  IF TG_OP = 'INSERT' THEN
    INSERT INTO {history} ({columns}, history_date, history_type, {stamps})
      SELECT {new}, clock_timestamp(), '+', {values} FROM new_rows n
      ON CONFLICT ({key}, history_entry_id) DO UPDATE SET {overwrite};
  ELSIF TG_OP = 'UPDATE' THEN
    INSERT INTO {history} ({columns}, history_date, history_type, {stamps})
      SELECT {new},
        greatest(clock_timestamp(),
                 (SELECT max(h.history_date + interval '1 microsecond') FROM {history} h
                  WHERE h.{key} = n.{key})),
        '~', {values} FROM new_rows n JOIN old_rows o USING ({key}) WHERE ({new}) IS DISTINCT FROM ({old})
      ON CONFLICT ({key}, history_entry_id) DO UPDATE SET {overwrite};
  ELSE
    INSERT INTO {history} ({columns}, history_date, history_type, {stamps})
      SELECT {old},
        greatest(clock_timestamp(),
                 (SELECT max(h.history_date + interval '1 microsecond') FROM {history} h
                  WHERE h.{key} = o.{key})),
        '-', {values} FROM old_rows o
      ON CONFLICT ({key}, history_entry_id) DO UPDATE SET {overwrite};
  END IF;
  RETURN NULL;
END $body$;
"""

TRIGGERS = """
DROP TRIGGER IF EXISTS {name}_insert ON {table};
DROP TRIGGER IF EXISTS {name}_update ON {table};
DROP TRIGGER IF EXISTS {name}_delete ON {table};
CREATE TRIGGER {name}_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION {function}();
CREATE TRIGGER {name}_update AFTER UPDATE ON {table} REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION {function}();
CREATE TRIGGER {name}_delete AFTER DELETE ON {table} REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION {function}();
CREATE UNIQUE INDEX IF NOT EXISTS {history}_once ON {history} ({key}, history_entry_id);
"""

AUDIT_GUARD = """
CREATE OR REPLACE FUNCTION aurum_audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION 'The audit log is append only: % refused.', TG_OP;
END $body$;
DROP TRIGGER IF EXISTS aurum_audit_guard ON mdm_auditentry;
CREATE TRIGGER aurum_audit_guard BEFORE UPDATE OR DELETE ON mdm_auditentry
  FOR EACH ROW EXECUTE FUNCTION aurum_audit_append_only();
"""


def tracked_columns(historical: type[Model]) -> tuple[str, ...]:
    """Return the column names a historical model copies from its tracked model, in order."""
    names = (str(field.column) for field in historical._meta.concrete_fields)
    return tuple(name for name in names if name not in HISTORY_OWN)


def trigger_sql(model: type[Model], historical: type[Model]) -> str:
    """Return the SQL that (re)creates the history triggers of one tracked table."""
    columns = tracked_columns(historical)
    key = model._meta.pk.column
    overwrite = [f"{column} = excluded.{column}" for column in (*columns, "history_date") if column != key]
    overwrite.append(
        f"history_type = CASE WHEN {historical._meta.db_table}.history_type = '+'"
        " AND excluded.history_type = '~' THEN '+' ELSE excluded.history_type END"
    )
    parts = {
        "table": model._meta.db_table,
        "history": historical._meta.db_table,
        "name": f"aurum_{model._meta.db_table}",
        "function": f"aurum_history_{model._meta.db_table}",
        "key": key,
        "columns": ", ".join(f'"{column}"' for column in columns),
        "new": ", ".join(f'n."{column}"' for column in columns),
        "old": ", ".join(f'o."{column}"' for column in columns),
        "stamps": "history_change_reason, history_user_id, history_entry_id, history_actor",
        "values": (
            "left(current_setting('aurum.reason', true), 100),"
            " nullif(current_setting('aurum.user', true), '')::integer, entry,"
            " current_setting('aurum.actor', true)"
        ),
        "overwrite": ", ".join(overwrite),
    }
    return FUNCTION.format(**parts) + TRIGGERS.format(**parts)


def install(apps: Any, schema_editor: BaseDatabaseSchemaEditor, models: tuple[str, ...]) -> None:
    """Create the triggers of the named models of app `mdm`, as a migration's RunPython does."""
    for name in models:
        schema_editor.execute(
            trigger_sql(apps.get_model("mdm", name), apps.get_model("mdm", f"Historical{name}")), params=None
        )


# A model that is added here gets its triggers by a migration of its own.
TRACKED = (
    "SourceSystem",
    "SourceMapping",
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
