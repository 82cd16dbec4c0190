"""Match files from beginning to end: gather, choose, map, resolve, name, write. No database, no service.

Invariant: what is written depends on what the records are, never on the order of files and rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from matching.cautions import cautions
from matching.charts.book import charts_of_run, write_charts
from matching.engines.local import Resolution
from matching.errors import SpecError
from matching.generic import infer
from matching.spec import MatchSpec
from matching.stateless import Matched, match_records
from mdm import domains
from mdm.ingestion.mapping import Mapping as RowMapping
from mdm.ingestion.mapping import absent_columns
from mdm.ingestion.table import Table
from mdm.stateless import planning, writing
from mdm.stateless.canonical import RecordName, Records, by_mapping, canonical_records, in_order
from mdm.stateless.fitting import GENERIC, choose_domain, suggested
from mdm.stateless.gathering import Advance, Family, Gathered, Unmatchable, gather
from mdm.stateless.generic import aligned, generic_records
from mdm.stateless.keys import (
    MOST_WITHOUT,
    KeyChoice,
    NamedRow,
    by_column,
    choose_key,
    named_rows,
    without_duplicates,
)
from mdm.stateless.naming import GENERIC_LETTER, golden_ids

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be matched, and how."""

    out: Path
    pairs: Path | None = None
    report: Path | None = None
    combinations: Path | None = None
    charts: Path | None = None
    """A folder for pictures of the model and the run."""
    domain: str = ""
    """Empty: the one that the columns clearly fit, else generic."""
    mapping: RowMapping | None = None
    id_column: str = ""
    source_column: str = ""
    link_only: bool = False
    one_to_one: bool | None = None


@dataclass(slots=True)
class Progress:
    """Where a run says what it does: sentences, the position in a table, and stages as they begin."""

    say: Say = lambda sentence: None
    reading: Callable[[Table], Advance] = lambda table: lambda position: None
    stage: Say = lambda name: None


@dataclass(frozen=True, slots=True)
class Planned:
    """Records and the spec that they are matched by."""

    domain: str
    spec: MatchSpec
    records: Records
    letter: str


@dataclass(slots=True)
class Outcome:
    """What a run came to."""

    domain: str
    resolution: Resolution
    golden_of: Mapping[RecordName, str]
    gathered: Gathered
    seconds: dict[str, float] = field(default_factory=dict)
    cautions: tuple[str, ...] = ()
    """What to know before relying on the result."""

    def counts(self) -> dict[str, int]:
        """Return records, clusters, duplicates, pairs that were linked, and pairs for a person to look at."""
        records, clusters = len(self.golden_of), len(self.resolution.groups)
        review = len(self.resolution.review_pairs())
        return {
            "records": records,
            "clusters": clusters,
            "duplicates": records - clusters,
            "pairs": len(self.resolution.pairs) - review,
            "review pairs": review,
        }


def match_tables(tables: Sequence[tuple[str, Table]], request: Request, progress: Progress) -> Outcome:
    """Match all rows of opened tables (`gathering.open_tables`) and write the results.

    Raises Unmatchable with a sentence where the files cannot be matched as asked; nothing is written then.
    """
    writing.refuse_unwritable((request.out, request.pairs, request.report, request.combinations))
    writing.refuse_no_folder(request.charts)
    seconds: dict[str, float] = {}
    began = perf_counter()
    gathered = gather(tables, source_column=request.source_column, advance=progress.reading)
    for sentence in (*gathered.described, *gathered.notes):
        progress.say(sentence)
    seconds["read"] = _since(began)
    began = perf_counter()
    progress.stage("mapping")
    planned = _planned(gathered, request, progress.say)
    _refuse_hopeless(planned.records, request)
    absent = planning.silent(planned.spec, planned.records.attributes)
    if absent and planned.domain != GENERIC:
        progress.say(f"No record has {', '.join(absent)}: what these would tell is missing.")
    seconds["map"] = _since(began)
    progress.stage("matching")

    def ended(stage: str, taken: float) -> None:
        seconds[stage] = round(taken, 3)
        progress.stage(f"matching: {stage} done")

    matched = match_records(
        planned.records.attributes,
        planned.records.names,
        spec=planned.spec,
        link_only=request.link_only,
        one_to_one=request.one_to_one,
        progress=ended,
    )
    began = perf_counter()
    progress.stage("writing")
    resolution = matched.resolution
    clusters = [[resolution.frame.names[row] for row in rows] for rows in resolution.groups]
    golden_of: dict[Any, str] = golden_ids(clusters, planned.letter)
    writing.write_xref(request.out, golden_of)
    _write_more(request, matched, gathered)
    seconds["write"] = _since(began)
    told = cautions(resolution, planned.spec)
    return Outcome(planned.domain, resolution, golden_of, gathered, seconds, told)


def _write_more(request: Request, matched: Matched, gathered: Gathered) -> None:
    """Write what was asked for beside the cross-references."""
    if request.pairs is not None:
        writing.write_pairs(request.pairs, matched)
    if request.combinations is not None:
        writing.write_combinations(request.combinations, matched)
    if request.charts is not None:
        drawn = charts_of_run(matched.resolution, matched.plan.spec, link_only=request.link_only)
        write_charts(request.charts, drawn)
    if request.report is not None:
        writing.write_faults(request.report, gathered.faults)


