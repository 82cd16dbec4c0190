"""Readers of what a row says beside its attributes: its keys, its stamp, and whether it still stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from mdm.ingestion import keys
from mdm.ingestion.compiling import compile_condition
from mdm.ingestion.dates import NOT_KNOWN, read_moment, time_of_day
from mdm.ingestion.incoming import Status
from mdm.ingestion.paths import Reach, Row, reach
from mdm.ingestion.problems import Problem, shown
from mdm.ingestion.rules import ChangedAt, Condition, KeySpec, as_text


def no_key(row: Row, problems: list[Problem], *, needed: bool) -> str:
    """Say nothing: the mapping does not name such a key."""
    return ""


def status_reader(retired_when: Condition | None, deleted_when: Condition | None) -> Callable[[Row], Status]:
    """Return whether a row stands, is retired or is deleted at its source; deleted is more than retired."""
    retired, deleted = (compile_condition(found) if found else None for found in (retired_when, deleted_when))

    def read(row: Row) -> Status:
        if deleted is not None and deleted(row):
            return "deleted"
        return "retired" if retired is not None and retired(row) else "active"

    return read


def key_reader(spec: KeySpec) -> Callable[..., str]:
    """Return a function that reads a key in its one spelling; a bad one is a problem and reads as empty."""
    gets = [(column, reach(column)) for column in spec.columns]

    def read(row: Row, problems: list[Problem], *, needed: bool) -> str:
        raw: Any = gets[0][1](row) if len(gets) == 1 else None
        if len(gets) > 1:
            parts = [as_text(get(row)) for _, get in gets]
            raw = spec.separator.join(part or "" for part in parts) if any(parts) else None
        if raw in (None, "") and not needed:
            return ""
        try:
            return keys.normalise_key(spec.rule, raw)
        except keys.BadKey as error:
            rule = "missing_key" if as_text(raw) is None and not isinstance(raw, list | dict) else "bad_key"
            advice = "Give the record the key that its platform knows it by."
            problems.append(Problem(rule, spec.columns[0], shown(raw), str(error), advice))
            return ""

    return read


def stamp_reader(spec: ChangedAt | None) -> Callable[[Row, list[Problem]], datetime | None]:
    """Return a function that reads when the source last changed a row; None where it does not say."""
    if spec is None:
        return lambda row, problems: None
    gets: list[tuple[str, Reach]] = [(column, reach(column)) for column in spec.columns]
    get_time = reach(spec.time) if spec.time else None
    formats, zone = spec.formats, UTC if spec.zone == "UTC" else ZoneInfo(spec.zone)

    def read(row: Row, problems: list[Problem]) -> datetime | None:
        for column, get in gets:
            text = as_text(get(row))
            if text is None or text in NOT_KNOWN:
                continue
            try:
                moment = read_moment(text, formats, zone)
                if get_time is not None and column == gets[0][0]:
                    moment += time_of_day(as_text(get_time(row)) or "")
                return moment
            except ValueError as error:
                advice = "Correct the stamp at its source, or name its format in the mapping's changed_at."
                problems.append(Problem("bad_date", column, shown(text), str(error), advice))
                return None
        return None

    return read
