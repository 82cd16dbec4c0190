"""Checks of history: the newest row is the present, and every row has its audit entry."""

from collections.abc import Iterator, Sequence

from django.apps import apps
from django.db import connection
from django.db.models import Model

from mdm.compliance.proof.check import Broken, Check, sql
from mdm.models.history_triggers import TRACKED, tracked_columns

NEWEST = """
WITH newest AS (
  SELECT DISTINCT ON ({key}) * FROM {history} ORDER BY {key}, history_date DESC, history_id DESC
)
SELECT coalesce(t.{key}, n.{key}),
       CASE WHEN n.{key} IS NULL THEN 'has no history'
            WHEN t.{key} IS NULL THEN 'is gone, but its history does not end'
            WHEN n.history_type = '-' THEN 'exists, but its history has ended'
            ELSE 'differs from its newest history row' END
FROM {table} t FULL JOIN newest n ON n.{key} = t.{key}
WHERE (t.{key} IS NULL AND n.history_type <> '-')
   OR (t.{key} IS NOT NULL
       AND (n.{key} IS NULL OR n.history_type = '-' OR ({present}) IS DISTINCT FROM ({past})))
"""

ORPHANS = """
SELECT h.{key}, CASE WHEN e.id IS NULL THEN 'no audit entry' ELSE 'an audit entry of ' || e.actor END,
       h.history_actor
FROM {history} h LEFT JOIN mdm_auditentry e ON e.id = h.history_entry_id
WHERE e.id IS NULL OR e.actor <> h.history_actor
"""

INPUTS = (
    "SourceSystem", "SourceRecord", "RuleSet", "Judgement", "Hold", "Override", "Overlay",
    "SourceRelationship", "StewardRelationship",
)  # fmt: skip
"""The tracked models that hold what came in or was decided; the others hold what follows from it."""

TWICE = "SELECT {key}, history_date FROM {history} GROUP BY {key}, history_date HAVING count(*) > 1"

# Tables whose rows name the audit entry under which they were written.
NAMING = (
    ("mdm_xref", "entry_id"),
    ("mdm_xref", "closing_entry_id"),
    ("mdm_outboxevent", "entry_id"),
    ("mdm_lane", "entry_id"),
    ("mdm_judgement", "entry_id"),
    ("mdm_override", "entry_id"),
    ("mdm_stewardrelationship", "entry_id"),
)


def _tables(names: Sequence[str] = TRACKED) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Yield table, history table, key column and tracked columns of these tracked models."""
    for name in names:
        model: type[Model] = apps.get_model("mdm", name)
        historical: type[Model] = apps.get_model("mdm", f"Historical{name}")
        key = model._meta.pk.attname
        yield model._meta.db_table, historical._meta.db_table, key, tracked_columns(historical)


def _newest(names: Sequence[str]) -> Iterator[Broken]:
    for table, history, key, columns in _tables(names):
        present, past = (", ".join(f'{side}."{column}"' for column in columns) for side in ("t", "n"))
        statement = NEWEST.format(table=table, history=history, key=key, present=present, past=past)
        for row_id, fault in _select(statement):
            yield Broken(f"{table} {row_id}", f"{fault}.")


def _orphans() -> Iterator[Broken]:
    for table, history, key, _ in _tables():
        for row_id, entry, actor in _select(ORPHANS.format(history=history, key=key)):
            yield Broken(f"{table} {row_id}", f"has a history row by {actor} with {entry}.")


def _twice() -> Iterator[Broken]:
    for table, history, key, _ in _tables():
        for row_id, moment in _select(TWICE.format(history=history, key=key)):
            yield Broken(
                f"{table} {row_id}", f"has two history rows of {moment}, so as_of would return it twice."
            )


def _named_entries() -> Iterator[Broken]:
    for table, column in NAMING:
        statement = (
            f"SELECT t.id, t.{column} FROM {table} t LEFT JOIN mdm_auditentry e ON e.id = t.{column}"
            f" WHERE t.{column} IS NOT NULL AND e.id IS NULL"
        )
        for row_id, entry in _select(statement):
            yield Broken(f"{table} {row_id}", f"names audit entry {entry}, which does not exist.")


def _select(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


CHECKS = (
    Check(
        "input-is-recorded",
        9,
        "What came in or was decided equals its newest history row: nobody changed it behind our back.",
        "row",
        lambda: _newest(INPUTS),
        of="input",
    ),
    Check(
        "history-is-present",
        9,
        "What was derived equals its newest history row; what is gone ends with a deletion.",
        "row",
        lambda: _newest([name for name in TRACKED if name not in INPUTS]),
    ),
    Check(
        "history-has-entry",
        9,
        "Every history row names an audit entry, and its actor.",
        "row",
        _orphans,
        of="witness",
    ),
    Check("history-once", 9, "No object has two history rows of one moment.", "row", _twice, of="witness"),
    Check(
        "entry-exists",
        9,
        "Whatever names an audit entry names one that exists.",
        "row",
        _named_entries,
        of="witness",
    ),
    sql(
        "audit-speaks",
        promise=9,
        holds="Every audit entry names actor, action and cause.",
        about="row",
        of="witness",
        sentence="(audit entry) does not say who did what, and what caused it.",
        statement="SELECT id FROM mdm_auditentry WHERE '' IN (btrim(actor), btrim(action), btrim(cause))",
    ),
)
