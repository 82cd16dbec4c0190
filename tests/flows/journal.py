"""What transactions did to a hub, in the order in which their locks let them: written by triggers.

A line is stamped when its row is written, under the locks of whoever writes it, so of two transactions that
lock one component the lines stand in the order of their commits. What is rolled back leaves no line.
"""

import json
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from mdm.models import ObjectType

TABLES = ("mdm_sourcerecord", "mdm_membership", "mdm_judgement", "mdm_goldenrecord")

OPEN = """
CREATE TABLE journal (
  id bigserial PRIMARY KEY, at timestamptz NOT NULL, about text NOT NULL, line jsonb NOT NULL
);
CREATE FUNCTION journal_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO journal (at, about, line) VALUES (clock_timestamp(), TG_TABLE_NAME, to_jsonb(NEW));
  RETURN NULL;
END $$;
"""
FOLLOW = """
CREATE TRIGGER journal_{0} AFTER INSERT OR UPDATE ON {0} FOR EACH ROW EXECUTE FUNCTION journal_line()
"""


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a record stands."""

    golden: int | None
    home: int | None


@dataclass
class State:
    """The hub at one moment: rows of source records and judgements, where each record stands, and the status
    of each golden record. sources: object type -> code of its source.
    """

    sources: dict[int, str]
    records: dict[int, dict[str, Any]] = field(default_factory=dict)
    stands: dict[int, Stand] = field(default_factory=dict)
    judgements: dict[int, dict[str, Any]] = field(default_factory=dict)
    statuses: dict[int, str] = field(default_factory=dict)

    def apply(self, about: str, line: dict[str, Any]) -> None:
        """Take in one line of the journal."""
        if about == "mdm_sourcerecord":
            self.records[line["id"]] = line
        elif about == "mdm_judgement":
            self.judgements[line["id"]] = line
        elif about == "mdm_goldenrecord":
            self.statuses[line["id"]] = line["status"]
        else:
            self.stands[line["record_id"]] = Stand(line["golden_id"], line["home_id"])

    def active(self, record: int) -> bool:
        """Whether a record has a voice."""
        return bool(self.records[record]["status"] == "active")

    def members(self, golden: int) -> list[int]:
        """Return the records of a golden record, retired ones too, most senior first."""
        return sorted(record for record, stand in self.stands.items() if stand.golden == golden)

    def leads_to(self, golden: int) -> int:
        """Return the golden record that answers for an id."""
        if self.statuses[golden] != "merged":
            return golden
        homes = sorted(one for one, stand in self.stands.items() if stand.home == golden and self.active(one))
        found = self.stands[homes[0]].golden if homes else golden
        return golden if found is None else found

    def short(self, record: int) -> tuple[str, str]:
        """Return source and key of a record."""
        row = self.records[record]
        return self.sources[row["object_type_id"]], row["source_key"]

    @property
    def named(self) -> set[int]:
        """The records that a judgement names."""
        sides = ("left_records", "right_records")
        return {record for one in self.judgements.values() for side in sides for record in one[side]}

    def standing(self) -> list[dict[str, Any]]:
        """Return the judgements that are not withdrawn, oldest first."""
        return [one for _, one in sorted(self.judgements.items()) if one["withdrawn_at"] is None]


Line = tuple[datetime, str, dict[str, Any]]


class Journal:
    """The lines of a journal, to be walked through forwards."""

    def __init__(self, lines: list[Line], sources: dict[int, str]) -> None:
        self.lines = sorted(lines, key=lambda line: line[0])
        self.moments = [line[0] for line in self.lines]
        self.judged = {
            (line["id"], line["withdrawn_at"] is not None): at
            for at, about, line in reversed(self.lines)
            if about == "mdm_judgement"
        }
        self.state, self.place = State(sources), 0

    def until(self, moment: datetime) -> State:
        """Return the state that the lines before this moment make up; moments must not decrease."""
        for _, about, line in self.lines[self.place : (end := bisect_left(self.moments, moment))]:
            self.state.apply(about, line)
        self.place = max(self.place, end)
        return self.state

    def moment_of(self, judgement: int, *, withdrawn: bool) -> datetime:
        """Return when a judgement was first written, or first withdrawn."""
        return self.judged[judgement, withdrawn]

    def between(self, since: datetime, until: datetime) -> Iterator[Line]:
        """Yield the lines of a span of time."""
        yield from self.lines[bisect_left(self.moments, since) : bisect_left(self.moments, until)]


def opened() -> None:
    """Begin a journal in the test's database."""
    with connection.cursor() as cursor:
        cursor.execute(OPEN)
        for table in TABLES:
            cursor.execute(FOLLOW.format(table))


def closed() -> Journal:
    """End the journal, take it out of the database and return it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT at, about, line FROM journal ORDER BY at, id")
        found = [(at, about, json.loads(line)) for at, about, line in cursor.fetchall()]
        cursor.execute("DROP FUNCTION journal_line CASCADE")
        cursor.execute("DROP TABLE journal")
    sources = dict(ObjectType.objects.values_list("pk", "source__code"))
    return Journal(found, sources)
