"""Made customers of several systems, ready to be accepted, and a rule set learned from them and frozen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

import numpy as np

from matching.frame import build_frame
from matching.model import Model
from matching.spec import MatchSpec, StateGates
from matching.training import train
from mdm import domains
from mdm.compliance import audit
from mdm.ingestion.accept import accept
from mdm.ingestion.incoming import Incoming
from mdm.ingestion.registering import ensure_object_type
from mdm.models import ObjectType
from mdm.resolution.due import resolve_due
from mdm.rulesets.activate import activate
from mdm.sandbox.population.people import Population, population

DOMAIN = "customer"
SOURCES = ("erp", "crm", "shop")
CODE = "customer"
ACTOR, CAUSE = "manage.py prove", "a proof"
FIRST_DAY = datetime(2020, 1, 1, tzinfo=UTC)
ADDRESS = ("street", "house_number", "postcode", "city")


@dataclass(frozen=True, slots=True)
class Made:
    """One made record: where it comes from, what it says, and which person it is, which nobody is told."""

    source: str
    incoming: Incoming
    person: int

    @property
    def name(self) -> tuple[str, str, str]:
        """Its name as the hub knows it."""
        return (self.source, CODE, self.incoming.source_key)


def customers(count: int, seed: int) -> list[Made]:
    """Return so many records of made people, spread over the sources, in random order."""
    people = population(max(500, count), seed)
    sources = np.random.default_rng(seed).integers(0, len(SOURCES), len(people))
    # Records of one person stand anywhere, so take whole people: the lowest numbers.
    rows = np.argsort(people.person, kind="stable")[:count]
    rows = np.random.default_rng(seed + 1).permutation(rows)
    return [
        Made(
            SOURCES[sources[row]],
            Incoming(f"k{row:07d}", attributes_of(people, row), {}, changed_at=stamp(row)),
            int(people.person[row]),
        )
        for row in rows.tolist()
    ]


def stamp(turn: int) -> datetime:
    """Return the source's own stamp of a made change."""
    return FIRST_DAY + timedelta(minutes=turn)


def attributes_of(people: Population, row: int) -> dict[str, Any]:
    """Return the canonical attributes of one made record; what is missing is left out."""
    said = {name: column[row].decode() for name, column in people.columns.items()}
    address = {name: said[name] for name in ADDRESS if said[name]}
    found: dict[str, Any] = {
        "kind": "person",
        "given_name": said["first_name"],
        "middle_name": said["middle_name"],
        "family_name": said["last_name"],
        "birth_date": said["birth_date"],
        "emails": [said["email"]] if said["email"] else [],
        "phones": ["+49" + said["phone"].lstrip("0")] if said["phone"] else [],
        "billing_address": address,
    }
    return {name: value for name, value in found.items() if value}


def register() -> dict[str, ObjectType]:
    """Make the sources known; return source -> its object type."""
    return {
        source: ensure_object_type(
            source=source, code=CODE, domain=DOMAIN, key_rule="exact", actor=ACTOR, cause=CAUSE
        )[0]
        for source in SOURCES
    }


def ungated() -> MatchSpec:
    """Return how customers are matched, with the state gates off."""
    return replace(domains.get(DOMAIN).match_spec, state_gates=StateGates())


def learned(spec: MatchSpec, records: Sequence[Made]) -> Model:
    """Return a model of these records, to be frozen."""
    frame = build_frame(spec, [one.incoming.attributes for one in records], [one.name for one in records])
    return train(frame, spec)


def put_in_force(spec: MatchSpec, model: Model) -> None:
    """Activate a rule set; the caller rebuilds where there are records."""
    with audit.entry(actor=ACTOR, action="activate", cause=CAUSE):
        survivorship = domains.get(DOMAIN).survivorship
        activate(DOMAIN, spec=spec, model=model, survivorship=survivorship, actor=ACTOR)


def put(records: Sequence[Made], types: Mapping[str, ObjectType]) -> None:
    """Accept records in their order, neighbours of one source in one batch."""
    for source, group in groupby(records, key=lambda one: one.source):
        with audit.entry(actor=ACTOR, action="accept", cause=CAUSE):
            accept([one.incoming for one in group], object_type=types[source], origin=CAUSE)


def resolve_all(batch: int) -> None:
    """Resolve until nothing is due."""
    resolve_due(DOMAIN, actor=ACTOR, cause=CAUSE, batch=batch)
