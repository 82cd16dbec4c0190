"""A MatchSpec for any table: what each column holds, how it is compared and blocked, and why, as a
printable plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from matching.choosing_columns import (
    TEXTS,
    fewer_texts,
    named,
    numbered_streets,
    repeated,
    telling,
    tells,
    without_long_texts,
)
from matching.column_types import Profile, profile, without_repeats
from matching.errors import SpecError
from matching.spec import Aims, BlockingRule, ClusterLimits, Column, Comparison, KeyPart, MatchSpec, Relation
from matching.spills import spilled

LEAST_FILLED = 0.02
LINK_PROBABILITY, GROUPED, ENOUGH = 0.65, 0.5, 100
MOST_PAIRS, MOST_SHARING = 1_000_000, 1000

# type -> (reading, kernel, exact agreement counts by rarity)
COMPARED: dict[str, tuple[str, str, bool]] = {
    "given_name": ("given_name", "name", True),
    "family_name": ("text", "name", True),
    "middle_name": ("text", "name", False),
    "organisation": ("organisation", "text", False),
    "affiliation": ("institution", "text", False),
    "name": ("text", "text", False),
    "free_text": ("text", "text", False),
    "street": ("street", "text", False),
    "house_number": ("code", "code", False),
    "city": ("text", "name", True),
    "postcode": ("code", "postcode", True),
    "email": ("email", "email", True),
    "phone": ("phone", "phone", True),
    "website": ("website", "exact", True),
    "date": ("date", "date", True),
    "year": ("year", "year", False),
    "duration": ("duration", "duration", False),
    "number": ("number", "number", False),
    "price": ("number", "number", False),
    "code": ("code", "code", True),
    "category": ("text", "exact", True),
    "codes": ("text", "text", False),
    "latitude": ("coordinate", "exact", True),
    "longitude": ("coordinate", "exact", True),
}


@dataclass(frozen=True)
class ColumnPlan:
    """How one column takes part: its type, comparison and blocking rules, and why."""

    column: str
    kind: str
    comparison: str
    blocking: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Plan:
    """The spec that was inferred and the reasons, one row per column of the table."""

    spec: MatchSpec
    columns: tuple[ColumnPlan, ...]

    def __str__(self) -> str:
        rows = [("column", "type", "comparison", "blocking", "why")]
        rows += [
            (row.column, row.kind, row.comparison or "-", ", ".join(row.blocking) or "-", row.why)
            for row in self.columns
        ]
        widths = [max(len(row[place]) for row in rows) for place in range(4)]
        return "\n".join(
            "  ".join([*(row[p].ljust(widths[p]) for p in range(4)), row[4]]).rstrip() for row in rows
        )


@dataclass
class _Draft:
    columns: list[Column] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    rules: list[BlockingRule] = field(default_factory=list)

    def rule(
        self, name: str, *parts: tuple[str, str, int], finer: Sequence[tuple[str, str, int]] = ()
    ) -> None:
        if all(rule.name != name for rule in self.rules) and len(self.rules) < 60:
            chosen = tuple(KeyPart(*part) for part in parts)
            self.rules.append(BlockingRule(name, chosen, tuple(KeyPart(*part) for part in finer)))


def infer(records: Sequence[Mapping[str, Any]], *, name: str = "generic", links: bool = False) -> Plan:
    """Return the plan for a table whose records are mappings of column name to value.

    links: only records of different sources will be compared; there the runners-up tell what look-alikes are.
    A record that stands there more often than namesakes do says once what its columns hold.
    """
    records = without_repeats(records)
    headers = list(dict.fromkeys(header for record in records for header in record))
    raw = {header: [_shown(record.get(header)) for record in records] for header in headers}
    profiles = [profile(header, raw[header]) for header in headers]
    profiles = [named(entry, profiles) for entry in profiles]
    dropped = repeated(profiles, raw)
    used = {
        entry.name: entry
        for entry in profiles
        if entry.kind in COMPARED
        and entry.name not in dropped
        and entry.filled >= LEAST_FILLED
        and tells(entry)
    }
    used = without_long_texts(fewer_texts(used), links)
    if not used:
        raise SpecError(
            "No column of the table can be compared; give one with names, codes, dates or contact data."
        )
    draft = _Draft()
    _columns(draft, used, links, spilled(used, raw))
    for street in numbered_streets(used, raw):
        number = f"{street} number"
        draft.columns.append(Column(number, (street,), "house_in_street"))
        draft.comparisons.append(Comparison(number, number, "code", given=street))
    _block(draft, used)
    texts = [entry.name for entry in used.values() if entry.kind in TEXTS and entry.words <= 20]
    neighbours = tuple(texts or [entry.name for entry in used.values() if entry.kind == "free_text"])
    aims = _aims(len(records), links)
    spec = MatchSpec(
        name,
        tuple(draft.columns),
        tuple(draft.rules),
        tuple(draft.comparisons),
        relations=() if links else _relations(draft, used),
        neighbour_columns=neighbours,
        aims=aims,
        clusters=ClusterLimits(most_records=aims.largest_component),
    )
    return Plan(spec, tuple(_explained(entry, spec, dropped) for entry in profiles))


def _shown(value: Any) -> str | None:
    return None if value is None or value == "" else str(value)


def _of(used: Mapping[str, Profile], *kinds: str) -> list[str]:
    return [name for name, entry in used.items() if entry.kind in kinds]


def _columns(
    draft: _Draft, used: Mapping[str, Profile], links: bool, spills: Mapping[str, tuple[str, ...]]
) -> None:
    """Add columns and comparisons: the strongest text first, what may follow from it after it.

    spills: per text the columns whose values stand in it now and then.
    """
    texts = sorted(_of(used, *TEXTS), key=lambda name: (used[name].kind == "free_text", -telling(used[name])))
    main = texts[0] if texts else ""
    leaders = {
        "city": _of(used, "postcode"),
        "street": _of(used, "postcode"),
        "house_number": _of(used, "street"),
        "longitude": _of(used, "latitude"),
    }
    ranks = ("given_name", "family_name", "postcode", "street", "latitude")
    order = sorted(
        used, key=lambda name: (texts.index(name) if name in texts else -1, _rank(used[name].kind, ranks))
    )
    for name in [*([main] if main else []), *(entry for entry in order if entry != main)]:
        kind = used[name].kind
        reading, kernel, frequencies = COMPARED[kind]
        given = next(iter(leaders.get(kind, [])), "")
        if kind in TEXTS and name != main:
            given = main
        if name == main and links and len(used) == 1:
            # All that is known of a record is what it is called.
            reading, kernel = reading if kind == "affiliation" else "numbered", "near"
        other = _partner(used, name)
        draft.columns.append(Column(name, (name,), reading))
        column = name
        if name in spills:
            column, kernel = f"{name} in context", "text_in_context"
            draft.columns.append(Column(column, (name, *spills[name]), "in_context"))
        draft.comparisons.append(
            Comparison(name, column, kernel, given=given, other=other, frequencies=frequencies)
        )
    if given_names := _of(used, "given_name"):
        one, other = given_names[0], _of(used, "family_name")[0]
        draft.columns.append(Column("person words", (one, other), "words"))
        draft.comparisons.append(Comparison("order", one, "order", other=other))


def _relations(draft: _Draft, used: Mapping[str, Profile]) -> tuple[Relation, ...]:
    """Return what different things of the table may share: all but the text that names them.

    Without it, songs of one artist and offers of one shop are learned to be matches where matches are rare.
    """
    first, *rest = draft.comparisons
    if not rest or used[first.name].kind not in TEXTS:
        return ()
    shared = tuple(
        entry.name for entry in rest if entry.name not in used or used[entry.name].kind != "free_text"
    )
    return (Relation("neighbours", shared),) if shared else ()


def _aims(rows: int, links: bool) -> Aims:
    """Return the aims of a table: where little can be learned, only what is nearly sure is linked.

    More records may share a key in a small table, where all their pairs are few, and a component may be as
    much larger; groups of duplicates are large, but of two sources without any a record has one partner.
    The mean over the many pairs of large groups errs less than one pair: there likelier than not is enough.
    """
    cap = Aims.cap if links else min(max(Aims.cap, MOST_PAIRS // max(rows, 1)), MOST_SHARING)
    return Aims(
        link_probability=LINK_PROBABILITY if rows >= ENOUGH else Aims.link_probability,
        cap=cap,
        largest_component=Aims.largest_component * cap // Aims.cap,
        grouped_link_probability=GROUPED if rows >= ENOUGH else 0.0,
    )


def _rank(kind: str, ranks: tuple[str, ...]) -> int:
    return ranks.index(kind) if kind in ranks else len(ranks)


def _partner(used: Mapping[str, Profile], name: str) -> str:
    """Return the other part of a person's name, where the two may be swapped."""
    given, family = _of(used, "given_name"), _of(used, "family_name")
    if given and family and name == given[0]:
        return family[0]
    return given[0] if given and family and name == family[0] else ""


