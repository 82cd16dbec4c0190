"""Texts as runs of bytes are the strings they were made of, whatever the strings hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.kernels.strings import ends, local_parts, starts
from matching.record_names import RecordNames
from matching.texts import BLOCK, Texts

SIGNS = st.text(st.characters(exclude_categories=()), max_size=9) | st.sampled_from(["", "a@b", "a.b+c@d@e"])
SOME = st.lists(SIGNS, max_size=12)


@given(SOME)
def test_texts_are_the_strings_they_were_made_of(strings: list[str]) -> None:
    texts = Texts.of(strings)
    assert texts.tolist() == strings == list(texts)
    assert [texts[place] for place in range(len(strings))] == strings
    assert texts.lengths().tolist() == [len(text) for text in strings]
    assert texts.ascii().tolist() == [text.isascii() for text in strings]
    assert texts.stripped().tolist() == [text.strip() for text in strings]


@given(SOME, st.data())
def test_some_texts_are_those_strings(strings: list[str], data: st.DataObject) -> None:
    texts = Texts.of(strings)
    chosen = data.draw(st.lists(st.sampled_from(range(len(strings))))) if strings else []
    places = np.array(chosen, dtype=np.int64)
    assert texts.at(places).tolist() == [strings[place] for place in chosen]
    scored = [text.decode() if isinstance(text, bytes) else text for text in texts.scored(places)]
    assert scored == [strings[place] for place in chosen]
    back = places[::-1]
    assert texts.same(places, texts, back).tolist() == [
        strings[one] == strings[other] for one, other in zip(chosen, reversed(chosen), strict=True)
    ]


@given(SOME)
def test_distinct_texts_stand_in_the_order_in_which_they_first_come(strings: list[str]) -> None:
    place, distinct = Texts.of(strings).distinct()
    assert distinct.tolist() == list(dict.fromkeys(strings))
    assert [distinct[at] for at in place.tolist()] == strings


@given(SOME, st.integers(0, 3))
def test_a_hash_depends_on_the_text_alone(strings: list[str], before: int) -> None:
    moved = Texts.of([*["x" * place for place in range(before)], *strings]).hashes()[before:]
    assert moved.tolist() == Texts.of(strings).hashes().tolist()
    assert len(set(moved.tolist())) == len(set(strings))


def test_texts_of_several_blocks_are_whole() -> None:
    strings = [str(number) for number in range(BLOCK + 3)]
    texts = Texts.of(strings)
    assert texts.tolist() == strings
    assert len(set(texts.hashes().tolist())) == len(strings)
    assert texts.at(np.arange(len(strings))[::-1]).tolist() == strings[::-1]


@given(SOME)
def test_mailboxes_are_cut_as_strings_are(strings: list[str]) -> None:
    texts = Texts.of(strings)
    assert local_parts(texts).tolist() == [text.rpartition("@")[0].partition("+")[0] for text in strings]


@given(SOME, st.integers(1, 9))
def test_equal_starts_and_ends_are_equal_numbers_in_every_column(strings: list[str], length: int) -> None:
    def number(part: str) -> int:
        return int.from_bytes(part.encode("utf-8", "surrogatepass")[:7], "little")

    texts = Texts.of(strings)
    assert starts(texts, length).tolist() == [number(text[:length]) for text in strings]
    assert ends(texts, length).tolist() == [number(text[-length:]) for text in strings]


@pytest.mark.parametrize("kind", [tuple, RecordNames.of])
def test_names_as_columns_are_the_names(kind: type) -> None:
    names = [("crm", "person", "1"), ("shop", "person", "1"), ("crm", "firm", "é"), ("crm", "person", "")]
    found = RecordNames.of(kind(names))
    assert list(found) == names == [found[place] for place in range(len(names))]
    assert found == names and found == tuple(names) and found != names[:3] and found != names[::-1]
    assert found.sources().tolist() == [0, 1, 0, 0]
    assert found.at(np.array([2, 0])) == [names[2], names[0]]
    assert found.index(names[2]) == 2
