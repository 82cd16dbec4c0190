"""Which golden record is this key? Known, pending, quarantined, unknown; now and at any time before."""

import pytest
from django.utils import timezone

from mdm.compliance import audit
from mdm.ingestion.problems import Problem
from mdm.ingestion.quarantine import Refused, store
from mdm.models import GoldenRecord, Membership
from mdm.xref.codes import BadGoldenId, encode
from mdm.xref.lookup import lookup, lookup_many, xref_history
from mdm.xref.redirect import live_golden
from tests.linktable import start

pytestmark = pytest.mark.django_db


def test_a_resolved_key_is_known():
    hub = start()
    hub.load("erp/1 n=anna k=person")
    answer = lookup("erp", "thing", "1")
    assert (answer.state, answer.golden_id, answer.domain, answer.kind, answer.status) == (
        "known",
        hub.code("g1"),
        "customer",
        "person",
        "live",
    )
    assert answer.since is not None and answer.reason == ""


def test_an_accepted_key_is_pending_until_it_is_resolved():
    hub = start()
    hub.put("erp/1 n=anna")
    answer = lookup("erp", "thing", "1")
    assert (answer.state, answer.golden_id, answer.reason) == (
        "pending",
        None,
        "It is accepted and waits to be resolved.",
    )
    Membership.objects.update(parked_reason="Resolution failed 3 times.")
    assert lookup("erp", "thing", "1").reason == "Resolution failed 3 times."


def test_a_refused_key_is_quarantined_with_its_reason():
    hub = start()
    with audit.entry(actor="test", action="refuse", cause="a test"):
        problem = Problem("required", "name", "", "The row has no name; give it one.")
        store([Refused(1, "7", {}, problem)], object_type=hub.type_of("erp"), origin="a test")
    answer = lookup("erp", "thing", "7")
    assert (answer.state, answer.reason) == ("quarantined", "The row has no name; give it one.")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (("erp", "thing", "99"), "erp/thing has never sent a record 99."),
        (("erp", "other", "1"), "There is no object type other at source erp."),
        (("sap", "thing", "1"), "There is no object type thing at source sap."),
    ],
)
def test_an_unknown_key_says_what_is_unknown(name, reason):
    hub = start()
    hub.load("erp/1 n=anna")
    answer = lookup(*name)
    assert (answer.state, answer.golden_id, answer.reason) == ("unknown", None, reason)


def test_many_keys_are_answered_in_the_order_asked_each_once():
    hub = start()
    hub.load("erp/1 n=anna also=X1\ncrm/1 n=anna\nshop/1 n=bert")
    names = [("shop", "thing", "1"), ("erp", "thing", "X1"), ("erp", "thing", "1"), ("shop", "thing", "1")]
    answers = lookup_many(names)
    assert list(answers) == names[:3]
    assert [answer.golden_id for answer in answers.values()] == [
        hub.code("g2"),
        hub.code("g1"),
        hub.code("g1"),
    ]


def test_a_retired_record_answers_with_the_live_golden_record_that_its_own_redirects_to():
    hub = start()
    hub.load("erp/1 n=anna\ncrm/1 n=anna\nerp/1 n=anna gone at=1\nshop/1 n=bert")
    hub.merge("g1", "g2", keep="g2")
    assert hub.stands() == "g1 -> g2\ng2: crm/1 shop/1"
    answer = lookup("erp", "thing", "1")
    assert (answer.golden_id, answer.status) == (hub.code("g2"), "live")


def test_every_id_answers_in_one_hop():
    hub = start()
    hub.load("erp/1 n=anna\ncrm/1 n=bert\nshop/1 n=carl\ndesk/1 n=dora\ndesk/1 n=dora gone at=1")
    hub.merge("g1", "g2")
    hub.merge("g1", "g3")
    codes = {golden.code: live_golden(golden.code).code for golden in GoldenRecord.objects.order_by("pk")}
    assert list(codes.values()) == [hub.code("g1")] * 3 + [hub.code("g4")]
    assert live_golden(hub.code("g4")).status == "tombstone"
    assert live_golden(hub.code("g2").lower().replace("-", " ")).code == hub.code("g1")


def test_what_was_never_issued_or_is_no_golden_id_is_refused():
    code = encode("C", 2**35)
    with pytest.raises(LookupError, match=f"Golden id {code} was never issued"):
        live_golden(code)
    with pytest.raises(BadGoldenId, match="its check character does not fit"):
        live_golden(code[:-1] + ("0" if code[-1] != "0" else "1"))


def test_the_spans_of_a_record_follow_each_other_and_can_be_asked_for_a_moment():
    hub = start()
    hub.load("erp/1 n=anna\ncrm/1 n=bert")
    first = timezone.now()
    hub.load("crm/1 n=anna at=1")
    second = timezone.now()
    hub.load("crm/1 n=bert at=2")
    spans = xref_history("crm", "thing", "1").spans
    assert [span.golden_id for span in spans] == [hub.code("g2"), hub.code("g1"), hub.code("g2")]
    assert [span.valid_to for span in spans] == [spans[1].valid_from, spans[2].valid_from, None]
    assert [one.golden_id for one in xref_history("crm", "thing", "1", at=first).spans] == [hub.code("g2")]
    assert [one.golden_id for one in xref_history("crm", "thing", "1", at=second).spans] == [hub.code("g1")]
    assert xref_history("crm", "thing", "9").spans == ()


def test_the_history_is_that_of_the_record_under_whatever_key_it_was_asked_for():
    hub = start()
    hub.load("erp/7 n=anna also=X9")
    found = xref_history("erp", "thing", "X9")
    assert (found.source_key, found.asked_key) == ("7", "X9")
    assert [span.golden_id for span in found.spans] == [hub.code("g1")]
