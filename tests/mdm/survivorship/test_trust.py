"""Trust: points on a day, and the day on which time alone changes who leads."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdm.survivorship.rules import Rule, Trust
from mdm.survivorship.trust import TrustTable
from tests.mdm.survivorship.members import TODAY, golden, member, survivor


def points(line, *, age, invalid=()):
    changed = str(TODAY - timedelta(days=age))
    return TrustTable([line]).points_of(
        member("erp", {"a": 1}, changed=changed, invalid=invalid), ("a",), TODAY
    )


@pytest.mark.parametrize(
    ("line", "age", "invalid", "expected"),
    [
        (Trust("erp", trust=80), 9_999, (), 80),  # without decay age does not matter
        (Trust("erp", trust=80, floor=20, decay_days=60), 0, (), 80),
        (Trust("erp", trust=80, floor=20, decay_days=60), 30, (), 50),
        (Trust("erp", trust=80, floor=20, decay_days=60), 60, (), 20),
        (Trust("erp", trust=80, floor=20, decay_days=60), 61, (), 20),  # never below the floor
        (Trust("erp", trust=80, floor=20, decay_days=7), 1, (), 71),  # 71.4 rounded down
        (Trust("erp", trust=80), 0, ("a",), 40),  # validation takes half
        (Trust("erp", trust=80, downgrade=25), 0, ("a",), 60),
        (Trust("erp", trust=80, downgrade=25), 0, ("b",), 80),  # another attribute failed
        (
            Trust("erp", trust=80, floor=20, decay_days=60),
            -3,
            (),
            80,
        ),  # a stamp of the future counts as today
    ],
)
def test_points_fall_in_a_straight_line_and_by_failed_validation(line, age, invalid, expected):
    assert points(line, age=age, invalid=invalid) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            (
                Trust("*", trust=10),
                Trust("*", "a", trust=20),
                Trust("erp", trust=30),
                Trust("erp", "a", trust=40),
            ),
            40,
        ),
        ((Trust("*", trust=10), Trust("*", "a", trust=20), Trust("erp", trust=30)), 30),
        ((Trust("*", trust=10), Trust("*", "a", trust=20)), 20),
        ((Trust("*", trust=10),), 10),
        ((Trust("crm", trust=10),), 77),  # the source's own
    ],
)
def test_the_line_that_says_most_counts(lines, expected):
    assert TrustTable(lines).points_of(member("erp", {}, trust=77), ("a",), TODAY) == expected


def test_a_source_of_unknown_trust_has_fifty_points():
    assert TrustTable(()).points_of(member("erp", {}), ("a",), TODAY) == 50


def test_a_failed_value_loses_to_a_valid_one_of_a_weaker_source():
    members = [member("erp", {"lei": "BAD"}, invalid={"lei"}), member("crm", {"lei": "GOOD"})]
    assert survivor("lei", "source_trust", members) == ("GOOD", "source_trust")


def test_a_downgrade_of_a_hundred_per_cent_keeps_a_failed_value_out_even_alone():
    strict = (Trust("erp", trust=80, downgrade=100),)
    found = golden(
        [Rule(("lei",))], [member("erp", {"lei": "BAD", "language": "de"}, invalid={"lei"})], trust=strict
    )
    assert found.attributes == {"language": "de"}


def test_decay_hands_over_to_the_fresher_source_on_the_day_that_was_foretold():
    falling = (Trust("erp", trust=90, floor=0, decay_days=90), Trust("crm", trust=60))
    members = [member("erp", {"phone": "1"}, changed=str(TODAY)), member("crm", {"phone": "2"})]
    found = golden([Rule(("phone",), ("source_trust",))], members, trust=falling)
    assert found.attributes == {"phone": "1"}
    # 90 - 30 = 60 ties with the CRM, whose content is older: recency keeps the ERP for one more day.
    assert found.changes_on == TODAY + timedelta(days=30)
    assert found.changes_on == date(2026, 7, 1)
    later = golden(
        [Rule(("phone",), ("source_trust",))], members, trust=falling, today=TODAY + timedelta(days=31)
    )
    assert later.attributes == {"phone": "2"}
    assert later.changes_on is None


@given(
    st.lists(
        st.tuples(st.integers(0, 100), st.integers(0, 100), st.integers(0, 40), st.integers(0, 50)),
        min_size=2,
        max_size=3,
    )
)
def test_no_value_changes_before_the_day_that_was_foretold(lines):
    trust = tuple(
        Trust(f"s{n}", trust=max(high, low), floor=min(high, low), decay_days=days)
        for n, (high, low, days, _) in enumerate(lines)
    )
    members = [
        member(f"s{n}", {"brand": f"v{n}", "emails": [f"e{n}"]}, changed=str(TODAY - timedelta(days=line[3])))
        for n, line in enumerate(lines)
    ]
    rules = [Rule(("brand",), ("source_trust",)), Rule(("emails",), ("union",))]
    now = golden(rules, members, trust=trust)
    until = now.changes_on or TODAY + timedelta(days=60)
    for days in range(1, (until - TODAY).days):
        assert (
            golden(rules, members, trust=trust, today=TODAY + timedelta(days=days)).attributes
            == now.attributes
        )
