"""Provenance in words: every step and every reason that survivorship gives has some."""

import pytest

from mdm.survivorship.rules import STRATEGIES, TIE_BREAK
from stewardship.why import LOSSES, STEPS, in_short, loss_words, losses, of_attribute, of_scopes

WHY = {"rule": "recency", "step": "recency", "winner": ["crm", "Account", "A"]}

SHORT = [
    # provenance, records, what is said
    (WHY, 2, "newest"),
    ({**WHY, "rule": "newest address"}, 2, "newest · newest address"),
    ({**WHY, "rule": "source_trust > recency"}, 2, "newest"),
    ({**WHY, "rule": "default", "step": "source_trust"}, 2, "most trusted"),
    ({**WHY, "step": "unanimous", "rule": "newest address"}, 2, "all agree"),
    (WHY, 1, "only source"),
    ({"rule": "always", "step": "override", "override": "7", "by": "eva", "because": "She told me."}, 2,
     "override by eva · She told me."),
    ({}, 2, ""),
]  # fmt: skip


@pytest.mark.parametrize(("why", "records", "said"), SHORT)
def test_the_winner_in_a_few_words(why, records, said):
    assert in_short(why, records) == said


LOST = [
    ("source_trust 60 against 80", "trusted less", "60 of 100 points, the winner has 80"),
    (
        "recency 2025-01-01 00:00:00 against 2026-02-01 00:00:00",
        "older",
        "changed 2025-01-01, the winner 2026-02-01",
    ),
    ("frequency 1 against 2", "said less often", "by 1, the winner's value by 2"),
    ("owner", "not the owner", "the owner's value is valid, so it wins"),
    ("min", "larger", ""),
    ("a reason of another time", "a reason of another time", ""),
]


@pytest.mark.parametrize(("reason", "word", "sentence"), LOST)
def test_a_loser_in_a_word_and_a_sentence(reason, word, sentence):
    assert loss_words(reason) == (word, sentence)


def test_every_strategy_and_tie_break_has_words():
    steps = {*STRATEGIES, *TIE_BREAK}
    assert steps <= set(STEPS)
    assert steps - {"union"} <= set(LOSSES)


def test_who_says_the_same_did_not_lose():
    told = {"losers": [
        {"record": ["erp", "BP", "1"], "reason": "says the same"},
        {"record": ["crm", "Account", "2"], "reason": "recency"},
    ]}  # fmt: skip
    assert [(one.source, one.key, one.word) for one in losses(told)] == [("crm", "2", "older")]


def test_reasons_of_scopes_are_one_line():
    newest, sole = {"step": "recency", "rule": ""}, {"step": "only candidate", "rule": ""}
    assert of_scopes({"1000": sole, "2000": sole}, 2) == "only source"
    assert of_scopes({"*": newest, "1000": sole}, 2) == "elsewhere: newest; 1000: only source"
    assert of_scopes({"": newest}, 2) == "newest"
    assert of_scopes({}, 2) == ""


def test_the_scopes_of_an_attribute_stand_together():
    found = {"terms/2000": {"step": "a"}, "terms/1000": {"step": "b"}, "term": {"step": "c"}}
    assert list(of_attribute(found, "terms")) == ["1000", "2000"]
    assert of_attribute(found, "term") == {"": {"step": "c"}}
