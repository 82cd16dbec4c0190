"""A canary: other rules change the part they are declared for; the rest stays until they are widened."""

import io
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command

from matching.errors import SpecError
from matching.spec import Canary, MatchSpec, StateGates
from mdm import domains
from mdm.compliance.digest import digest
from mdm.compliance.verify import verify
from mdm.models import Hold, ReviewTask, RuleSet
from mdm.resolution.canary import is_inside
from mdm.resolution.releasing import release
from mdm.rulesets.canary import held_back, narrowed, withdrawn
from mdm.rulesets.drafts import DraftRefused, propose, put_in_force
from tests.held_changes import holds
from tests.linktable import BIT, BY, DOMAIN, SPEC, expected_clusters, lines, model, start

pytestmark = pytest.mark.django_db

# Under the rules of the language each pair is one; from 20 bits on only who shares a phone as well.
TABLE = """
erp/1 n=anna k=person
crm/1 n=anna k=person
erp/2 n=bert k=organisation
crm/2 n=bert k=organisation
erp/3 n=carl p=3 k=person
crm/3 n=carl p=3 k=person
"""
PERSONS = Canary(where=(("kind", ("person",)),))


def stricter(bits: int = 15, canary: Canary | None = None) -> RuleSet:
    spec = replace(SPEC, state_gates=StateGates(canary=canary))
    survivorship = domains.get(DOMAIN).survivorship
    weights = replace(model(spec=spec), link_weight=bits * BIT, review_weight=bits * BIT)
    return propose(
        DOMAIN, spec=spec, model=weights, survivorship=survivorship, actor="tom", reason="Tighter."
    )


def activate(draft: RuleSet) -> None:
    put_in_force(draft.pk, actor="olga", reason="Seen.", accept_moved=10)


@pytest.fixture
def hub():
    hub = start()
    hub.load(TABLE)
    assert hub.stands() == "g1: crm/1 erp/1\ng2: crm/2 erp/2\ng3: crm/3 erp/3"
    return hub


def test_rules_change_their_canary_and_hold_the_rest(hub):
    activate(narrowed(DOMAIN, stricter().number, PERSONS, actor="tom", reason="Persons first."))
    assert sorted(map(sorted, hub.clusters())) == [
        ["crm/1"], ["crm/2", "erp/2"], ["crm/3", "erp/3"], ["erp/1"]
    ]  # fmt: skip
    assert holds() == "canary: crm/2 erp/2 open"
    assert (
        Hold.objects.get().reason
        == f"{hub.code('g2')} would part into 2, and customer rule set 3 may not change it yet."
    )
    assert (held_back(DOMAIN), ReviewTask.objects.filter(kind="hold").count()) == (1, 0)
    assert verify(deep=True) == []


def test_a_canary_is_widened_to_all_and_its_holds_are_over(hub):
    first = narrowed(DOMAIN, stricter().number, PERSONS, actor="tom", reason="Persons first.")
    activate(first)
    activate(narrowed(DOMAIN, first.number, None, actor="tom", reason="Now all."))
    assert holds() == "canary: crm/2 erp/2 pointless"
    assert Hold.objects.get().closed_reason == "Rule set 4 may change it."
    whole = digest(partition=True)
    assert (len(hub.clusters()), verify(deep=True)) == (5, [])
    hub.rebuild()
    assert digest(partition=True) == whole


def test_a_canary_is_withdrawn_and_all_is_as_before(hub):
    before = hub.stands()
    activate(narrowed(DOMAIN, stricter().number, PERSONS, actor="tom", reason="Persons first."))
    assert hub.stands() != before
    activate(withdrawn(DOMAIN, actor="tom", reason="It tears people apart."))
    assert hub.clusters() == expected_clusters(lines(TABLE))
    assert [
        line for line in hub.stands().splitlines() if "->" not in line and "gone" not in line
    ] == before.splitlines()
    assert (holds(), verify(deep=True)) == ("canary: crm/2 erp/2 pointless", [])


