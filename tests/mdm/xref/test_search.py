"""Whatever id somebody has in hand, old or new, in any spelling, leads to the golden record of today."""

import pytest

from mdm.xref.search import search_ids
from tests.linktable import start

pytestmark = pytest.mark.django_db

TABLE = """
erp/7 n=anna
crm/7 n=bert
shop/9 n=carl also=X9
desk/1 n=dora
desk/1 n=dora gone at=1
"""


@pytest.fixture
def hub(db):
    found = start()
    found.load(TABLE)
    found.merge("g1", "g2")
    return found


def told(hub, text, **more):
    labels = {hub.code(label): label for label in hub.goldens().values()}
    return [
        (
            one.how,
            labels[one.golden.code] if one.golden else None,
            "/".join(one.record[::2]) if one.record else "",
        )
        for one in search_ids(text, **more)
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("g1", [("golden_id", "g1", "")]),
        ("g2", [("former_golden_id", "g1", "")]),  # it was merged away
        ("g4", [("golden_id", "g4", "")]),  # a tombstone answers for itself
        ("7", [("source_key", "g1", "erp/7"), ("source_key", "g1", "crm/7")]),
        (" 9 ", [("source_key", "g3", "shop/9")]),
        ("X9", [("alternate_key", "g3", "shop/9")]),
        ("1", [("source_key", "g4", "desk/1")]),
        ("nobody", []),
        ("", []),
    ],
)
def test_any_id_ever_issued_is_found(hub, text, found):
    asked = hub.code(text) if text.startswith("g") else text
    assert told(hub, asked) == found
    assert told(hub, asked.lower().replace("-", " "), domain="customer") == found or not text.startswith("g")


def test_a_search_in_another_domain_finds_nothing(hub):
    assert told(hub, hub.code("g1"), domain="product") == []
    assert told(hub, "7", domain="product") == []


def test_a_record_that_waits_is_found_without_a_golden_record(hub):
    hub.put("erp/8 n=emil")
    assert told(hub, "8") == [("source_key", None, "erp/8")]
