"""What survivorship answers: golden values, and for each of them who won, by which rule, at which step, and
who lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from matching.record_names import RecordName

ONLY_CANDIDATE = "only candidate"
UNANIMOUS = "unanimous"
SAME_VALUE = "says the same"
ADDS_NOTHING = "adds nothing"


@dataclass(frozen=True, slots=True)
class Loser:
    """A record whose value did not survive, and why."""

    record: RecordName
    reason: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Why a golden value is what it is.

    winner        the record it comes from; None for a steward's own value.
    rule          the label of the survivorship rule, or the mode of the override.
    step          where it was decided: "only candidate", "unanimous", or the strategy or tie-break that left
                  one value.
    contributors  of a multi-valued attribute all records that added an element.
    """

    winner: RecordName | None
    rule: str
    step: str
    losers: tuple[Loser, ...] = ()
    contributors: tuple[RecordName, ...] = ()
    override: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; what is empty is left out, for there is one of these for every value of every golden
        record."""
        document: dict[str, Any] = {"rule": self.rule, "step": self.step}
        if self.winner is not None:
            document["winner"] = list(self.winner)
        if self.losers:
            document["losers"] = [
                {"record": list(loser.record), "reason": loser.reason} for loser in self.losers
            ]
        if self.contributors:
            document["contributors"] = [list(record) for record in self.contributors]
        if self.override is not None:
            document["override"] = self.override
        return document


@dataclass(frozen=True, slots=True)
class GoldenValues:
    """The values of one golden record on one day.

    provenance  per attribute (of a scoped one per "attribute/scope"); empty where `sole` says it all.
    sole        the one record that every value comes from, its provenance implied.
    changes_on  the next day on which time alone may change a value; None: never.
    spent       keys of overrides that no longer rule: to be withdrawn.
    """

    attributes: Mapping[str, Any]
    provenance: Mapping[str, Provenance]
    sole: RecordName | None = None
    changes_on: date | None = None
    spent: tuple[str, ...] = ()

    def provenance_json(self) -> dict[str, Any]:
        """The provenance as plain JSON; {} for a golden record of one source record."""
        return {attribute: why.to_json() for attribute, why in self.provenance.items()}