def test_merges_outside_of_the_canary_are_held_and_records_that_come_find_their_place(hub):
    activate(stricter(20))
    activate(narrowed(DOMAIN, 1, PERSONS, actor="tom", reason="Looser again, for persons."))
    assert frozenset({"erp/1", "crm/1"}) in hub.clusters()
    assert frozenset({"erp/2", "crm/2"}) not in hub.clusters()
    assert Hold.objects.filter(gate="canary", status="open").count() == 1
    hub.load("shop/2 n=bert k=organisation")
    joined = next(one for one in hub.clusters() if "shop/2" in one)
    assert len(joined) == 2 and verify(deep=True) == []
    release(Hold.objects.get(status="open").pk, by=BY)
    assert frozenset({"erp/2", "crm/2", "shop/2"}) in hub.clusters()
    assert verify(deep=True) == []


def test_a_share_is_a_part_by_id_that_only_grows():
    codes = [f"C-{number:04d}" for number in range(2000)]
    inside = {
        share: {code for code in codes if is_inside(Canary(share), code, {}, "", ())}
        for share in (0.0, 0.05, 0.5, 1.0)
    }
    assert (inside[0.0], inside[1.0]) == (set(), set(codes))
    assert inside[0.05] < inside[0.5]
    assert 60 < len(inside[0.05]) < 140


@pytest.mark.parametrize(
    ("canary", "inside"),
    [
        (Canary(sources=("crm",)), True),
        (Canary(sources=("shop",)), False),
        (Canary(where=(("kind", ("person", "unknown")),)), True),
        (Canary(where=(("addresses.country", ("DE",)),)), True),
        (Canary(where=(("addresses.country", ("FR",)),)), False),
        (Canary(sources=("crm",), where=(("language", ("de",)),)), False),
    ],
)
def test_a_part_is_named_by_sources_and_golden_values(canary, inside):
    values = {"addresses": [{"country": "AT"}, {"country": "DE"}]}
    assert is_inside(canary, "C-1", values, "person", {"crm", "erp"}) == inside


def test_a_canary_survives_json_and_what_cannot_be_is_refused():
    spec = replace(SPEC, state_gates=StateGates(canary=Canary(0.1, ("crm",), (("kind", ("person",)),))))
    assert MatchSpec.from_json(spec.to_json()) == spec
    with pytest.raises(SpecError, match="0 to 1"):
        replace(SPEC, state_gates=StateGates(canary=Canary(1.5)))
    with pytest.raises(SpecError, match="without values"):
        replace(SPEC, state_gates=StateGates(canary=Canary(where=(("kind", ()),))))


def test_there_is_no_way_back_without_a_canary_or_rules_before_it(hub):
    with pytest.raises(DraftRefused, match="No canary of domain customer is in force"):
        withdrawn(DOMAIN, actor="tom", reason="Back.")
    with pytest.raises(LookupError, match="no customer rule set 99"):
        narrowed(DOMAIN, 99, PERSONS, actor="tom", reason="Part.")
    with pytest.raises(DraftRefused, match="in force for that part already"):
        narrowed(DOMAIN, 1, None, actor="tom", reason="All.")


def test_the_command_drafts_for_a_second_person(hub):
    out = io.StringIO()
    said = {"domain": DOMAIN, "actor": "tom", "reason": "A part.", "stdout": out}
    call_command("canary", 1, where=["kind=person", "kind=unknown"], share=0.5, source=["crm"], **said)
    drafted = RuleSet.objects.get(number=2)
    assert drafted.status == "draft"
    assert drafted.spec["state_gates"]["canary"] == {
        "share": 0.5, "sources": ["crm"], "where": [["kind", ["person", "unknown"]]],
    }  # fmt: skip
    assert "approve_rules 2 --domain customer --preview" in out.getvalue()
    with pytest.raises(CommandError, match="Say which part"):
        call_command("canary", 1, **said)
    with pytest.raises(CommandError, match="no PATH=VALUE"):
        call_command("canary", 1, where=["kind"], **said)
