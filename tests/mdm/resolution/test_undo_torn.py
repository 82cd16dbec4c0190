"""A merge that tears a cluster, undone: who stands where, and what is left in the ids that lead elsewhere.

In all of them bert is merged with anna of tax id X, which parts it from the bert of tax id Y.
"""

import pytest

from mdm.compliance.digest import digest
from mdm.compliance.verify import verify
from tests.linktable import start, table

pytestmark = pytest.mark.django_db


def test_an_id_that_stood_during_the_merge_leads_where_it_led_and_keeps_what_it_said_last():
    hub = start()
    stood = hub.load("""
        erp/1 n=bert
        crm/1 n=carl
        crm/1 n=bert t=Y at=1
        shop/1 n=anna t=X
        """)
    assert stood == table("""
        g1: crm/1 erp/1
        g2 -> g1
        g3: shop/1
        """)
    values, whole = digest(partition=True), digest()
    assert hub.golden("g2").attributes == {"full_name": "carl"}
    merge = hub.merge("g1", "g3")
    assert hub.stands() == table("""
        g1: erp/1 shop/1
        g2: crm/1
        g3 -> g1
        """)
    hub.undo(merge)
    assert (hub.stands(), digest(partition=True)) == (stood, values)
    assert hub.golden("g2").attributes == {"full_name": "bert", "lei": "Y"}
    assert digest() != whole  # it holds what the ids that lead elsewhere said last
    assert verify(deep=True) == []


def test_a_new_id_of_the_piece_leads_to_whom_it_was_torn_from():
    hub = start()
    stood = hub.load("""
        erp/1 n=bert
        crm/1 n=bert t=Y
        shop/1 n=anna t=X
        """)
    assert stood == table("""
        g1: crm/1 erp/1
        g2: shop/1
        """)
    values = digest(partition=True)
    merge = hub.merge("g1", "g2")
    assert hub.stands() == table("""
        g1: erp/1 shop/1
        g2 -> g1
        g3: crm/1
        """)
    hub.undo(merge)
    assert (hub.stands(), digest(partition=True)) == (stood + "\ng3 -> g1", values)
    assert verify(deep=True) == []