def _block(draft: _Draft, used: Mapping[str, Profile]) -> None:
    """Add rules: exact identifiers and contacts, rare parts of texts, names with places and dates, pairs of
    the rest.
    """
    named = [("person words", "sound", 0)] if _of(used, "given_name") else []
    named += [(text, "rare_tokens", 2) for text in _of(used, *TEXTS)]
    for name in _of(used, "email", "phone", "website", "code"):
        draft.rule(name, (name, "value", 4), finer=named)
    for name in _of(used, "email"):
        draft.rule(f"{name} local part", (name, "local", 5))
        draft.rule(f"{name} rare letters", (name, "rare_grams", 3))
    for name in _of(used, "phone"):
        draft.rule(f"{name} end", (name, "end", 6))
    named_so = any(entry.kind in TEXTS and entry.kind != "free_text" for entry in used.values())
    for name in _of(used, *(kind for kind in TEXTS if kind != "free_text" or not named_so)):
        draft.rule(f"{name} rare words", (name, "rare_tokens", 4))
        draft.rule(f"{name} rare letters", (name, "rare_grams", 4))
    dates, places = _of(used, "date"), _of(used, "city", "postcode")
    if _of(used, "given_name"):
        _block_people(draft, dates, places)
    for street in _of(used, "street"):
        for house in _of(used, "house_number"):
            draft.rule(f"{street} and {house}", (street, "rare_tokens", 2), (house, "value", 0))
        draft.rule(f"{street} rare words", (street, "rare_tokens", 2))
    for one, other in combinations(dates + places, 2):
        draft.rule(f"{one} and {other}", (one, "value", 0), (other, "value", 0))
    if not draft.rules:
        for name in used:
            draft.rule(name, (name, "value", 0))
        for one, other in combinations(used, 2):
            draft.rule(f"{one} and {other}", (one, "value", 0), (other, "value", 0))