def _since(began: float) -> float:
    return round(perf_counter() - began, 3)


def _planned(gathered: Gathered, request: Request, say: Say) -> Planned:
    families = gathered.families
    if request.mapping is not None:
        return _by_mapping(gathered, request.mapping, request, say)
    keys = [choose_key(family, request.id_column) for family in families]
    domain, why = request.domain, "as asked for"
    if not domain:
        domain, why = choose_domain(families, keys)
    say(f"Domain: {domain} ({why}).")
    if domain == GENERIC:
        return _generic(gathered, keys, request, say)
    spec = domains.get(domain).match_spec
    rows = _rows(gathered, [(family, key, None) for family, key in zip(families, keys, strict=True)])
    found: list[tuple[RecordName, Mapping[str, Any]]] = []
    for family, key, named in zip(families, keys, rows, strict=True):
        suggestion = suggested(family, domain, key)
        if not any(plan.attribute not in ("", "source_key") for plan in suggestion.columns):
            raise Unmatchable(
                f"No column of {family.files[0]} is known to the domain {domain}: give a --mapping,"
                " or another --domain."
            )
        say(f"Plan for {', '.join(family.files)}:")
        say(planning.as_text(planning.of_suggestion(suggestion, spec, key, request.source_column)))
        found += canonical_records(named, suggestion.mapping(), gathered, flat=True)
    return Planned(domain, spec, in_order(found), domains.get(domain).letter)


def _by_mapping(gathered: Gathered, mapping: RowMapping, request: Request, say: Say) -> Planned:
    declared = domains.registered().get(mapping.domain)
    if declared is None:
        known = ", ".join(domains.registered())
        raise Unmatchable(
            f"The mapping {mapping.name} is for the domain {mapping.domain}; known are {known}."
        )
    say(f"Domain: {mapping.domain} (the mapping {mapping.name} is for it).")
    say(planning.as_text(planning.of_mapping(mapping, declared.match_spec)))
    choices = []
    for family in gathered.families:
        absent = absent_columns(mapping, family.columns)
        if not request.id_column and set(absent) & set(mapping.key.columns):
            raise Unmatchable(
                f"{family.files[0]} has no column {mapping.key.columns[0]!r}, which the mapping takes the key"
                " from."
            )
        if absent:
            say(f"Not in {', '.join(family.files)}: {', '.join(absent)}.")
        key = choose_key(family, request.id_column or mapping.key.columns[0])
        choices.append((family, key, None if request.id_column else mapping))
    rows = _rows(gathered, choices)
    found = [record for named in rows for record in canonical_records(named, mapping, gathered)]
    return Planned(mapping.domain, declared.match_spec, in_order(found), declared.letter)


def _generic(gathered: Gathered, keys: Sequence[KeyChoice], request: Request, say: Say) -> Planned:
    families = gathered.families
    rows = _rows(gathered, [(family, key, None) for family, key in zip(families, keys, strict=True)])
    becomes = aligned(families, [frozenset((key.column, request.source_column)) for key in keys])
    table = list(dict.fromkeys(column for names in becomes for column in names.values()))
    for family, names in zip(families, becomes, strict=True):
        renamed = [f"{column!r} as {name!r}" for column, name in names.items() if column != name]
        if renamed:
            say(f"{', '.join(family.files)}: {', '.join(renamed)}.")
    found = [
        record
        for named, names in zip(rows, becomes, strict=True)
        for record in generic_records(named, names, table)
    ]
    records = in_order(found)
    try:
        plan = infer(records.attributes, links=request.link_only)
    except SpecError as error:
        raise Unmatchable(str(error)) from error
    say("Plan:")
    say(planning.as_text(planning.of_generic(plan, keys, request.source_column)))
    return Planned(GENERIC, plan.spec, records, GENERIC_LETTER)


def _rows(
    gathered: Gathered, choices: Sequence[tuple[Family, KeyChoice, RowMapping | None]]
) -> list[list[NamedRow]]:
    """Return the rows of each family that have a key of their own in their source."""
    named = [
        named_rows(family, by_mapping(mapping) if mapping else by_column(key), key.column, gathered)
        for family, key, mapping in choices
    ]
    for (family, key, _), rows in zip(choices, named, strict=True):
        if family.rows and len(rows) < (1 - MOST_WITHOUT) * len(family.rows):
            raise Unmatchable(
                f"The column {key.column!r} names no records: it is empty or no key in"
                f" {len(family.rows) - len(rows):,} of {len(family.rows):,} rows of {family.files[0]}."
                " Name another with --id."
            )
    column = next((key.column for _, key, _ in choices if key.column), "")
    kept = {id(row) for row in without_duplicates([row for rows in named for row in rows], column, gathered)}
    return [[row for row in rows if id(row) in kept] for rows in named]


def _refuse_hopeless(records: Records, request: Request) -> None:
    """Raise Unmatchable where nothing can come of it."""
    if not records.names:
        raise Unmatchable("No file has a row that can be matched.")
    sources = {name[0] for name in records.names}
    if request.link_only and len(sources) == 1:
        raise Unmatchable(
            f"--link-only compares records of different sources, and all are of {next(iter(sources))!r}."
            " Give more files, or --source-column."
        )
