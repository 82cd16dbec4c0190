"""Undo is exact (promise 6): a history with a merge that is undone stands as the one without it.

Decisions are written down as judgements of records, so that the history without the merge says the same of
the same records; what a person saw on the way may differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mdm.compliance.verify import verify
from mdm.models import GoldenRecord, Judgement, Membership, SourceRecord, Xref
from mdm.resolution.decisions import Decision, DecisionRefused, decide, decided, undo
from mdm.resolution.judging import hold_records, live_goldens
from mdm.resolution.locks import Held
from mdm.resolution.verdicts import Term, Verdict
from tests.linktable import BY, OOPS, Hub, scratch

NAMES = ("erp/1", "crm/1", "shop/1", "desk/1", "erp/2", "crm/2")
FIRST = """
erp/1 n=anna l=de
crm/1 n=anna m=a l=fr
shop/1 n=bert m=b
desk/1 n=bertha m=b l=en
erp/2 n=carl p=1
crm/2 n=karl p=1 m=c
"""
NEW = "shop/9"
Step = tuple[str, str, str, str]

RECORD = st.sampled_from(NAMES)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["merge", "part", "part", "term", "split", "isolate", "move", "rematch", "load", "load", "gone",
             "new", "undo", "undo"]
        ),
        RECORD, RECORD, st.sampled_from(["anna", "bert", "carl", "bertha"]),
    ),
    max_size=7,
)  # fmt: skip
MERGE = st.tuples(RECORD, RECORD).filter(lambda pair: pair[0] != pair[1])


@dataclass(frozen=True)
class Said:
    """One judgement by the names of its records, so that it can be said again in another hub."""

    kind: str
    decision: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    keeps: str
    watched: bool


@dataclass
class Told:
    """A history: rows that were loaded, judgements that were made, and ("rematch" or "undo", which)."""

    script: list[object] = field(default_factory=list)
    made: list[tuple[int, ...]] = field(default_factory=list)


def label(hub: Hub, short: str) -> str:
    return hub.goldens()[hub.membership(short).golden_id or 0]


def decide_on(hub: Hub, step: Step) -> Decision:
    verb, one, other, _ = step
    here, there = label(hub, one), label(hub, other)
    match verb:
        case "merge":
            return hub.merge(here, there)
        case "part":
            return hub.part(here, there)
        case "term":
            return hub.part(here, there, term=Term(until_change=True))
        case "split":
            return hub.split(here, one)
        case "isolate":
            return hub.isolate(one)
        case "rematch":
            return hub.rematch(one)
        case _:
            return hub.move(there, one)


def play(hub: Hub, step: Step, told: Told, at: int) -> None:
    """Make one step and write down what was said; what is refused says nothing."""
    verb, one, _, name = step
    if verb in ("load", "gone", "new"):
        row = f"{NEW if verb == 'new' else one} n={name} {'gone' if verb == 'gone' else ''} at={at + 1}"
        hub.load(row)
        told.script.append(row)
        return
    try:
        if verb == "undo":
            place = at % len(told.made) if told.made else 0
            undo(told.made[place][0] if told.made else 0, by=OOPS)
            told.script.append(("undo", place))
            return
        made = decide_on(hub, step)
    except (DecisionRefused, LookupError):
        return
    told.made.append(made.judgement_ids)
    rows = Judgement.objects.filter(pk__in=made.judgement_ids).order_by("pk")
    told.script.append(("rematch", one) if verb == "rematch" else [said(hub, row) for row in rows])


def said(hub: Hub, row: Judgement) -> Said:
    names = {hub.record(short).pk: short for short in (*NAMES, NEW) if known(short)}
    sides = [tuple(names[record] for record in side) for side in (row.left_records, row.right_records)]
    keeps = hub.goldens()[row.keeps_id] if row.keeps_id else ""
    return Said(row.kind, row.decision, sides[0], sides[1], keeps, bool(row.watched))


def known(short: str) -> bool:
    source, key = short.split("/")
    return SourceRecord.objects.filter(object_type__source__code=source, source_key=key).exists()


def replay(hub: Hub, script: Sequence[object]) -> None:
    """Say the same again of the same records."""
    made: list[tuple[int, ...]] = []
    for entry in script:
        match entry:
            case str():
                hub.load(entry)
            case list():
                made.append(said_again(hub, entry))
            case ("rematch", str(one)):
                made.append(hub.rematch(one).judgement_ids)
            case ("undo", int(place)):
                undo(made[place][0], by=OOPS)


def said_again(hub: Hub, rows: Sequence[Said]) -> tuple[int, ...]:
    def side(shorts: Sequence[str]) -> tuple[int, ...]:
        return tuple(hub.record(short).pk for short in shorts)

    verdicts = [
        Verdict(
            Judgement.Kind(row.kind), side(row.left), side(row.right),
            hub.golden(row.keeps) if row.keeps else None, Term(until_change=row.watched),
        )
        for row in rows
    ]  # fmt: skip
    code = hub.code(label(hub, rows[0].left[0]))

    def work(held: Held) -> Decision:
        goldens = live_goldens([code], None, at_least=1, held=held)
        hold_records([record for one in verdicts for record in (*one.left, *one.right)], held)
        return decided(Judgement.Decision(rows[0].decision), verdicts, goldens, BY, held)

    return decide("again", [code], BY, work).judgement_ids


def stands(hub: Hub) -> tuple[object, ...]:
    """Members under the ids of the first load, or under none, with values and cross-references."""
    labels = hub.goldens()
    issued = {golden: name if int(name[1:]) <= FIRST_IDS else "new" for golden, name in labels.items()}
    places = {}
    for row in Membership.objects.select_related("record__object_type__source", "golden").order_by(
        "record_id"
    ):
        if row.record.status == "active":
            short = f"{row.record.object_type.source.code}/{row.record.source_key}"
            assert row.golden_id is not None and row.golden is not None
            xref = Xref.objects.get(record=row.record_id, valid_to=None)
            places[short] = (issued[row.golden_id], row.golden.attributes, xref.golden_id == row.golden_id)
    return hub.clusters(), places


FIRST_IDS = 5


@pytest.mark.django_db
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=STEPS, merge=MERGE, between=STEPS)
def test_a_history_with_a_merge_undone_stands_as_the_one_without_it(before, merge, between):
    with scratch() as hub:
        hub.load(FIRST)
        assert GoldenRecord.objects.count() == FIRST_IDS
        told = Told()
        for at, step in enumerate(before):
            play(hub, step, told, at)
        try:
            made = hub.merge(*(label(hub, one) for one in merge))
        except DecisionRefused:
            return
        for at, step in enumerate(between, start=len(before)):
            play(hub, step, told, at)
        try:
            undo(made.judgement_ids[0], by=OOPS)
        except DecisionRefused:
            return  # somebody matched its records anew, and that released the merge
        with_merge = stands(hub)
        assert verify(deep=True) == []
        script = told.script
    with scratch() as hub:
        hub.load(FIRST)
        replay(hub, script)
        assert stands(hub) == with_merge
        assert verify(deep=True) == []
