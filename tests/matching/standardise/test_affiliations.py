"""Affiliations: the institution among departments, faculties and places; number words as figures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.standardise.affiliations import institution_of, looks_like_affiliation
from matching.standardise.number_words import numbered


@pytest.mark.parametrize(
    ("text", "institution"),
    [
        ("Department of Physics, Faculty of Science, Cairo University, Giza, Egypt", "cairo university"),
        ("Cairo Univ., Cairo, Egypt", "cairo university"),
        ("University of Tsukuba, Tsukuba, Japan", "tsukuba university"),
        ("Institute of Physics, Chinese Academy of Sciences, Beijing, China", "academy chinese science"),
        ("Children's Hospital of Fudan University, Shanghai, China", "fudan university"),
        ("Fudan University School of Nursing, Shanghai, China", "fudan university"),
        ("Cardiology Unit, Wills Eye Hospital, Philadelphia, PA, USA", "eye hospital wills"),
        ("King Saud University (KSU), Riyadh, Saudi Arabia", "king saud university"),
        ("Acme, Springfield", "acme"),  # the first part, where none names an institution
        ("", ""),
    ],
)
def test_the_part_of_the_highest_rank_is_the_institution(text: str, institution: str) -> None:
    assert institution_of(text) == institution


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        ("Department of Physics, Cairo University, Giza", True),
        ("Cairo University", False),  # a plain name
        ("Smith, John, Springfield", False),
        ("12 Main Street, Springfield, USA", False),
    ],
)
def test_an_affiliation_has_parts_one_of_which_is_of_an_institution(text: str, looks: bool) -> None:
    assert looks_like_affiliation(text) is looks


@given(st.text(max_size=300))
def test_no_text_is_too_dirty_to_read(text: str) -> None:
    assert isinstance(institution_of(text), str)
    assert isinstance(looks_like_affiliation(text), bool)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Division Two", "Division 2"),
        ("2nd Division", "Second Division"),
        ("World War II Museum", "World War Two Museum"),
        ("Segunda División", "2 División"),
    ],
)
def test_number_words_are_figures(one: str, other: str) -> None:
    assert numbered(one) == numbered(other)


def test_words_that_are_more_than_numbers_stay_words() -> None:
    assert numbered("Premier League I") == "premier league i"


@given(st.text(max_size=60))
def test_figures_stay_as_they_are(text: str) -> None:
    assert numbered(numbered(text)) == numbered(text)
