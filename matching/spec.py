"""A MatchSpec declares how records of one domain are compared: columns, blocking, comparisons, gates, aims.

A spec holds no number that is learned from data (those live in `matching.model`); it is the same before and
after training, survives JSON, and is named by its fingerprint.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cached_property
from typing import Any, Self, TypeVar

from matching.errors import SpecError
from matching.refusing_specs import refuse_broken

Json = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Column:
    """One compared column: the canonical attributes it is read from and the reading that folds them.

    An input is a dotted path ("billing_address.city"); a list met on the way yields every element.
    told: a value that very many records carry (a switchboard, a mail provider) is generic and tells nothing.
    """

    name: str
    inputs: tuple[str, ...]
    reading: str = "text"
    shown: str = ""
    told: bool = False


@dataclass(frozen=True)
class KeyPart:
    """One part of a blocking key: a column and how keys are cut from each of its values."""

    column: str
    cut: str = "value"
    size: int = 0


@dataclass(frozen=True)
class BlockingRule:
    """Two records meet when they share a combination of all parts; a record without one part has no key.

    finer: a key that more records carry than the cap allows is replaced by itself with each of these parts
    added: the switchboard of a large company still finds those of one name.
    most: a cap of this rule's own, below that of the spec: namesakes grow with the data, and many of them are
    not worth looking at. 0: the spec's.
    weak: what this rule finds is compared only where another rule finds it as well.
    """

    name: str
    parts: tuple[KeyPart, ...]
    finer: tuple[KeyPart, ...] = ()
    most: int = 0
    weak: bool = False


@dataclass(frozen=True)
class Comparison:
    """How two values of one column agree, as levels of a named kernel.

    given: the name of an earlier comparison that this one depends on; m and u are then learned per
    agreement of it,
    so that what follows from it is not counted twice.
    other: a second column; the kernel also tries it crosswise (given name against family name).
    frequencies: exact agreement counts by the rarity of the agreed value.
    fixed: level name -> weight in 1/1000 bit set by a rule instead of learned; fixed_agreeing: the same,
        but only
    where the comparison that this one depends on agrees.
    """

    name: str
    column: str
    kernel: str
    given: str = ""
    other: str = ""
    frequencies: bool = False
    fixed: tuple[tuple[str, int], ...] = ()
    fixed_agreeing: tuple[tuple[str, int], ...] = ()
    floor: int | None = None
    attribute: str = ""


@dataclass(frozen=True)
class Gate:
    """A condition that no cluster may break.

    form: "exclusive" (two different values conflict), "identifier" (values "scheme:value" conflict within
        one scheme,
    unless they are one typing slip apart; without a scheme nothing is known), "kind" (two kinds never meet,
    unknown
    meets both) or "isolated" (records that carry the column stay alone).
    """

    name: str
    column: str
    form: str = "exclusive"


@dataclass(frozen=True)
class Relation:
    """What different things of one kind share by nature: a household its address and family name, a chain
    its name.

    shared: names of comparisons. Pairs that agree on these alone are explained by the relation, not by
        being one.
    chance: they share a value because it is frequent, as namesakes do; then sharing a rare one is not
        explained.
    """

    name: str
    shared: tuple[str, ...]
    chance: bool = False


@dataclass(frozen=True)
class Aims:
    """What linking aims at: expected precision of a link, the probability where review starts, and caps.

    questions_per_100: how many questions per 100 records people can answer; the review weight rises to keep
    to it. decisions_a_day: how many they make a day, where somebody said so; then as many questions may
    wait as are decided within days_to_clear days.
    grouped_link_probability: the aim where a record has more than five matches; 0: the same there.
    """

    link_probability: float = 0.9
    review_probability: float = 0.4
    questions_per_100: float = 1.0
    cap: int = 100
    neighbours: int = 10
    largest_component: int = 300
    grouped_link_probability: float = 0.0
    decisions_a_day: int | None = None
    days_to_clear: int = 20


@dataclass(frozen=True)
class Canary:
    """The part of a domain that these rules may change; elsewhere what they want is held.

    share: of the golden records, 0 to 1, by a hash of their ids. sources: codes of which one contributes a
    record. where: (path of an attribute, values of which it has one); all of them must hold. What joins
    several golden records belongs to the oldest of them.
    """

    share: float = 1.0
    sources: tuple[str, ...] = ()
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class StateGates:
    """Which changes of golden records that stand wait for a person, or for another day.

    confirmed_margin: two golden records that people have confirmed merge only where their mean weight is so
    much above the link weight (1/1000 bit); else the merge is held. None: they merge like any others.
    confirmed_split: a confirmed golden record is not split before a person has seen it.
    merges_a_day: golden records that may be merged away by the machine on one day; None: no limit.
    moved_share: share of a domain's records that other rules may move between golden records before whoever
    puts them in force has to name the number; None: any.
    overlay: an update of a record whose weight to its former self is below the review weight is held where so
    many identifying attributes conflict; None: it is accepted like any other.
    canary: the part that these rules may change; None: all.
    """

    confirmed_margin: int | None = None
    confirmed_split: bool = False
    merges_a_day: int | None = None
    moved_share: float | None = None
    overlay: int | None = None
    canary: Canary | None = None


@dataclass(frozen=True)
class ClusterLimits:
    """What no cluster may be that rests on weights alone; a person's must-link outranks it.

    most_records: a merge that would make a larger one is refused. bridge: two clusters of two and more
    records do not merge over a single pair at the link weight.
    """

    most_records: int = 500
    bridge: bool = True


@dataclass(frozen=True)
class GenericValues:
    """When a value of a told column identifies nobody, beside those that the model lists.

    most_names: records of more different names than this carry it. name: what a record is called, as parts
    of a key; records that are called alike count once, one without a name does not count.
    """

    most_names: int
    name: tuple[KeyPart, ...]


@dataclass(frozen=True)
class MatchSpec:
    """Everything a person declares about matching one domain."""

    name: str
    columns: tuple[Column, ...]
    blocking: tuple[BlockingRule, ...]
    comparisons: tuple[Comparison, ...]
    gates: tuple[Gate, ...] = ()
    relations: tuple[Relation, ...] = ()
    neighbour_columns: tuple[str, ...] = ()
    aims: Aims = field(default_factory=Aims)
    state_gates: StateGates = field(default_factory=StateGates)
    generic: GenericValues | None = None
    clusters: ClusterLimits = field(default_factory=ClusterLimits)

    def __post_init__(self) -> None:
        refuse_broken(self)

    def column(self, name: str) -> Column:
        """Return the column of that name."""
        return next(column for column in self.columns if column.name == name)

    def comparison(self, name: str) -> Comparison:
        """Return the comparison of that name."""
        return next(comparison for comparison in self.comparisons if comparison.name == name)

    def caps(self, cap: int) -> tuple[int, ...]:
        """Return how many rows a key of each rule may have, where `cap` is the most for any."""
        return tuple(min(rule.most or cap, cap) for rule in self.blocking)

    @property
    def weak_rules(self) -> int:
        """The bits of the rules of which one alone is no reason to compare."""
        return sum(1 << place for place, rule in enumerate(self.blocking) if rule.weak)

    @cached_property
    def told_rules(self) -> dict[int, str]:
        """Place of each blocking rule that finds by the values of one told column alone -> that column."""
        told = {column.name for column in self.columns if column.told}
        return {
            place: rule.parts[0].column
            for place, rule in enumerate(self.blocking)
            if len(rule.parts) == 1 and rule.parts[0].cut == "value" and rule.parts[0].column in told
        }

    def to_json(self) -> Json:
        """Return the spec as JSON-able values."""
        document = asdict(self)
        for rule in document["blocking"]:
            for later in ("finer", "most", "weak"):
                if not rule[later]:
                    del rule[later]  # specs from before there were such keep their fingerprint
        if not document["aims"]["grouped_link_probability"]:
            del document["aims"]["grouped_link_probability"]  # and those from before this aim
        if self.state_gates == StateGates():
            del document["state_gates"]
        elif self.state_gates.canary is None:
            del document["state_gates"]["canary"]
        if self.generic is None:
            del document["generic"]
        if self.clusters == ClusterLimits():
            del document["clusters"]
        if self.aims.decisions_a_day is None:
            del document["aims"]["decisions_a_day"], document["aims"]["days_to_clear"]
        return document

    @classmethod
    def from_json(cls, document: Json) -> Self:
        """Read a spec; an unknown or missing field is refused by name."""
        return cls(
            name=_field(document, "name"),
            columns=tuple(_read(Column, row) for row in _field(document, "columns")),
            blocking=tuple(_read_rule(row) for row in _field(document, "blocking")),
            comparisons=tuple(_read(Comparison, row) for row in _field(document, "comparisons")),
            gates=tuple(_read(Gate, row) for row in document.get("gates", ())),
            relations=tuple(_read(Relation, row) for row in document.get("relations", ())),
            neighbour_columns=tuple(document.get("neighbour_columns", ())),
            aims=_read(Aims, document.get("aims", {})),
            state_gates=_read_gates(document.get("state_gates", {})),
            clusters=_read(ClusterLimits, document.get("clusters", {})),
            generic=_read_generic(document["generic"]) if document.get("generic") else None,
        )

    def fingerprint(self) -> str:
        """Return 16 hexadecimal digits that name this spec: equal specs, equal fingerprints."""
        return self._fingerprint

    @cached_property
    def _fingerprint(self) -> str:
        text = json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _field(document: Json, name: str) -> Any:
    if name not in document:
        raise SpecError(f"A match spec needs the field '{name}'; add it.")
    return document[name]


def _read(kind: type[T], row: Json) -> T:
    known = {entry.name for entry in fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(row) - known)
    if unknown:
        raise SpecError(f"{kind.__name__} has no field '{unknown[0]}'; known are {', '.join(sorted(known))}.")
    return kind(**{name: _frozen(value) for name, value in row.items()})


def _read_rule(row: Json) -> BlockingRule:
    unknown = sorted(set(row) - {"name", "parts", "finer", "most", "weak"})
    if unknown:
        known = "finer, most, name, parts, weak"
        raise SpecError(f"BlockingRule has no field '{unknown[0]}'; known are {known}.")
    parts, finer = (
        tuple(_read(KeyPart, part) for part in parts)
        for parts in (_field(row, "parts"), row.get("finer", ()))
    )
    return BlockingRule(_field(row, "name"), parts, finer, row.get("most", 0), row.get("weak", False))


def _read_gates(row: Json) -> StateGates:
    read = _read(StateGates, row)
    return replace(read, canary=_read(Canary, row["canary"])) if row.get("canary") else read


def _read_generic(row: Json) -> GenericValues:
    read = _read(GenericValues, row)
    return replace(read, name=tuple(_read(KeyPart, part) for part in _field(row, "name")))


def _frozen(value: Any) -> Any:
    return tuple(_frozen(entry) for entry in value) if isinstance(value, list | tuple) else value