def _block_people(draft: _Draft, dates: list[str], places: list[str]) -> None:
    words = "person words"
    draft.rule("two names", (words, "value_pairs", 0))
    draft.rule("a name", (words, "sound", 0))
    for day in dates:
        draft.rule(f"initial and {day}", (words, "start", 1), (day, "value", 0))
        draft.rule(f"name and day of {day}", (words, "sound", 0), (day, "month_day", 0))
        draft.rule(f"name start and day of {day}", (words, "start", 3), (day, "month_day", 0))
        draft.rule(f"name and year of {day}", (words, "sound", 0), (day, "year", 0))
    for place in places:
        draft.rule(f"name and {place}", (words, "sound", 0), (place, "value", 0))
        draft.rule(f"name start and {place}", (words, "start", 3), (place, "value", 0))


def _explained(entry: Profile, spec: MatchSpec, dropped: Mapping[str, str]) -> ColumnPlan:
    comparison = next((row for row in spec.comparisons if row.name == entry.name), None)
    rules = tuple(
        rule.name for rule in spec.blocking if any(part.column == entry.name for part in rule.parts)
    )
    why = entry.why
    if entry.name in dropped:
        why = f"not compared: it repeats {dropped[entry.name]}"
    elif comparison is None and entry.kind != "empty":
        why = f"not compared: {why}"
    shown = ""
    if comparison is not None:
        shown = comparison.kernel + (f" given {comparison.given}" if comparison.given else "")
    return ColumnPlan(entry.name, entry.kind, shown, rules, why)
