"""How much changes hands when other rules come into force: rehearsed, reported, and budgeted."""

from dataclasses import replace

import pytest

from matching.spec import StateGates
from mdm import domains
from mdm.compliance.digest import digest
from mdm.compliance.verify import verify
from mdm.models import AuditEntry, RuleSet
from mdm.rulesets import churn
from mdm.rulesets.active import in_force
from mdm.rulesets.churn import Churn
from mdm.rulesets.drafts import ChurnRefused, DraftRefused, propose, put_in_force, rehearse
from tests.linktable import BIT, DOMAIN, SPEC, model, start, table

pytestmark = pytest.mark.django_db

TABLE = """
erp/1 n=anna p=1
crm/1 n=anna p=1
erp/2 n=bert p=2
crm/2 n=bert p=2
shop/3 n=carl
"""
STANDS = table("""
    g1: crm/1 erp/1
    g2: crm/2 erp/2
    g3: shop/3
    """)


def draft(link_weight: int, **more):
    spec = more.get("spec", in_force(DOMAIN).spec)
    rules = replace(model(100, spec), link_weight=link_weight * BIT, review_weight=5 * BIT)
    return propose(
        DOMAIN, spec=spec, model=rules,
        survivorship=domains.get(DOMAIN).survivorship, actor="eva", reason="Stricter.",
    )  # fmt: skip


@pytest.fixture
def hub(db, monkeypatch):
    monkeypatch.setattr(churn, "ALWAYS_ALLOWED", 1)
    found = start(gates=StateGates(moved_share=0.2))
    found.load(TABLE)
    assert found.stands() == STANDS
    return found


def test_a_rehearsal_is_what_then_happens_and_leaves_nothing(hub):
    stricter = draft(20)  # the same name and phone weigh 19
    before = digest()
    seen = rehearse(stricter.pk, actor="eva")
    assert seen == Churn(records=5, moved=2, issued=2, retired=0, returned=0, changed=0)
    assert (digest(), in_force(DOMAIN).number) == (before, 1)
    done = put_in_force(stricter.pk, actor="olga", reason="Seen.", accept_moved=2)
    assert done.churn == seen
    line = AuditEntry.objects.get(action="report churn")
    assert (line.actor, line.detail["moved"], line.detail["share"]) == ("olga", 2, 0.4)
    assert verify(deep=True) == []


def test_more_than_the_budget_is_refused_with_the_figures_and_nothing_changes(hub):
    stricter = draft(20)
    before = digest()
    with pytest.raises(ChurnRefused, match="more records than the 1 that may move: 2 of 5 records"):
        put_in_force(stricter.pk, actor="olga", reason="Seen.")
    with pytest.raises(ChurnRefused):
        put_in_force(stricter.pk, actor="olga", reason="Seen.", accept_moved=1)
    assert (digest(), in_force(DOMAIN).number, RuleSet.objects.get(pk=stricter.pk).status) == (
        before,
        1,
        "draft",
    )


def test_a_draft_cannot_raise_the_budget_it_is_judged_by(hub):
    loose = draft(20, spec=replace(SPEC, state_gates=StateGates(moved_share=1.0)))
    with pytest.raises(ChurnRefused):
        put_in_force(loose.pk, actor="olga", reason="Seen.")


def test_rules_that_cluster_alike_carry_every_id_over(hub):
    alike = draft(12)
    done = put_in_force(alike.pk, actor="olga", reason="Seen.")
    assert (done.churn.moved, done.churn.issued, done.churn.retired, hub.stands()) == (0, 0, 0, STANDS)


def test_former_ids_return_when_the_former_rules_do(hub):
    put_in_force(draft(20).pk, actor="olga", reason="Seen.", accept_moved=5)
    apart = hub.stands()
    back = put_in_force(draft(10).pk, actor="olga", reason="Seen.", accept_moved=5)
    assert (back.churn.moved, back.churn.retired, back.churn.issued) == (2, 2, 0)
    again = put_in_force(draft(20).pk, actor="olga", reason="Seen.", accept_moved=5)
    assert (again.churn.returned, again.churn.issued, hub.stands()) == (2, 0, apart)


def test_who_drafted_it_may_rehearse_it_but_not_put_it_in_force(hub):
    stricter = draft(20)
    assert rehearse(stricter.pk, actor="eva").moved == 2
    with pytest.raises(DraftRefused, match="You drafted"):
        put_in_force(stricter.pk, actor="eva", reason="Mine.", accept_moved=5)
