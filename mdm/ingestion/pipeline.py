"""From rows to accepted records: map → normalise the key → validate → accept, in batches; what is refused is
kept.

Invariant: every row ends as exactly one outcome. A batch is one transaction under its own audit entry; a dry
run is the same code in one transaction that is rolled back, so that it predicts every row's outcome.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from django.db import DataError, connection, transaction

from mdm.compliance import audit
from mdm.ingestion import quarantine
from mdm.ingestion.accept import accept
from mdm.ingestion.checks import Crossed, not_crossed
from mdm.ingestion.incoming import Incoming, Outcome, Verdict
from mdm.ingestion.mapping import Mapping
from mdm.ingestion.new_keys import NewKeys, Watch
from mdm.ingestion.preparing import Preparing, Taken
from mdm.ingestion.problems import Problem
from mdm.ingestion.quarantine import Refused
from mdm.ingestion.table import Row
from mdm.models import ObjectType
from mdm.rulesets.active import active

BATCH = 1_000
EXAMPLES = 20


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of one row of a table."""

    row_number: int | None
    source_key: str
    verdict: Verdict | Literal["quarantined"]
    reason: str = ""
    problem: Problem | None = None


@dataclass(slots=True)
class Summary:
    """What became of all rows of one run."""

    rows: int = 0
    warnings: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    """Quarantined rows by the rule that refused them."""
    examples: list[RowOutcome] = field(default_factory=list)
    """The first quarantined row of each rule, up to EXAMPLES."""

    def add(self, outcome: RowOutcome) -> None:
        """Count one row's outcome."""
        self.rows += 1
        self.verdicts[outcome.verdict] += 1
        if outcome.problem is not None:
            self.rules[outcome.problem.rule] += 1
            if self.rules[outcome.problem.rule] == 1 and len(self.examples) < EXAMPLES:
                self.examples.append(outcome)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a key stood for earlier in this run."""

    row_number: int | None
    changed_at: datetime | None
    digest: bytes


@dataclass(slots=True)
class _Run:
    """One run over one table; `seen` holds some 200 bytes a row, the only thing that grows with the table."""

    object_type: ObjectType
    preparing: Preparing
    origin: str
    actor: str
    reason: str
    load: str = ""
    seen: dict[str, _Seen] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    """Keys of rows that were refused so far."""
    summary: Summary = field(default_factory=Summary)
    watch: Watch | None = None


def ingest(
    rows: Iterable[Row],
    *,
    object_type: ObjectType,
    mapping: Mapping,
    origin: str,
    actor: str,
    reason: str = "",
    dry_run: bool = False,
    new_keys: NewKeys = "hold",
    load: str = "",
    processes: int = 1,
    progress: Callable[[int], None] | None = None,
    report: Callable[[RowOutcome], None] | None = None,
) -> Summary:
    """Accept or quarantine every row and return the counts.

    `origin` names the file, pull or request; `progress` hears the number of rows after each batch, `report`
    every row's outcome, in the order of the rows. `new_keys` says what becomes of many known records under
    new keys; `load` is the name under which all of it can be undone. A long table is mapped and checked by
    so many `processes` beside this one. With `dry_run` nothing is kept. Loading the same rows again changes
    nothing.
    """
    preparing = Preparing(mapping, object_type.source.code, object_type.code, _crossed_in_force(object_type))
    run = _Run(object_type, preparing, origin, actor, reason, load)
    run.watch = Watch(object_type, new_keys, mapping.key.columns[0])
    with rehearsal(actor=actor, cause=origin) if dry_run else nullcontext():
        for batch in run.preparing.prepared(rows, batch=BATCH, processes=processes):
            for outcome in _ingest_batch(batch, run):
                run.summary.add(outcome)
                if report is not None:
                    report(outcome)
            if progress is not None:
                progress(run.summary.rows)
    return run.summary


def _crossed_in_force(object_type: ObjectType) -> Crossed:
    """Return what the cross-walk in force says of the codes of this source."""
    rules = active(object_type.domain)
    if rules is None:
        return not_crossed
    code_lists, source = rules.code_lists, object_type.source.code
    return lambda code_list, code: code_lists.crossed(code_list, source, code)


@contextmanager
def rehearsal(*, actor: str, cause: str) -> Iterator[None]:
    """Hold one transaction under an audit entry and roll it back: a dry run of what is done inside.

    Not to be nested: `ingest(dry_run=True)` opens its own.
    """
    with audit.entry(actor=actor, action="ingest (dry run)", cause=cause):
        yield
        transaction.set_rollback(True)


def _ingest_batch(batch: Sequence[Taken], run: _Run) -> list[RowOutcome]:
    taken = [_once(item, run) for item in batch]
    taken = run.watch.sift(taken) if run.watch else taken
    outcomes = _keep(taken, run)
    run.summary.warnings += sum(bool(item.warnings) for item in taken if isinstance(item, Incoming))
    return outcomes


def _keep(taken: Sequence[Taken], run: _Run) -> list[RowOutcome]:
    """Accept what may be accepted and quarantine the rest, in one transaction.

    A batch that the database refuses is halved until the row that it cannot hold stands alone; that one is
    quarantined.
    """
    incoming = [item for item in taken if isinstance(item, Incoming)]
    refused = [item for item in taken if isinstance(item, Refused)]
    within = connection.in_atomic_block  # a rehearsal: what is refused here must not end it
    try:
        with (
            audit.entry(
                actor=run.actor,
                action="ingest",
                cause=run.origin,
                reason=run.reason,
                detail={
                    "object_type": str(run.object_type),
                    "rows": len(taken),
                    "refused": len(refused),
                    **({"load": run.load} if run.load else {}),
                },
            ),
            transaction.atomic(savepoint=within),
        ):
            accepted = accept(incoming, object_type=run.object_type, origin=run.origin) if incoming else []
            results = iter(accepted)
            outcomes = [_outcome(item, results) for item in taken]
            _keep_refused(taken, outcomes, run)
        return outcomes
    except DataError as error:
        if len(taken) > 1:
            middle = len(taken) // 2
            return _keep(taken[:middle], run) + _keep(taken[middle:], run)
        if not isinstance(taken[0], Incoming):
            raise
        row = taken[0]
        problem = Problem(
            "not_storable",
            "",
            "",
            f"The database cannot hold this row: {str(error).splitlines()[0]}.",
            "Shorten or correct the value at its source.",
        )
        return _keep([Refused(row.row_number, row.source_key, row.payload, problem)], run)


def _outcome(item: Taken, results: Iterator[Outcome]) -> RowOutcome:
    if isinstance(item, Refused):
        problem = item.problem
        return RowOutcome(item.row_number, item.source_key, "quarantined", problem.sentence, problem)
    result = next(results)
    return RowOutcome(item.row_number, item.source_key, result.verdict, result.reason)


def _keep_refused(taken: Sequence[Taken], outcomes: Sequence[RowOutcome], run: _Run) -> None:
    """Quarantine the refused rows; close those that a right row of the same key follows.

    A new version closes whatever was open of its key; a row that is the same as ours closes only what was
    refused earlier in this run, so that a second run of the same rows ends where the first one did.
    """
    last_right: dict[str, int] = {}
    closed: set[str] = set()
    for place, outcome in enumerate(outcomes):
        if outcome.verdict in ("created", "changed", "unchanged"):
            last_right[outcome.source_key] = place
            if outcome.verdict != "unchanged" or outcome.source_key in run.refused:
                closed.add(outcome.source_key)
    corrected: list[Refused] = []
    left: list[Refused] = []
    for place, item in enumerate(taken):
        if isinstance(item, Refused):
            (corrected if last_right.get(item.source_key, -1) > place else left).append(item)
    closed.update(item.source_key for item in corrected)
    quarantine.store(corrected, object_type=run.object_type, origin=run.origin)
    quarantine.settle(sorted(closed), object_type=run.object_type)
    quarantine.store(left, object_type=run.object_type, origin=run.origin)
    run.refused.update(item.source_key for item in left)


def _once(item: Taken, run: _Run) -> Taken:
    """Return the row, or refused when its key stood for something else before in this run."""
    clash = _clash(item, run) if isinstance(item, Incoming) else None
    return item if clash is None else Refused(item.row_number, item.source_key, item.payload, clash)


def _clash(row: Incoming, run: _Run) -> Problem | None:
    """Remember the key; return a problem when it stood for something else before and nothing says which is
    newer.

    With two different stamps the later one wins, whichever comes first (`accept` calls the other one stale).
    """
    digest = bytes.fromhex(row.digest)
    before = run.seen.get(row.source_key)
    if before is None or before.digest == digest:
        run.seen[row.source_key] = before or _Seen(row.row_number, row.changed_at, digest)
        return None
    if row.changed_at and before.changed_at and row.changed_at != before.changed_at:
        if row.changed_at > before.changed_at:
            run.seen[row.source_key] = _Seen(row.row_number, row.changed_at, digest)
        return None
    when = (
        f"of the same time, {row.changed_at:%Y-%m-%d %H:%M:%S}"
        if row.changed_at
        else "without a time of change"
    )
    return Problem(
        "duplicate_key",
        run.preparing.mapping.key.columns[0],
        row.source_key,
        f"Row {before.row_number} has the key {row.source_key!r} too and says something else;"
        f" both are {when}.",
        "Keep the row that is right, or give both the time of their last change.",
    )
