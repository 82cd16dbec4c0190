"""A key that too many records carry is replaced by finer ones, by a rule on the current set only."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.blocking import RuleCount, candidate_pairs, frame_pairs, record_keys
from matching.engines.local import resolve
from matching.errors import SpecError
from matching.explaining import explain
from matching.frame import Frame, build_frame
from matching.model import default_model
from matching.spec import BlockingRule, KeyPart, MatchSpec
from tests.matching.people import SPEC

EMAIL = BlockingRule("email", (KeyPart("emails"),))
FINER = replace(EMAIL, finer=(KeyPart("family", "sound"), KeyPart("born")))


def spec_with(rule: BlockingRule) -> MatchSpec:
    return replace(SPEC, blocking=(rule,))


def frame_of(*people: tuple[str, str]) -> Frame:
    """Return people of (family name, birth date) who share one mailbox."""
    records = [
        {"family_name": family, "birth_date": born, "emails": ["info@firm.test"]} for family, born in people
    ]
    return build_frame(SPEC, records, [("crm", "Contact", str(row)) for row in range(len(records))])


def pairs(rule: BlockingRule, frame: Frame, cap: int) -> tuple[set[tuple[int, int]], RuleCount]:
    spec = spec_with(rule)
    found = frame_pairs(frame, spec, replace(default_model(spec), cap=cap))
    return set(zip(found.left.tolist(), found.right.tolist(), strict=True)), found.counts[0]


STAFF = (("weber", "1980-01-01"), ("weber", "1985-05-05"), ("lopez", "1980-01-01"), ("novak", ""))


@pytest.mark.parametrize(
    ("rule", "cap", "expected", "count"),
    [
        # open: the finer keys change nothing
        (FINER, 4, {(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)}, RuleCount(6, 0, 0, 0)),
        # closed without finer keys: nobody meets, and everybody is counted
        (EMAIL, 3, set(), RuleCount(0, 1, 4, 4)),
        # closed with finer keys: who shares the name or the day as well; the fourth meets nobody
        (FINER, 3, {(0, 1), (0, 2)}, RuleCount(2, 1, 4, 1)),
    ],
)
def test_a_key_over_the_cap_is_replaced_by_finer_ones(
    rule: BlockingRule, cap: int, expected: set[tuple[int, int]], count: RuleCount
) -> None:
    assert pairs(rule, frame_of(*STAFF), cap) == (expected, count)


def test_a_finer_key_over_the_cap_is_closed_as_well() -> None:
    found, count = pairs(FINER, frame_of(*[("weber", "1980-01-01")] * 5), 4)
    assert found == set()
    assert (count.closed_keys, count.lost_rows) == (3, 5)


people = st.tuples(
    st.sampled_from(["weber", "lopez", "novak"]), st.sampled_from(["1980-01-01", "1951-07-02"])
)


@given(st.lists(people, min_size=1, max_size=14), st.integers(1, 8))
@settings(max_examples=80, deadline=None)
def test_finer_keys_of_every_record_or_only_where_needed_give_the_same_pairs(
    crowd: list[tuple[str, str]], cap: int
) -> None:
    frame, spec = frame_of(*crowd), spec_with(FINER)
    everywhere = candidate_pairs(record_keys(frame, spec), spec.caps(cap))
    needed = frame_pairs(frame, spec, replace(default_model(spec), cap=cap))
    assert np.array_equal(everywhere.left, needed.left)
    assert np.array_equal(everywhere.right, needed.right)
    assert np.array_equal(everywhere.rules, needed.rules)


@given(st.lists(people, min_size=2, max_size=10), people)
@settings(max_examples=40, deadline=None)
def test_finer_keys_do_not_depend_on_other_records(
    crowd: list[tuple[str, str]], one: tuple[str, str]
) -> None:
    spec = spec_with(FINER)
    alone = record_keys(frame_of(one), spec)
    among = record_keys(frame_of(*crowd, one), spec)
    assert among.keys[among.rows == len(crowd)].tolist() == alone.keys.tolist()


def test_a_rule_with_a_cap_of_its_own_closes_earlier_and_never_later() -> None:
    crowd = frame_of(*STAFF)
    assert pairs(replace(EMAIL, most=3), crowd, 50) == (set(), RuleCount(0, 1, 4, 4))
    assert len(pairs(replace(EMAIL, most=4), crowd, 50)[0]) == 6
    assert pairs(replace(EMAIL, most=50), crowd, 3)[0] == set()


def test_a_pair_that_one_weak_rule_alone_finds_is_not_compared() -> None:
    weak = replace(EMAIL, name="weak", weak=True)
    spec = replace(SPEC, blocking=(weak, BlockingRule("born", (KeyPart("born"),))))
    frame = frame_of(*STAFF)
    for found in (
        frame_pairs(frame, spec, default_model(spec)),
        candidate_pairs(record_keys(frame, spec), spec.caps(9), weak=spec.weak_rules),
    ):
        assert list(zip(found.left.tolist(), found.right.tolist(), found.rules.tolist(), strict=True)) == [
            (0, 2, 3)
        ]
    told = explain(frame, spec, default_model(spec), 0, 1)
    assert (told.rules, told.weak_rule) == ((), "weak")
    assert "Only the rule “weak” finds the pair, which alone is no reason to compare." in told.why_not
    assert explain(frame, spec, default_model(spec), 0, 2).rules == ("weak", "born")


def test_the_report_says_what_was_closed_and_who_met_nobody() -> None:
    records = [{"family_name": family, "emails": ["info@firm.test"]} for family, _ in STAFF]
    names = [("crm", "Contact", str(row)) for row in range(4)]
    spec = spec_with(replace(FINER, finer=(KeyPart("family", "sound"),)))
    found = resolve(spec, records, names, model=replace(default_model(spec), cap=3))
    assert found.report["rules"]["email"] == {
        "pairs": 1,
        "closed_keys": 1,
        "closed_rows": 4,
        "lost_rows": 2,
    }


def test_a_rule_with_finer_parts_survives_json_and_plain_rules_keep_their_fingerprint() -> None:
    spec = spec_with(FINER)
    assert MatchSpec.from_json(json.loads(json.dumps(spec.to_json()))) == spec
    assert "finer" not in spec_with(EMAIL).to_json()["blocking"][0]


def test_a_finer_part_of_an_unknown_column_is_refused() -> None:
    with pytest.raises(SpecError, match="shoe size"):
        spec_with(replace(EMAIL, finer=(KeyPart("shoe size"),)))
