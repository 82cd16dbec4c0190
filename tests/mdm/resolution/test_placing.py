"""A single source record stands alone, moves, or is matched anew; and undoing that leaves nothing of it."""

import pytest

from mdm.compliance.verify import verify
from mdm.models import Judgement
from mdm.resolution import placing
from mdm.resolution.decisions import Contradiction, StaleVersion
from tests.linktable import BY, start, table

pytestmark = pytest.mark.django_db

TWO = """
erp/1 n=anna
crm/1 n=anna
shop/1 n=anna
erp/2 n=bert
"""


def test_an_isolated_record_stands_alone_and_nobody_joins_it_until_it_is_released():
    hub = start()
    hub.load(TWO)
    decision = hub.isolate("shop/1")
    assert hub.stands() == table("""
        g1: crm/1 erp/1
        g2: erp/2
        g3: shop/1
        """)
    assert hub.load("desk/1 n=anna") == table("""
        g1: crm/1 desk/1 erp/1
        g2: erp/2
        g3: shop/1
        """)
    assert verify(deep=True) == []
    hub.undo(decision)
    assert hub.stands() == table("""
        g1: crm/1 desk/1 erp/1 shop/1
        g2: erp/2
        g3 -> g1
        """)
    assert verify(deep=True) == []


def test_an_isolated_record_leaves_a_merge_and_comes_back_to_it():
    hub = start()
    hub.load("erp/1 n=anna\ncrm/1 n=bert")
    hub.merge("g1", "g2")
    decision = hub.isolate("crm/1")
    assert hub.stands() == "g1: erp/1\ng2: crm/1"
    with pytest.raises(Contradiction, match=r"a record of .* stands alone"):
        hub.merge("g1", "g2")
    with pytest.raises(Contradiction, match=r"It stands alone already\. steward decided so on"):
        hub.isolate("crm/1")
    hub.undo(decision)
    assert (hub.stands(), verify(deep=True)) == ("g1: crm/1 erp/1\ng2 -> g1", [])


def test_a_record_moves_and_both_golden_records_keep_their_ids():
    hub = start()
    hub.load(TWO)
    decision = hub.move("g2", "erp/1")
    assert hub.stands() == table("""
        g1: crm/1 shop/1
        g2: erp/1 erp/2
        """)
    assert verify(deep=True) == []
    hub.undo(decision)
    assert (hub.stands(), verify(deep=True)) == ("g1: crm/1 erp/1 shop/1\ng2: erp/2", [])


def test_a_whole_golden_record_moves_as_by_a_merge():
    hub = start()
    hub.load(TWO)
    hub.move("g2", "erp/1", "crm/1", "shop/1")
    assert hub.stands() == "g1 -> g2\ng2: crm/1 erp/1 erp/2 shop/1"


def test_a_move_against_a_judgement_is_refused_with_the_list():
    hub = start()
    hub.load(TWO)
    hub.part("g1", "g2")
    with pytest.raises(Contradiction) as refused:
        hub.move("g2", "erp/1")
    (conflict,) = refused.value.conflicts
    assert "are not the same (Relatives or household); undo judgement" in conflict
    assert hub.stands() == "g1: crm/1 erp/1 shop/1\ng2: erp/2"
    assert Judgement.objects.count() == 1
    with pytest.raises(StaleVersion, match=r"belong to .* already"):
        hub.move("g1", "crm/1")


def test_matching_anew_releases_what_names_the_record_and_an_undo_puts_it_in_force_again():
    hub = start()
    hub.load(TWO)
    split = hub.split("g1", "shop/1")
    hub.merge("g2", "g3")
    moved = table("""
        g1: crm/1 erp/1
        g2: erp/2 shop/1
        g3 -> g2
        """)
    assert hub.stands() == moved
    decision = hub.rematch("shop/1")
    assert hub.stands() == table("""
        g1: crm/1 erp/1 shop/1
        g2: erp/2
        g3 -> g1
        """)
    assert Judgement.objects.filter(withdrawn_with=decision.judgement_ids[0]).count() == 2
    with pytest.raises(StaleVersion, match="steward withdrew it"):
        hub.undo(split)
    assert verify(deep=True) == []
    hub.undo(decision)
    assert (hub.stands(), verify(deep=True)) == (moved, [])
    assert Judgement.objects.filter(withdrawn_at=None).count() == 2


def test_matching_anew_leaves_what_others_decided_about_the_rest():
    hub = start()
    hub.load("erp/1 n=anna\ncrm/1 n=anna\nshop/1 n=bert")
    hub.merge("g1", "g2")
    hub.rematch("crm/1")
    assert hub.stands() == "g1: crm/1 erp/1 shop/1\ng2 -> g1"


@pytest.mark.parametrize(
    ("decide", "error", "said"),
    [
        (lambda: placing.isolate(0, by=BY), LookupError, "There is no source record 0"),
        (lambda: placing.move([], "C", by=BY), Contradiction, "No record was named"),
        (lambda: placing.rematch([], by=BY), Contradiction, "No record was named"),
    ],
)
def test_what_names_no_record_is_refused(decide, error, said):
    with pytest.raises(error, match=said):
        decide()


def test_a_record_that_waits_to_be_resolved_is_not_decided_about():
    hub = start()
    hub.put("erp/1 n=anna")
    with pytest.raises(StaleVersion, match="waits to be resolved"):
        hub.isolate("erp/1")


def test_a_confirmation_is_a_decision_that_can_be_undone():
    hub = start()
    hub.load("erp/1 n=anna")
    decision = hub.confirm("g1")
    assert hub.golden("g1").confirmed
    with pytest.raises(StaleVersion, match="is confirmed already"):
        hub.confirm("g1")
    assert verify(deep=True) == []
    hub.undo(decision)
    assert not hub.golden("g1").confirmed
    assert verify(deep=True) == []
