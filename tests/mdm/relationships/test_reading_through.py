"""What records and stewards say, read through merges, splits and undo; and what events tell of it."""

from __future__ import annotations

from datetime import date

import pytest

from mdm.models import OutboxEvent, SourceRelationship
from mdm.relationships.announce import known_by_events, standing_now
from mdm.relationships.stewarding import end, relate, withdraw_relationship
from mdm.resolution.decisions import By
from tests.linktable import Hub, start, table
from tests.relationtable import stand

pytestmark = pytest.mark.django_db
EVA = By("eva", "documents", "The register says so.")


@pytest.fixture
def hub() -> Hub:
    return start()


def stands(hub: Hub) -> str:
    """Return how golden records stand to each other; what events told must be the same."""
    assert known_by_events() == standing_now()
    return stand(hub.goldens())


def test_a_contact_of_an_account(hub):
    hub.load("crm/1 n=acme\ncrm/2 n=bert of=crm/1:ceo:2024-01-01:2024-12-31")
    assert stands(hub) == "g2 contact_of g1 (ceo) 2024-01-01..2024-12-31 crm/2"


def test_two_sources_that_say_the_same_are_one_relationship(hub):
    hub.load(
        """
        crm/1 n=acme m=a
        erp/1 n=acme m=a
        crm/2 n=bert of=crm/1:ceo:2024-01-01:2024-03-31
        erp/2 n=bert of=erp/1:boss:2024-04-01
        """
    )
    assert stands(hub) == "g2 contact_of g1 (ceo) 2024-01-01.. crm/2 erp/2"


def test_a_relationship_to_an_unknown_record_waits_for_it(hub):
    hub.load("crm/2 n=bert of=crm/1")
    assert stands(hub) == ""
    hub.load("crm/1 n=acme")
    assert stands(hub) == "g1 contact_of g2 crm/2"


def test_it_waits_for_a_further_key_too(hub):
    hub.load("crm/2 n=bert of=crm/X9\ncrm/1 n=acme")
    assert stands(hub) == ""
    hub.load("crm/1 n=acme also=X9")
    assert stands(hub) == "g1 contact_of g2 crm/2"


def test_what_a_source_says_no_more_is_over(hub):
    hub.load("crm/1 n=acme\ncrm/3 n=other\ncrm/2 n=bert of=crm/1 at=1")
    hub.load("crm/2 n=bert of=crm/3 at=2")
    assert stands(hub) == "g3 contact_of g2 crm/2"
    hub.load("crm/2 n=bert at=3")
    assert stands(hub) == ""
    assert SourceRelationship.objects.count() == 0
    assert list(SourceRelationship.history.order_by("history_id").values_list("history_type", flat=True))


def test_the_same_again_changes_nothing_and_tells_nothing(hub):
    hub.load("crm/1 n=acme\ncrm/2 n=bert of=crm/1")
    before = OutboxEvent.objects.count()
    assert hub.put("crm/2 n=bert of=crm/1") == "unchanged"
    hub.rebuild()
    hub.resolve_records("crm/1", "crm/2")
    assert OutboxEvent.objects.count() == before
    assert stands(hub) == "g2 contact_of g1 crm/2"


def test_a_retired_record_says_nothing_until_it_comes_back(hub):
    hub.load("crm/1 n=acme\ncrm/2 n=bert m=b of=crm/1\nerp/2 n=bert m=b")
    hub.load("crm/2 n=bert m=b of=crm/1 gone at=1")
    assert stands(hub) == ""
    hub.load("crm/2 n=bert m=b of=crm/1 at=2")
    assert stands(hub) == "g2 contact_of g1 crm/2"


def test_merge_and_undo_move_it_and_move_it_back(hub):
    hub.load("crm/1 n=acme\nshop/1 n=akme\ncrm/2 n=bert of=crm/1:ceo\nshop/2 n=berta of=shop/1")
    before = stands(hub)
    assert before == table("g3 contact_of g1 (ceo) crm/2\ng4 contact_of g2 shop/2")
    decision = hub.merge("g1", "g2")
    assert stands(hub) == table("g3 contact_of g1 (ceo) crm/2\ng4 contact_of g1 shop/2")
    other = hub.merge("g3", "g4")
    assert stands(hub) == "g3 contact_of g1 (ceo) crm/2 shop/2"
    hub.undo(decision)
    hub.undo(other)
    assert stands(hub) == before


def test_what_lies_within_one_golden_record_is_no_relationship(hub):
    hub.load("crm/1 n=acme\ncrm/2 n=bert up=crm/1")
    decision = hub.merge("g1", "g2")
    assert stands(hub) == ""
    hub.undo(decision)
    assert stands(hub) == "g2 parent_account g1 crm/2"


def test_a_stewards_word_follows_the_id_it_was_written_under(hub):
    hub.load("crm/1 n=acme\nshop/1 n=akme\ncrm/2 n=bert")
    relate("contact_of", hub.code("g3"), hub.code("g2"), attributes={"role": "cfo"}, by=EVA)
    assert stands(hub) == "g3 contact_of g2 (cfo) eva"
    decision = hub.merge("g1", "g2", keep="g1")
    assert stands(hub) == "g3 contact_of g1 (cfo) eva"
    hub.undo(decision)
    assert stands(hub) == "g3 contact_of g2 (cfo) eva"


def test_a_steward_ends_what_sources_say_and_takes_it_back(hub):
    hub.load("crm/1 n=acme\ncrm/2 n=bert of=crm/1")
    over = end("contact_of", hub.code("g2"), hub.code("g1"), last_day=date(2024, 5, 31), by=EVA)
    assert stands(hub) == "g2 contact_of g1 ..2024-05-31 crm/2"
    never = end("contact_of", hub.code("g2"), hub.code("g1"), by=EVA)
    assert stands(hub) == ""
    withdraw_relationship(never.number, by=EVA)
    assert stands(hub) == "g2 contact_of g1 ..2024-05-31 crm/2"
    withdraw_relationship(over.number, by=EVA)
    assert stands(hub) == "g2 contact_of g1 crm/2"


def test_the_last_word_counts_and_withdrawing_it_brings_back_the_one_before(hub):
    hub.load("crm/1 n=acme\ncrm/2 n=bert")
    ends = (hub.code("g2"), hub.code("g1"))
    relate("contact_of", *ends, attributes={"role": "cfo"}, by=EVA)
    later = relate("contact_of", *ends, attributes={"role": "ceo"}, valid_from=date(2024, 1, 1), by=EVA)
    assert stands(hub) == "g2 contact_of g1 (ceo) 2024-01-01.. eva"
    withdraw_relationship(later.number, by=EVA)
    assert stands(hub) == "g2 contact_of g1 (cfo) eva"


def test_a_split_takes_along_what_the_records_say(hub):
    hub.load("crm/1 n=acme m=a\nshop/1 n=acme m=a\ncrm/2 n=bert of=crm/1\nshop/2 n=carl of=shop/1")
    assert stands(hub) == table("g2 contact_of g1 crm/2\ng3 contact_of g1 shop/2")
    hub.split("g1", "shop/1")
    assert stands(hub) == table("g2 contact_of g1 crm/2\ng3 contact_of g4 shop/2")
