"""A small language in which tests say what goes into the hub and how it then stands: tables of text.

A record is a line `erp/7 n=anna m=a p=1`: a source and a key, then what the record says:
    n name, m e-mail (several: m=a,b), p phone, t tax id, k kind, l language (which says nothing of identity),
    up its parent account, of the account that it is a contact of (`of=crm/1:ceo:2024-01-01:2024-12-31` with
    role and days, several with commas), head the head of its household,
    at=3 the source's stamp in days after 2024-01-01, `gone` for a retired and `deleted` for a deleted one,
    `also=X9` for a further key, `was=8` for the former one, `into=9` for the record it was merged into.
Two records weigh +12 bits for the same name and -6 for another, +12 for a shared e-mail and -1 for none,
+7 for a shared phone; 10 bits link, 5 ask a person. Two tax ids or two kinds never meet.

How the hub stands is a line `g1: erp/7 (crm/2)` for a live golden record (in brackets: retired), `g2 -> g1`
for one that redirects, `g3 gone` for a tombstone, `due: shop/1` for what waits. Golden records are numbered
by age.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import numpy as np
from django.db import transaction

from matching.admissibility import Facts
from matching.model import Model, Parameters, default_model
from matching.spec import (
    BlockingRule,
    Column,
    Comparison,
    Gate,
    GenericValues,
    KeyPart,
    MatchSpec,
    StateGates,
)
from mdm import domains
from mdm.compliance import audit
from mdm.ingestion.accept import accept
from mdm.ingestion.incoming import Incoming
from mdm.models import GoldenRecord, Membership, ObjectType, SourceRecord, SourceSystem
from mdm.relationships.stated import Stated
from mdm.resolution import decisions, placing
from mdm.resolution.bulk import rebuild
from mdm.resolution.due import resolve_due
from mdm.resolution.resolve import resolve
from mdm.resolution.verdicts import FOR_GOOD, Term
from mdm.rulesets.activate import activate
from tests.matching.clustering_reference import Reference
from tests.relationtable import stated_by

DOMAIN = "customer"
BIT = 1000
LINK, REVIEW = 10 * BIT, 5 * BIT
WEIGHTS = {"name": (-6, 12), "mail": (-1, 12), "phone": (0, 7)}
FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)
BY = decisions.By(actor="steward", reason_code="same_person")
NOT = decisions.By(actor="steward", reason_code="relatives")
OOPS = decisions.By(actor="steward", reason_code="mistake")

SPEC = MatchSpec(
    name="link table",
    columns=(
        Column("name", ("full_name",), "raw"),
        Column("mail", ("emails",), "raw"),
        Column("phone", ("phones",), "raw", told=True),
        Column("tax", ("lei",), "raw"),
        Column("kind", ("kind",), "raw"),
    ),
    blocking=tuple(BlockingRule(name, (KeyPart(name),)) for name in WEIGHTS),
    comparisons=tuple(Comparison(name, name, "exact") for name in WEIGHTS),
    gates=(Gate("tax", "tax"), Gate("kind", "kind", "kind")),
)

NO_GATES = StateGates()


def spec_of(gates: StateGates = NO_GATES, names: int | None = None) -> MatchSpec:
    """Return the spec of the language; a phone that more than so many names share is generic."""
    generic = None if names is None else GenericValues(names, (KeyPart("name"),))
    return replace(SPEC, state_gates=gates, generic=generic)


def model(cap: int = 100, spec: MatchSpec = SPEC) -> Model:
    """Return the model of the language: weights as its description says."""
    return replace(
        default_model(spec),
        parameters={
            name: Parameters(((0.1, 0.9),), ((0.9, 0.1),), ((0, differs * BIT, agrees * BIT),))
            for name, (differs, agrees) in WEIGHTS.items()
        },
        link_weight=LINK,
        review_weight=REVIEW,
        cap=cap,
    )


@dataclass(frozen=True)
class Line:
    """One record of the language."""

    source: str
    key: str
    attributes: dict[str, Any]
    gone: bool
    at: int
    also: tuple[str, ...]
    stated: tuple[Stated, ...] = ()
    was: str = ""
    into: str = ""
    deleted: bool = False

    @property
    def name(self) -> tuple[str, str, str]:
        """Its name as the hub knows it."""
        return (self.source, "thing", self.key)

    @property
    def short(self) -> str:
        """Its name as the language writes it."""
        return f"{self.source}/{self.key}"

    def incoming(self) -> Incoming:
        """Return it as ingestion would hand it over."""
        return Incoming(
            source_key=self.key,
            attributes=self.attributes,
            payload={"line": self.short},
            status="deleted" if self.deleted else "retired" if self.gone else "active",
            former_key=self.was,
            merged_into=self.into,
            changed_at=FIRST_DAY + timedelta(days=self.at),
            alternate_keys=self.also,
            relationships=self.stated,
        )


def lines(text: str) -> list[Line]:
    """Read records, one a line."""
    return [_line(row) for row in text.strip().splitlines() if row.strip()]


def _line(row: str) -> Line:
    name, *words = row.split()
    source, key = name.split("/")
    said = dict(word.split("=", 1) for word in words if "=" in word)
    attributes: dict[str, Any] = {}
    for letter, attribute in (("n", "full_name"), ("t", "lei"), ("k", "kind"), ("l", "language")):
        if letter in said:
            attributes[attribute] = said[letter]
    if "m" in said:
        attributes["emails"] = [f"{one}@mail.example" for one in said["m"].split(",")]
    if "p" in said:
        attributes["phones"] = [f"+49{one}" for one in said["p"].split(",")]
    also = tuple(said["also"].split(",")) if "also" in said else ()
    gone, deleted = "gone" in words or "deleted" in words, "deleted" in words
    was, into, stated = said.get("was", ""), said.get("into", ""), tuple(stated_by(said))
    return Line(source, key, attributes, gone, int(said.get("at", 0)), also, stated, was, into, deleted)


@dataclass
class Hub:
    """The hub of one test: what went in, and how it stands."""

    types: dict[str, ObjectType] = field(default_factory=dict)

    def put(self, text: str) -> str:
        """Accept records in order, neighbours of one source in one batch; returns the verdicts."""
        verdicts = []
        waiting: list[Line] = []
        for line in [*lines(text), None]:
            if waiting and (line is None or line.source != waiting[0].source):
                with audit.entry(actor="test", action="accept", cause="a table"):
                    outcomes = accept(
                        [one.incoming() for one in waiting],
                        object_type=self.type_of(waiting[0].source),
                        origin="a table",
                    )
                verdicts += [outcome.verdict for outcome in outcomes]
                waiting = []
            if line is not None:
                waiting.append(line)
        return " ".join(verdicts)

    def type_of(self, source: str) -> ObjectType:
        """Return the object type `thing` of a source; made known when new."""
        if source not in self.types:
            with audit.entry(actor="test", action="register", cause="a table"):
                system, _ = SourceSystem.objects.get_or_create(code=source, defaults={"name": source})
                self.types[source], _ = ObjectType.objects.get_or_create(
                    source=system, code="thing", defaults={"domain": DOMAIN}
                )
        return self.types[source]

    def resolve(self, batch: int = 200) -> int:
        """Resolve what is due."""
        return resolve_due(DOMAIN, actor="test", cause="a table", batch=batch)

    def load(self, text: str) -> str:
        """Put and resolve records line by line; returns how the hub stands."""
        for row in text.strip().splitlines():
            self.put(row)
            self.resolve()
        return self.stands()

    def rebuild(self) -> None:
        """Resolve the whole domain in bulk."""
        rebuild(DOMAIN, actor="test", cause="a table")

    def goldens(self) -> dict[int, str]:
        """Return golden number -> g1, g2, … in the order of their age."""
        ids = GoldenRecord.objects.filter(domain=DOMAIN).order_by("pk").values_list("pk", flat=True)
        return {golden: f"g{place}" for place, golden in enumerate(ids, start=1)}

    def code(self, label: str) -> str:
        """Return the golden id of g1, g2, …"""
        number = next(number for number, name in self.goldens().items() if name == label)
        return GoldenRecord.objects.get(pk=number).code

    def record(self, short: str) -> SourceRecord:
        """Return a source record by its short name."""
        source, key = short.split("/")
        return SourceRecord.objects.get(object_type=self.type_of(source), source_key=key)

    def membership(self, short: str) -> Membership:
        """Return where a source record stands."""
        return Membership.objects.get(record=self.record(short))

    def golden(self, label: str) -> GoldenRecord:
        """Return a golden record by its label."""
        return GoldenRecord.objects.get(code=self.code(label))

    def stands(self) -> str:
        """Return how the hub stands, one golden record a line."""
        labels = self.goldens()
        members: dict[int, list[str]] = {}
        waiting = []
        homes: dict[int, list[tuple[bool, int, int]]] = {}
        for row in Membership.objects.select_related("record__object_type__source").order_by("record_id"):
            short = f"{row.record.object_type.source.code}/{row.record.source_key}"
            active = row.record.status == "active"
            if row.due:
                waiting.append(short)
            if row.golden_id is not None and row.home_id is not None:
                members.setdefault(row.golden_id, []).append(short if active else f"({short})")
                if active or (row.record.merged_into and row.golden_id != row.home_id):
                    homes.setdefault(row.home_id, []).append((not active, row.record_id, row.golden_id))
        found = []
        for golden in GoldenRecord.objects.filter(domain=DOMAIN).order_by("pk"):
            if golden.status == "live":
                found.append(f"{labels[golden.pk]}: {' '.join(sorted(members[golden.pk], key=_bare))}")
            elif golden.status == "merged":
                found.append(f"{labels[golden.pk]} -> {labels[min(homes[golden.pk])[2]]}")
            else:
                found.append(f"{labels[golden.pk]} gone")
        return "\n".join(found + ([f"due: {' '.join(sorted(waiting))}"] if waiting else []))

    def clusters(self) -> set[frozenset[str]]:
        """Return the active records of each live golden record."""
        found: dict[int | None, set[str]] = {}
        for row in Membership.objects.select_related("record__object_type__source"):
            if row.record.status == "active":
                short = f"{row.record.object_type.source.code}/{row.record.source_key}"
                found.setdefault(row.golden_id, set()).add(short)
        return {frozenset(one) for one in found.values()}

    def values(self) -> dict[str, Any]:
        """Return label -> attributes of every live golden record."""
        labels = self.goldens()
        return {
            labels[golden.pk]: golden.attributes
            for golden in GoldenRecord.objects.filter(domain=DOMAIN, status="live").order_by("pk")
        }

    def merge(self, *labels: str, keep: str | None = None) -> decisions.Decision:
        """Hold golden records to be one."""
        codes = [self.code(label) for label in labels]
        return decisions.merge(codes, keep=self.code(keep) if keep else None, by=BY)

    def part(self, *labels: str, term: Term = FOR_GOOD) -> decisions.Decision:
        """Hold two golden records to be different."""
        return decisions.not_a_match([self.code(label) for label in labels], term=term, by=NOT)

    def split(self, label: str, *shorts: str) -> decisions.Decision:
        """Take records out of a golden record."""
        return decisions.split(self.code(label), [self.record(short).pk for short in shorts], by=NOT)

    def isolate(self, short: str) -> decisions.Decision:
        """Let a record stand alone."""
        return placing.isolate(self.record(short).pk, by=NOT)

    def move(self, label: str, *shorts: str) -> decisions.Decision:
        """Move records to a golden record."""
        return placing.move([self.record(short).pk for short in shorts], self.code(label), by=BY)

    def rematch(self, *shorts: str) -> decisions.Decision:
        """Release what people decided about records, and match them anew."""
        return placing.rematch([self.record(short).pk for short in shorts], by=OOPS)

    def confirm(self, label: str) -> decisions.Decision:
        """Confirm a golden record as right."""
        return decisions.confirm(self.code(label), by=BY)

    def undo(self, decision: decisions.Decision) -> None:
        """Withdraw a decision."""
        decisions.undo(decision.judgement_ids[0], by=OOPS)

    def resolve_records(self, *shorts: str) -> None:
        """Resolve records although they are not due."""
        resolve(DOMAIN, [self.record(short).pk for short in shorts], actor="test", cause="a table")


def _bare(short: str) -> str:
    return short.strip("()")


def start(cap: int = 100, gates: StateGates = NO_GATES, names: int | None = None) -> Hub:
    """Return an empty hub whose customers match by the weights of the language."""
    put_in_force(cap, gates, names)
    hub = Hub()
    for source in ("erp", "crm", "shop", "desk"):
        hub.type_of(source)
    return hub


def put_in_force(cap: int = 100, gates: StateGates = NO_GATES, names: int | None = None) -> None:
    """Put the rules of the language in force, with these state gates; nothing is resolved by them yet."""
    with audit.entry(actor="test", action="activate", cause="a table"):
        spec, survivorship = spec_of(gates, names), domains.get(DOMAIN).survivorship
        activate(DOMAIN, spec=spec, model=model(cap, spec), survivorship=survivorship, actor="test")


@contextmanager
def scratch(cap: int = 100, gates: StateGates = NO_GATES, names: int | None = None) -> Iterator[Hub]:
    """Give an empty hub whose traces are rolled back, so that one test can run many of them."""

    class Undone(Exception):
        pass

    try:
        with transaction.atomic():
            yield start(cap, gates, names)
            raise Undone
    except Undone:
        return


def table(text: str) -> str:
    """Return a table without the indentation of the test."""
    return "\n".join(row.strip() for row in text.strip().splitlines())


def weight(one: Line, other: Line) -> int:
    """Return the weight of two records as the description of the language says it."""
    total = 0
    for column, attribute in (("name", "full_name"), ("mail", "emails"), ("phone", "phones")):
        mine, theirs = one.attributes.get(attribute), other.attributes.get(attribute)
        if mine and theirs:
            differs, agrees = WEIGHTS[column]
            shared = set(mine) & set(theirs) if isinstance(mine, list) else mine == theirs
            total += agrees if shared else differs
    return total * BIT


def expected_clusters(
    records: Iterable[Line],
    must: Sequence[tuple[str, str]] = (),
    cannot: Sequence[tuple[str, str]] = (),
    cap: int = 100,
    names: int | None = None,
    *,
    rule: Sequence[tuple[str, str]] = (),
) -> set[frozenset[str]]:
    """Return the partition of these records, computed from nothing but them: no database, none of the hub.

    rule: pairs that sources say to be one.
    """
    active = _telling([one for one in records if not one.gone], names)
    place = {one.short: number for number, one in enumerate(active)}
    must_here, cannot_here, rule_here = (
        [(place[a], place[b]) for a, b in pairs if a in place and b in place]
        for pairs in (must, cannot, rule)
    )
    found: set[frozenset[str]] = set()
    for members in _components(active, [*must_here, *rule_here], cap):
        here = {row: number for number, row in enumerate(members)}
        reference = Reference(
            [active[row].name for row in members],
            np.array([[weight(active[a], active[b]) if a != b else 0 for b in members] for a in members]),
            _facts([active[row] for row in members]),
            link_weight=LINK,
            max_size=500,
            must=[(here[a], here[b]) for a, b in must_here if a in here and b in here],
            cannot=[(here[a], here[b]) for a, b in cannot_here if a in here and b in here],
            rule=[(here[a], here[b]) for a, b in rule_here if a in here and b in here],
            holds=[],
            link_only=False,
            one_to_one=False,
        )
        found |= {frozenset(active[members[row]].short for row in group) for group in reference.groups}
    return found


def _telling(active: Sequence[Line], names: int | None) -> list[Line]:
    """Return the records without the phones that more than so many names share."""
    if names is None:
        return list(active)
    sharing: dict[str, set[str]] = {}
    for one in active:
        for phone in one.attributes.get("phones", ()):
            sharing.setdefault(phone, set()).update({one.attributes.get("full_name", "")} - {""})
    return [
        replace(
            one,
            attributes={
                **one.attributes,
                "phones": [
                    phone for phone in one.attributes.get("phones", ()) if len(sharing[phone]) <= names
                ],
            },
        )
        for one in active
    ]


def _facts(members: Sequence[Line]) -> Facts:
    kinds: Mapping[str, int] = {"person": 1, "organisation": 2}
    return Facts(
        kind=[kinds.get(str(one.attributes.get("kind")), 0) for one in members],
        exclusive=[[{one.attributes["lei"]} if "lei" in one.attributes else set() for one in members]],
        isolated=[False] * len(members),
    )


def _components(active: Sequence[Line], must: Sequence[tuple[int, int]], cap: int) -> list[list[int]]:
    carriers: dict[tuple[str, str], list[int]] = {}
    for number, one in enumerate(active):
        for attribute in ("full_name", "emails", "phones"):
            values = one.attributes.get(attribute) or []
            for value in values if isinstance(values, list) else [values]:
                carriers.setdefault((attribute, value), []).append(number)
    met = {pair for rows in carriers.values() if len(rows) <= cap for pair in combinations(rows, 2)}
    links = [pair for pair in met if weight(active[pair[0]], active[pair[1]]) >= LINK] + [*must]
    label = list(range(len(active)))
    for left, right in links:
        old, new = label[left], label[right]
        label = [new if one == old else one for one in label]
    return [[row for row, one in enumerate(label) if one == name] for name in sorted(set(label))]
