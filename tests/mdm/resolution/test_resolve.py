"""What resolution makes of records as they come: tables before and after."""

import pytest

from mdm.compliance.verify import verify
from tests.linktable import expected_clusters, lines, scratch, start, table

pytestmark = pytest.mark.django_db

CASES = {
    "a record alone is a golden record": ("erp/1 n=anna", "g1: erp/1"),
    "one that shares name joins": (
        """
        erp/1 n=anna
        crm/1 n=anna
        """,
        "g1: crm/1 erp/1",
    ),
    "another stays apart": (
        """
        erp/1 n=anna
        crm/1 n=bert
        """,
        """
        g1: erp/1
        g2: crm/1
        """,
    ),
    "a record that matches two strangers joins only one of them: the mean of all pairs counts": (
        """
        erp/1 n=anna
        crm/1 m=a
        shop/1 n=anna m=a
        """,
        """
        g1: erp/1 shop/1
        g2: crm/1
        """,
    ),
    "a record that matches two golden records makes them one, under the older id": (
        """
        erp/1 n=anna p=1
        crm/1 m=a p=1
        shop/1 n=anna m=a p=1
        """,
        """
        g1: crm/1 erp/1 shop/1
        g2 -> g1
        """,
    ),
    "two tax ids never meet": (
        """
        erp/1 n=anna t=DE1
        crm/1 n=anna t=DE2
        """,
        """
        g1: erp/1
        g2: crm/1
        """,
    ),
    "a person and a company never meet, an unknown kind meets either": (
        """
        erp/1 n=anna k=person
        crm/1 n=anna k=organisation
        shop/1 n=anna k=unknown p=1
        """,
        """
        g1: erp/1 shop/1
        g2: crm/1
        """,
    ),
    "a change of content moves a record": (
        """
        erp/1 n=anna
        crm/1 n=anna
        shop/1 n=bert
        crm/1 n=bert at=1
        """,
        """
        g1: erp/1
        g2: crm/1 shop/1
        """,
    ),
    "a change that leaves everybody makes a new golden record": (
        """
        erp/1 n=anna
        crm/1 n=anna
        crm/1 n=carl at=1
        """,
        """
        g1: erp/1
        g2: crm/1
        """,
    ),
    "a record that comes back comes back to its id": (
        """
        erp/1 n=anna
        crm/1 n=bert
        crm/1 n=anna at=1
        crm/1 n=bert at=2
        """,
        """
        g1: erp/1
        g2: crm/1
        """,
    ),
    "the last record that retires leaves a tombstone": (
        """
        erp/1 n=anna
        erp/1 n=anna gone at=1
        """,
        "g1 gone",
    ),
    "a tombstone revives": (
        """
        erp/1 n=anna
        erp/1 n=anna gone at=1
        erp/1 n=anna at=2
        """,
        "g1: erp/1",
    ),
    "a retired record keeps its place without a voice": (
        """
        erp/1 n=anna
        crm/1 n=anna l=de
        crm/1 n=anna l=de gone at=1
        """,
        "g1: (crm/1) erp/1",
    ),
    "a bridge that retires lets the two sides go": (
        """
        erp/1 n=anna p=1
        crm/1 m=a p=1
        shop/1 n=anna m=a p=1
        shop/1 n=anna m=a p=1 gone at=1
        """,
        """
        g1: erp/1 (shop/1)
        g2: crm/1
        """,
    ),
    "a record retired before it was ever resolved has no golden record": (
        "erp/1 n=anna gone",
        "",
    ),
    "a merged id whose last record retires is a tombstone, not a redirect to nowhere": (
        """
        erp/1 n=anna
        crm/1 n=bert
        crm/1 n=anna at=1
        crm/1 n=anna gone at=2
        """,
        """
        g1: (crm/1) erp/1
        g2 gone
        """,
    ),
    "an emptied id goes back to whom is at home in it, if he may carry none that is older": (
        """
        erp/1 n=anna
        crm/1 n=anna
        shop/1 n=bert
        crm/1 n=bert at=1
        erp/1 n=anna gone at=1
        """,
        """
        g1: crm/1 (erp/1) shop/1
        g2 -> g1
        """,
    ),
    "an id that redirected lives again when its record stands alone again elsewhere": (
        """
        erp/1 n=anna
        crm/1 n=anna
        shop/1 n=bert
        crm/1 n=bert at=1
        erp/1 n=anna gone at=1
        crm/1 n=dora at=2
        """,
        """
        g1: crm/1 (erp/1)
        g2: shop/1
        """,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_records_settle(name):
    given, expected = CASES[name]
    hub = start()
    assert hub.load(table(given)) == table(expected)
    assert verify(deep=True) == []


@pytest.mark.parametrize("name", CASES)
def test_clusters_do_not_depend_on_when_records_are_resolved(name):
    given = table(CASES[name][0])
    last = {line.short: line for line in lines(given)}
    found = []
    for batch in (1, 2, 200):
        with scratch() as hub:
            hub.put(given)
            hub.resolve(batch)
            found.append(hub.clusters())
    with scratch() as hub:
        hub.put(given)
        hub.rebuild()
        found.append(hub.clusters())
    assert found == [expected_clusters(last.values())] * 4
