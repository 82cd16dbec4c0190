"""The judge of a race bites: a refusal that is not due, and one that is due and was not made, are named."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.flows.journal import Journal
from tests.flows.serial import MADE, Decided, disagreements

START = datetime(2026, 1, 1, tzinfo=UTC)


def moment(second):
    return START + timedelta(seconds=second)


def said(number, kind, left, right, withdrawn=None):
    return {
        "id": number,
        "kind": kind,
        "left_records": left,
        "right_records": right,
        "withdrawn_at": withdrawn,
        "until": None,
        "watched": {},
    }


def journal(*judgements):
    """Records 1 and 2 are golden record 1, record 3 is golden record 3; the judgements are of second 5."""
    lines: list[tuple[Any, str, dict[str, Any]]] = []
    for record, golden in ((1, 1), (2, 1), (3, 3)):
        row = {"id": record, "object_type_id": 1, "source_key": str(record), "status": "active"}
        lines.append((moment(0), "mdm_sourcerecord", {**row, "attributes": {"full_name": f"n{golden}"}}))
        stand = {"record_id": record, "golden_id": golden, "home_id": golden}
        lines.append((moment(1), "mdm_membership", stand))
        lines.append((moment(1), "mdm_goldenrecord", {"id": golden, "status": "live"}))
    return Journal([*lines, *((moment(5), "mdm_judgement", one) for one in judgements)], {1: "erp"})


def decision(verb, about, verdict, leaving=(), at=9):
    return Decided(verb, about, leaving, moment(at), moment(at), verdict)


APART = said(7, "cannot_link", [1, 2], [3])


@pytest.mark.parametrize(
    ("judgements", "decided"),
    [
        ([], decision("merge", (1, 3), MADE)),
        ([], decision("merge", (1, 1), ("one by now", ()))),
        ([APART], decision("merge", (1, 3), ("against", (7,)))),
        ([APART], decision("part", (1, 3), ("said already", (7,)))),
        ([APART], decision("merge", (1, 3), MADE, at=4)),  # before anybody said so
        ([said(7, "apart", [2], [3])], decision("merge", (1, 3), ("against", (7,)))),
        ([said(7, "cannot_link", [1], [3], withdrawn="now")], decision("merge", (1, 3), MADE)),
        ([], decision("split", (1,), MADE, leaving=(2,))),
        ([], decision("split", (1,), ("strangers", (3,)), leaving=(2, 3))),
        ([], decision("split", (1,), ("nobody stays", ()), leaving=(1, 2))),
        ([APART], decision("undo", (7,), MADE)),
        ([said(7, "apart", [2], [3], withdrawn="now")], decision("undo", (7,), ("withdrawn already", ()))),
    ],
)
def test_a_decision_is_answered_as_a_serial_run_answers_it_and_any_other_answer_is_named(judgements, decided):
    assert disagreements(journal(*judgements), [decided]) == []
    otherwise = MADE if decided.verdict != MADE else ("against", (1,))
    (named,) = disagreements(journal(*judgements), [replace(decided, verdict=otherwise)])
    assert f"{decided.verb} of {decided.about}" in named


def test_a_record_that_changes_while_a_split_is_decided_may_be_seen_before_or_after():
    gone = {"id": 2, "object_type_id": 1, "source_key": "2", "status": "retired", "attributes": {}}

    def answered(*, began, verdict):
        changed = journal()
        found = Journal([*changed.lines, (moment(6), "mdm_sourcerecord", gone)], {1: "erp"})
        return disagreements(found, [Decided("split", (1,), (2,), moment(began), moment(8), verdict)])

    assert answered(began=5, verdict=MADE) == answered(began=5, verdict=("strangers", (2,))) == []
    assert answered(began=7, verdict=("strangers", (2,))) == []
    assert len(answered(began=7, verdict=MADE)) == 1
