"""A not-a-match stands for a term, and a decision outlives the record it was hung on."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from mdm.compliance import audit
from mdm.compliance.verify import verify
from mdm.models import Judgement, Membership, ReviewTask
from mdm.resolution.decisions import Contradiction, Term
from mdm.resolution.due import waiting_domains
from tests.linktable import start, table

pytestmark = pytest.mark.django_db

PAIR = "erp/1 n=anna m=a\ncrm/1 n=anne m=a"
APART = "g1: erp/1\ng2: crm/1"


def change(hub, row):
    hub.load(row)
    assert verify(deep=True) == []
    return hub.stands()


def test_it_ends_when_either_side_says_something_else_and_holds_again_when_it_says_so_again():
    hub = start()
    assert hub.load(PAIR) == APART
    hub.part("g1", "g2", term=Term(until_change=True))
    assert change(hub, "crm/1 n=anne m=a l=fr at=1") == APART  # the language is no matching attribute
    assert ReviewTask.objects.filter(status="open").count() == 0
    assert change(hub, "crm/1 n=anna m=a at=2") == "g1: crm/1 erp/1\ng2 -> g1"
    # A function of what the records say, not of the way there.
    assert change(hub, "crm/1 n=anne m=a at=3") == APART
    assert change(hub, "erp/1 n=anne m=a at=4") == "g1: crm/1 erp/1\ng2 -> g1"
    assert Judgement.objects.filter(withdrawn_at=None).count() == 1


def test_it_ends_when_one_of_the_named_attributes_changes_and_not_another():
    hub = start()
    hub.load(PAIR)
    hub.part("g1", "g2", term=Term(until_change=True, attributes=("emails",)))
    assert change(hub, "crm/1 n=anna m=a at=1") == APART
    assert change(hub, "crm/1 n=anna m=a,b at=2") == "g1: crm/1 erp/1\ng2 -> g1"


def test_every_record_of_either_side_is_watched():
    hub = start()
    hub.load("erp/1 n=anna p=1\nshop/1 n=anna\ncrm/1 n=anne p=1 m=b")
    assert hub.stands() == "g1: erp/1 shop/1\ng2: crm/1"
    hub.part("g1", "g2", term=Term(until_change=True))
    hub.load("crm/1 n=anna p=1 m=b at=1")
    assert hub.stands() == "g1: crm/1 erp/1 shop/1\ng2 -> g1"


def test_the_question_returns_when_it_ends():
    hub = start()
    hub.load(PAIR)
    hub.part("g1", "g2", term=Term(until_change=True))
    hub.load("crm/1 n=anja m=a at=1")
    assert list(ReviewTask.objects.order_by("pk").values_list("status", flat=True)) == ["decided", "open"]


def test_its_last_day_counts_and_the_day_after_a_worker_resolves_what_is_due():
    hub = start()
    hub.load("erp/1 n=anna\ncrm/1 n=bert")
    today = timezone.now().date()
    decision = hub.part("g1", "g2", term=Term(until=today))
    assert hub.load("crm/1 n=anna at=1") == APART
    assert (waiting_domains(), verify(deep=True)) == ([], [])
    judgement = Judgement.objects.filter(pk=decision.judgement_ids[0])
    yesterday(judgement)
    assert (waiting_domains(), verify(deep=True)) == (["customer"], [])
    hub.resolve()
    assert hub.stands() == "g1: crm/1 erp/1\ng2 -> g1"
    assert judgement.get().withdrawn_by == "rules"
    assert judgement.get().withdrawn_reason == f"Its last day was {today - timedelta(days=1)}."
    assert (waiting_domains(), Membership.objects.filter(due=True).count(), verify(deep=True)) == ([], 0, [])


def yesterday(judgement):
    """Let the last day of a judgement have been yesterday."""
    with audit.entry(actor="test", action="turn", cause="a table"):
        judgement.update(until=timezone.now().date() - timedelta(days=1))


@pytest.mark.parametrize(
    ("term", "said"),
    [
        (Term(until=date(2020, 1, 1)), "The last day 2020-01-01 is over"),
        (Term(until_change=True, attributes=("shoe_size",)), "has no attribute 'shoe_size'"),
        (Term(attributes=("emails",)), "Attributes are named only of what holds until one of them changes"),
    ],
)
def test_a_term_that_cannot_be_is_refused(term, said):
    hub = start()
    hub.load(PAIR)
    with pytest.raises(ValueError, match=said):
        hub.part("g1", "g2", term=term)
    assert Judgement.objects.count() == 0


def test_the_same_said_again_is_refused_and_another_term_is_a_decision_of_its_own():
    hub = start()
    hub.load(PAIR)
    hub.part("g1", "g2", term=Term(until_change=True))
    with pytest.raises(Contradiction, match=r"held to be different already\. steward decided so"):
        hub.part("g1", "g2", term=Term(until_change=True))
    for_good = hub.part("g1", "g2")
    assert change(hub, "crm/1 n=anna m=a at=1") == APART
    hub.undo(for_good)
    assert hub.stands() == "g1: crm/1 erp/1\ng2 -> g1"


def test_a_merge_outlives_the_record_it_was_hung_on():
    hub = start()
    hub.load("erp/1 n=anna\nshop/1 n=anna\ncrm/1 n=bert")
    decision = hub.merge("g1", "g2")
    assert change(hub, "erp/1 n=anna gone at=1") == "g1: crm/1 (erp/1) shop/1\ng2 -> g1"
    hub.undo(decision)
    assert (hub.stands(), verify(deep=True)) == ("g1: (erp/1) shop/1\ng2: crm/1", [])


def test_a_not_a_match_outlives_the_record_it_was_hung_on():
    hub = start()
    hub.load("erp/1 n=anna\nshop/1 n=anna\ncrm/1 n=bert")
    hub.part("g1", "g2")
    hub.load("erp/1 n=anna gone at=1")
    assert change(hub, "crm/1 n=anna at=2") == "g1: (erp/1) shop/1\ng2: crm/1"


def test_whoever_was_taken_out_since_stands_for_nobody():
    hub = start()
    hub.load("erp/1 n=anna\nshop/1 n=anna\ncrm/1 n=bert")
    hub.merge("g1", "g2")
    hub.split("g1", "shop/1")
    assert change(hub, "erp/1 n=anna gone at=1") == table("""
        g1 gone
        g2: crm/1 (erp/1)
        g3: shop/1
        """)
