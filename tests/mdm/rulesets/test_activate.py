"""Rule sets: the first one, the next one, and what of them can never change unseen."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from matching.model import Model
from mdm import domains
from mdm.compliance import audit
from mdm.compliance.verify import verify
from mdm.models import Edge, RuleSet
from mdm.rulesets.activate import activate, bootstrap
from mdm.rulesets.active import active, in_force
from tests.linktable import DOMAIN, SPEC, Hub, model, start

pytestmark = pytest.mark.django_db

PEOPLE = """
erp/1 n=anna m=anna
crm/1 n=anna m=anna
shop/1 n=bert m=bert
"""


def test_a_domain_without_a_rule_set_says_what_to_do():
    assert active(DOMAIN) is None
    with pytest.raises(LookupError, match=r"run `manage.py resolve customer`"):
        in_force(DOMAIN)


def test_the_first_rule_set_is_learned_frozen_and_resolves_what_was_accepted_before_it():
    hub = Hub()
    hub.put(PEOPLE)
    settled = bootstrap(DOMAIN, actor="test", cause="a test")
    assert settled.goldens == len(hub.clusters())
    row = RuleSet.objects.get()
    assert (row.number, row.status, row.created_by) == (1, "active", "test")
    assert (hub.resolve(), verify(deep=True)) == (0, [])


def test_a_second_bootstrap_is_refused():
    start()
    with pytest.raises(RuntimeError, match="has a rule set in force"):
        bootstrap(DOMAIN, actor="test", cause="a test")


def test_a_new_rule_set_retires_the_one_before_and_numbers_go_on():
    hub = start()
    hub.load(PEOPLE)
    before = in_force(DOMAIN)
    with audit.entry(actor="test", action="activate", cause="a test"):
        survivorship = domains.get(DOMAIN).survivorship
        activate(DOMAIN, spec=SPEC, model=model(cap=7), survivorship=survivorship, actor="test")
        hub.rebuild()
    after = in_force(DOMAIN)
    assert (before.number, after.number, after.model.cap) == (1, 2, 7)
    assert list(RuleSet.objects.order_by("number").values_list("status", flat=True)) == ["retired", "active"]
    assert set(Edge.objects.values_list("rule_set", flat=True)) == {after.rule_set_id}
    assert verify(deep=True) == []


def test_two_rule_sets_are_never_in_force_at_once():
    start()
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        audit.entry(actor="test", action="activate", cause="a test"),
    ):
        RuleSet.objects.create(
            domain=DOMAIN, number=9, status="active", spec={}, model={}, survivorship={}, created_by="x"
        )


def test_a_rule_set_comes_back_as_it_was_activated():
    start()
    rules = in_force(DOMAIN)
    assert (rules.spec, rules.model, rules.survivorship) == (SPEC, model(), domains.get(DOMAIN).survivorship)
    assert Model.from_json(RuleSet.objects.get().model) == model()


def test_a_change_after_activation_is_seen():
    start()
    row = RuleSet.objects.get()
    row.model["link_weight"] = 1
    with audit.entry(actor="test", action="meddle", cause="a test"):
        row.save()
    assert [finding.check for finding in verify()] == ["rule-set-unchanged"]


def test_nobody_activates_without_an_entry():
    with pytest.raises((RuntimeError, DatabaseError)):
        activate(DOMAIN, spec=SPEC, model=model(), survivorship=domains.get(DOMAIN).survivorship, actor="x")
