"""Odd tables are resolved as well: any text, nothing at all, one giant block, the same record again and
again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import clustering, scoring
from matching.cautions import cautions
from matching.charts.book import charts_of_run
from matching.engines.local import Resolution, resolve
from matching.frame import build_frame
from matching.model import Model, default_model
from matching.signatures import FEW, lowest_equal, nodes_of, without_repeats
from matching.spec import BlockingRule, Gate, KeyPart
from matching.stateless import Matched, match_records, plan_of
from matching.training import train
from tests.matching.people import SPEC, Record, population

RECORDS, NAMES, _ = population(150)
MODEL = train(build_frame(SPEC, RECORDS, NAMES), SPEC)
ONE = RECORDS[0]
SPELLINGS = [
    {**ONE, "given_name": given, "family_name": family}
    for given in (ONE["given_name"], ONE["given_name"] + "a", ONE["given_name"][:-1], None)
    for family in (ONE["family_name"], ONE["family_name"][1:], ONE["family_name"] + "e")
]
# Astral, right to left, combining, joined emoji, NUL, a lone surrogate, other digits, full width, blanks.
ODD = [
    "\U0001d4d0\U00020000", "\u05d3\u05d5\u05d3", "\u0645\u062d\u0645\u062f", "e\u0301\u0323",
    "\U0001f468\u200d\U0001f469", "a\0b", "\ud800", "\u0661\u0662", "\uff21\uff22", "\u00a0", "\u200f",
    "\u1e9e\u0130",
]  # fmt: skip
TEXT = st.one_of(st.sampled_from(ODD), st.text(max_size=8), st.none(), st.just(""))


def named(count: int, prefix: str = "") -> list[tuple[str, str, str]]:
    return [("crm", "Contact", f"{prefix}{row:06d}") for row in range(count)]


def run(records: list[Record], model: Model | None = None, spec: Any = SPEC) -> Resolution:
    return resolve(spec, records, named(len(records)), model=model)


def together(found: Resolution) -> set[frozenset[Any]]:
    return {frozenset(found.frame.names[row] for row in group) for group in found.groups}


def test_any_text_is_resolved_the_same_in_every_order() -> None:
    record = st.fixed_dictionaries({
        "given_name": TEXT, "family_name": TEXT, "birth_date": TEXT, "kind": TEXT,
        "emails": st.lists(TEXT, max_size=2), "tax_ids": TEXT,
        "address": st.one_of(st.none(), st.fixed_dictionaries({"street": TEXT, "city": TEXT})),
    })  # fmt: skip

    @settings(max_examples=60, deadline=None)
    @given(st.lists(record, max_size=8), st.randoms(use_true_random=False))
    def holds(records: list[Record], chance: Any) -> None:
        names = named(len(records))
        order = list(range(len(records)))
        chance.shuffle(order)
        one = resolve(SPEC, records, names, model=MODEL)
        other = resolve(SPEC, [records[row] for row in order], [names[row] for row in order], model=MODEL)
        assert together(one) == together(other)
        assert sorted(row for group in one.groups for row in group) == sorted(order)

    holds()


@pytest.mark.parametrize("text", ODD)
def test_equal_records_of_any_text_are_one_node(text: str) -> None:
    odd = {**ONE, "family_name": text, "address": {**ONE["address"], "city": text}}
    found = run([odd, odd, *RECORDS[1:40]], MODEL)
    assert found.report["signatures"] < found.report["records"] == 41
    rows = [row for row, name in enumerate(found.frame.names) if name[2] in ("000000", "000001")]
    assert len(set(found.labels()[rows].tolist())) == 1


@pytest.mark.parametrize("count", [0, 1])
@pytest.mark.parametrize("record", [{}, ONE])
@pytest.mark.parametrize("model", [None, MODEL])
def test_a_table_of_nothing_and_of_one_record(count: int, record: Record, model: Model | None) -> None:
    found = run([record] * count, model)
    assert (tuple(found.groups), len(found.pairs), len(found.review_pairs())) == (((0,),) * count, 0, 0)
    assert (found.report["records"], found.report["candidates"]) == (count, 0)


def test_columns_without_any_value_say_nothing() -> None:
    bare = [{"given_name": row.get("given_name"), "birth_date": row.get("birth_date")} for row in RECORDS]
    found = run(bare)
    assert sorted(row for group in found.groups for row in group) == list(range(len(bare)))


@pytest.mark.parametrize("model", [None, MODEL])
def test_records_without_any_value_stay_apart(model: Model | None) -> None:
    assert len(run([{}] * 1000, model).groups) == 1000


def test_a_giant_block_is_closed_and_named() -> None:
    city = BlockingRule("city", (KeyPart("city"),))
    spec = replace(SPEC, blocking=(*SPEC.blocking, city))
    lone = [{"address": {"city": "london"}}] * 20_000
    found = run([*lone, *RECORDS], spec=spec)
    london = {row for row, name in enumerate(found.frame.names) if int(name[2]) < len(lone)}
    assert sum(len(group) == 1 and group[0] in london for group in found.groups) == len(lone)
    closed = found.report["rules"]["city"]
    assert closed["closed_keys"] == 1 and closed["closed_rows"] >= len(lone)
    assert "of the rule “city” is carried by more than 50 records (20,0" in " ".join(cautions(found, spec))


@pytest.mark.parametrize("beside", [[], RECORDS[1:]])
@pytest.mark.parametrize("model", [None, MODEL])
def test_a_hundred_thousand_equal_records_are_one_cluster(beside: list[Record], model: Model | None) -> None:
    found = run([ONE] * 100_000 + beside, model)
    largest = {int(found.frame.names[row][2]) for row in max(found.groups, key=len)}
    assert largest >= set(range(100_000))
    assert len(largest) < 100_000 + 5
    assert found.report["candidates"] >= 100_000 * 99_999 // 2
    assert found.report["signatures"] <= 1 + len(beside)
    assert len(found.pairs) < 200_000
    assert len(found.labels()) == 100_000 + len(beside)


@pytest.mark.parametrize("beside", [[], RECORDS[1:]])
@pytest.mark.parametrize("model", [None, MODEL])
def test_five_thousand_duplicates_in_a_few_spellings_are_one_cluster(
    beside: list[Record], model: Model | None
) -> None:
    found = run([SPELLINGS[row % len(SPELLINGS)] for row in range(5000)] + beside, model)
    largest = {int(found.frame.names[row][2]) for row in max(found.groups, key=len)}
    assert largest >= set(range(5000))
    assert len(largest) < 5000 + 5


def test_what_others_are_learns_nothing_from_one_thing_entered_often() -> None:
    repeated = [*RECORDS, *[ONE] * 1000]
    frame = build_frame(SPEC, repeated, named(len(repeated)))
    assert len(without_repeats(frame)) <= len(RECORDS)
    plain = build_frame(SPEC, RECORDS, NAMES)
    assert without_repeats(plain) is plain
    # Of two values known, many may be equal and yet be many.
    names = [{"given_name": "anna", "family_name": "smith"}] * 1000
    bare = build_frame(SPEC, names, named(1000))
    assert without_repeats(bare) is bare


def test_records_whose_like_may_be_another_stay_apart() -> None:
    little = {"given_name": "anna"}
    found = run([little] * 5, MODEL)
    assert len(found.groups) == found.report["signatures"] == 5


def test_isolated_records_are_no_node() -> None:
    spec = replace(SPEC, gates=(*SPEC.gates, Gate("alone", "kind", "isolated")))
    twins = [{**ONE, "kind": "person"}] * 3 + [ONE] * 3
    model = replace(MODEL, spec=spec.fingerprint())
    found = run(twins, model, spec)
    assert sorted(map(len, found.groups)) == [1, 1, 1, 3]


def test_gates_see_the_whole_node() -> None:
    one = {**ONE, "tax_ids": [{"scheme": "vat", "value": "DE811907980", "country": "DE"}]}
    other = {**ONE, "tax_ids": [{"scheme": "vat", "value": "DE129273398", "country": "DE"}]}
    found = run([one] * 40 + [other] * 60, MODEL)
    assert sorted(map(len, found.groups)) == [40, 60]


def test_the_same_for_every_order_chunk_and_thread_count(monkeypatch: pytest.MonkeyPatch) -> None:
    records = [*RECORDS, *[ONE] * 40, *SPELLINGS * 3]
    names = named(len(records))
    whole = resolve(SPEC, records, names)
    order = np.random.default_rng(5).permutation(len(records)).tolist()
    monkeypatch.setattr(scoring, "CHUNK", 11)
    monkeypatch.setattr(scoring, "THREADS", 1)
    other = resolve(SPEC, [records[row] for row in order], [names[row] for row in order])
    assert other.frame.names == whole.frame.names
    assert other.groups == whole.groups
    assert other.pairs.left.tolist() == whole.pairs.left.tolist()
    assert other.pairs.right.tolist() == whole.pairs.right.tolist()
    assert other.pairs.weights.tolist() == whole.pairs.weights.tolist()


def test_pairs_of_small_nodes_are_spelt_out_as_if_there_were_none(monkeypatch: pytest.MonkeyPatch) -> None:
    records = [*RECORDS[:60], *RECORDS[:20], *RECORDS[:20]]
    found = run(records, MODEL)
    monkeypatch.setattr("matching.engines.local.nodes_of", lambda *_: None)
    plain = run(records, MODEL)
    assert found.report["signatures"] < plain.report["signatures"] == len(records)
    assert found.report["candidates"] == plain.report["candidates"]
    assert found.groups == plain.groups
    for mine, other in (
        (found.pairs.left, plain.pairs.left),
        (found.pairs.right, plain.pairs.right),
        (found.pairs.weights, plain.pairs.weights),
    ):
        assert mine.tolist() == other.tolist()
    assert found.review_pairs().tolist() == plain.review_pairs().tolist()


def test_a_large_node_meets_others_by_its_lowest_record() -> None:
    found = run([ONE] * (FEW + 5) + [SPELLINGS[1]], MODEL)
    assert len(found.groups) == 1
    assert len(found.pairs) == FEW + 4 + 1
    assert len(list(Matched(plan_of(SPEC), found).pair_rows())) == FEW + 5
    assert charts_of_run(found, SPEC)


def test_components_are_counted_in_signatures() -> None:
    spec = replace(SPEC, aims=replace(SPEC.aims, largest_component=len(SPELLINGS)))
    model = replace(MODEL, spec=spec.fingerprint())
    assert run(SPELLINGS * 50, model, spec).report["cut_components"] == []
    smaller = replace(SPEC, aims=replace(SPEC.aims, largest_component=len(SPELLINGS) - 1))
    found = run(SPELLINGS * 50, replace(MODEL, spec=smaller.fingerprint()), smaller)
    assert found.report["cut_components"][0]["size"] == len(SPELLINGS)
    assert f"A component of {len(SPELLINGS)} different records" in " ".join(cautions(found, smaller))


def test_equal_hashes_are_not_taken_for_equal_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = [np.array([3, 1, 3, 1, 1], np.int32), np.array([0, 5, 0, 5, 6], np.int32)]
    assert lowest_equal(columns, 5).tolist() == [0, 1, 0, 1, 4]
    monkeypatch.setattr("matching.signatures.mix", lambda values: values * np.uint64(0))
    kept = lowest_equal(columns, 5)
    assert all(columns[place][row] == columns[place][low] for place in (0, 1) for row, low in enumerate(kept))


def test_nothing_repeated_makes_no_nodes() -> None:
    frame = build_frame(SPEC, RECORDS[:1], NAMES[:1])
    assert nodes_of(frame, SPEC, default_model(SPEC)) is None
    assert nodes_of(build_frame(SPEC, [], []), SPEC, default_model(SPEC)) is None
    assert clustering.components(0, np.empty(0, np.int32), np.empty(0, np.int32)).tolist() == []


@pytest.mark.parametrize("beside", [[], RECORDS[1:]])
def test_a_plan_is_made_for_one_thing_entered_a_hundred_thousand_times(beside: list[Record]) -> None:
    table = [flat(record) for record in [ONE] * 100_000 + beside]
    found = match_records(table, named(len(table))).resolution
    largest = {int(found.frame.names[row][2]) for row in max(found.groups, key=len)}
    assert largest >= set(range(100_000))
    assert len(largest) < 100_000 + 5


def test_a_plan_is_made_for_columns_of_any_text() -> None:
    table = [
        flat(record) | {"family": f"{ODD[row % len(ODD)]} {record.get('family_name')}"}
        for row, record in enumerate(RECORDS)
    ]
    found = match_records(table, NAMES).resolution
    assert sorted(row for group in found.groups for row in group) == list(range(len(table)))


def flat(record: Record) -> Record:
    """Return a person as a row of a table of text."""
    row = {"given": record.get("given_name"), "family": record.get("family_name")}
    return row | {"born": record.get("birth_date"), "mail": next(iter(record.get("emails") or ()), None)}
