"""A frame made of its rows' texts says what the frame said, and scores as it does."""

import random
from dataclasses import replace
from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import frame_texts
from matching.columns import coded_column
from matching.frame import Frame, build_frame
from matching.frame_texts import frame_of_texts, row_texts
from matching.model import default_model
from matching.scoring import score
from tests.matching.people import SPEC, person

SIGNS = st.sampled_from(["\x1d", "\x1e", "\x1f", "0", "1", "2", "a", "ä", "\u2028", " ", "\ud83d"])
ELEMENTS = st.text(SIGNS, min_size=1, max_size=4)
VALUES = st.sets(ELEMENTS, max_size=3).map(lambda elements: tuple(sorted(elements)))


def said(frame: Frame) -> list[list[tuple[str, ...]]]:
    """Return what every column says of each row."""
    return [[frame.column(column.name).value(row) for row in range(len(frame))] for column in SPEC.columns]


def frame_of(rows: list[list[tuple[str, ...]]]) -> Frame:
    columns = {}
    for column, values in zip(SPEC.columns, zip(*rows, strict=True), strict=True):
        known = [value for value in dict.fromkeys(values) if value]
        codes = np.array([known.index(value) if value else -1 for value in values], dtype=np.int32)
        columns[column.name] = coded_column(column.name, codes, known)
    return Frame([("", "", "")] * len(rows), columns, np.zeros(len(rows), dtype=np.int32))


@given(st.lists(st.lists(VALUES, min_size=8, max_size=8), min_size=1, max_size=7), st.integers(1, 9))
@settings(max_examples=300, deadline=None)
def test_any_values_come_back_and_equal_rows_have_equal_texts(rows, chunk):
    frame = frame_of(rows)
    kept, frame_texts.CHUNK = frame_texts.CHUNK, chunk
    try:
        texts = list(row_texts(frame, SPEC))
    finally:
        frame_texts.CHUNK = kept
    assert said(frame_of_texts(SPEC, texts)) == said(frame)
    for one, other in combinations(range(len(rows)), 2):
        assert (texts[one] == texts[other]) == (rows[one] == rows[other])


@given(st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_every_pair_scores_as_in_the_frame_that_was_written(seed):
    generator = random.Random(seed)
    records = [person(generator) for _ in range(12)]
    for record in records:
        if generator.random() < 0.3:
            record["emails"] = [*record.get("emails", []), *generator.choice(records).get("emails", [])]
        if generator.random() < 0.3:
            record.pop(generator.choice(list(record)))
    frame = build_frame(SPEC, records, [("crm", "person", str(number)) for number in range(12)])
    model = replace(default_model(SPEC), generic={"emails": frozenset(records[0].get("emails", ())[:1])})
    left, right = (side.astype(np.int32) for side in np.triu_indices(12, 1))
    again = frame_of_texts(SPEC, list(row_texts(frame, SPEC)))
    assert score(again, SPEC, model, left, right).tolist() == score(frame, SPEC, model, left, right).tolist()


def test_no_rows_are_no_texts():
    assert list(row_texts(frame_of_texts(SPEC, []), SPEC)) == []
