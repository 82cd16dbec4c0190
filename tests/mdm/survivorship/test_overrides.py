"""Overrides: how long a steward's value stands, in a table of days before and after."""

from datetime import date

import pytest

from mdm.survivorship.conditions import When
from mdm.survivorship.overrides import BadOverride, Override
from mdm.survivorship.rules import Rule
from tests.mdm.survivorship.members import golden, member, moment

SET_AT = "2026-03-01"


def override(value, mode="always", *, attribute="legal_name", **facts):
    facts.setdefault("key", "o1")
    return Override(
        attribute=attribute, value=value, mode=mode, set_at=moment(facts.pop("set_at", SET_AT)), **facts
    )


LIFE = [
    # mode and facts, the sources' value now and since when, golden value, spent
    ("always", {}, ("Acme", "2026-05-01"), "Steward Ltd", ()),
    ("always", {}, (None, "2026-05-01"), "Steward Ltd", ()),
    ("until_source_changes", {"seen": "ACME"}, ("Acme", "2026-05-01"), "Steward Ltd", ()),
    ("until_source_changes", {"seen": "Acme"}, ("Acme Two", "2026-05-01"), "Acme Two", ("o1",)),
    ("until_source_changes", {"seen": None}, ("Acme", "2026-05-01"), "Acme", ("o1",)),
    ("until_source_agrees", {}, ("Acme", "2026-05-01"), "Steward Ltd", ()),
    ("until_source_agrees", {}, ("STEWARD LTD", "2026-05-01"), "STEWARD LTD", ("o1",)),
    ("until_date", {"until": date(2026, 6, 1)}, ("Acme", "2026-05-01"), "Steward Ltd", ()),  # its last day
    ("until_date", {"until": date(2026, 5, 31)}, ("Acme", "2026-05-01"), "Acme", ("o1",)),
    ("latest_wins", {}, ("Acme", "2026-02-01"), "Steward Ltd", ()),
    ("latest_wins", {}, ("Acme", "2026-05-01"), "Acme", ("o1",)),
    ("latest_wins", {}, (None, "2026-05-01"), "Steward Ltd", ()),
]


@pytest.mark.parametrize(("mode", "facts", "source", "value", "spent"), LIFE)
def test_how_long_an_override_stands(mode, facts, source, value, spent):
    offered, changed = source
    members = [member("erp", {"legal_name": offered}, changed=changed)]
    found = golden([], members, [override("Steward Ltd", mode, **facts)])
    assert found.attributes.get("legal_name") == value
    assert found.spent == spent


def test_an_override_names_itself_and_the_record_it_outvoted():
    found = golden([], [member("erp", {"legal_name": "Acme"})], [override("Steward Ltd")])
    why = found.provenance["legal_name"]
    assert (why.winner, why.rule, why.step, why.override) == (None, "always", "override", "o1")
    assert [(loser.record[0], loser.reason) for loser in why.losers] == [("erp", "override")]


def test_an_override_by_nothing_empties_the_attribute():
    assert golden([], [member("erp", {"legal_name": "Acme"})], [override(None)]).attributes == {}


def test_of_two_overrides_in_force_the_latest_rules():
    both = [override("Old", key="a"), override("New", key="b", set_at="2026-04-01")]
    for overrides in (both, both[::-1]):
        found = golden([], [member("erp", {"legal_name": "Acme"})], overrides)
        assert found.attributes == {"legal_name": "New"}


def test_the_day_after_the_last_one_is_foretold():
    found = golden([], [member("erp", {})], [override("X", "until_date", until=date(2026, 6, 20))])
    assert found.changes_on == date(2026, 6, 21)


def test_an_ignored_value_never_wins_whichever_source_says_it():
    ignored = [override("n/a", action="ignore", attribute="website")]
    members = [member("erp", {"website": "N/A"}), member("crm", {"website": "acme.de"})]
    assert golden([], members, ignored).attributes == {"website": "acme.de"}
    assert golden([], members[:1], ignored).attributes == {}


def test_elements_of_a_multi_valued_attribute_are_added_and_ignored_by_value():
    rules = [Rule(("emails",), ("union",))]
    overrides = [
        override("NOREPLY@x.de", action="ignore", attribute="emails", key="i"),
        override("boss@x.de", action="add", attribute="emails", key="a"),
        override("a@x.de", action="add", attribute="emails", key="b"),
    ]
    members = [
        member("erp", {"emails": ["a@x.de", "noreply@x.de"]}),
        member("crm", {"emails": ["noreply@x.de"]}),
    ]
    assert golden(rules, members, overrides).attributes == {"emails": ["a@x.de", "boss@x.de"]}
    ended = [
        override("z@x.de", "until_date", until=date(2026, 5, 1), action="add", attribute="emails", key="z")
    ]
    assert golden(rules, members[:1], ended).spent == ("z",)


def test_an_override_of_kind_decides_which_rules_apply():
    rules = [
        Rule(("kind",), weak=("unknown",)),
        Rule(("legal_name",), ("longest",), when=(When("kind", ("organisation",)),)),
        Rule(("legal_name",), ("shortest",)),
    ]
    members = [
        member("erp", {"kind": "person", "legal_name": "Acme"}),
        member("crm", {"legal_name": "Acme Limited"}),
    ]
    assert golden(rules, members).attributes["legal_name"] == "Acme"
    set_kind = [override("organisation", attribute="kind")]
    assert golden(rules, members, set_kind).attributes["legal_name"] == "Acme Limited"


def test_part_of_a_group_is_overridden_alone():
    rules = [Rule(("given_name", "family_name"), group=True)]
    members = [member("erp", {"given_name": "Jon", "family_name": "Smith"})]
    found = golden(rules, members, [override("John", attribute="given_name")])
    assert found.attributes == {"given_name": "John", "family_name": "Smith"}


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"mode": "sometimes"}, "mode 'sometimes' is unknown"),
        ({"action": "drop"}, "action 'drop' is unknown"),
        ({"mode": "until_date"}, "a last day belongs to mode until_date"),
        ({"until": date(2026, 1, 1)}, "and to no other"),
        ({"action": "ignore", "mode": "latest_wins"}, "goes with always or until_date only"),
    ],
)
def test_an_override_that_cannot_be_meant_is_refused(facts, message):
    with pytest.raises(BadOverride, match=message):
        override("X", **facts)
