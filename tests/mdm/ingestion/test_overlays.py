"""An update that turns a key into somebody else waits for a person; the last accepted version stands."""

import pytest

from matching.spec import StateGates
from mdm.compliance.verify import verify
from mdm.ingestion.answering import accept_change, refuse_version, reuse_key
from mdm.ingestion.overlays import conflicting
from mdm.models import Overlay, ReviewTask, SourceRecord
from mdm.resolution.judging import StaleVersion
from tests.linktable import BY, OOPS, Hub, start

pytestmark = pytest.mark.django_db

OVERLAY = StateGates(overlay=2)


def overlaid() -> Hub:
    hub = start(gates=OVERLAY)
    hub.load("erp/1 n=anna m=a\ncrm/1 n=anna m=a")
    assert hub.put("erp/1 n=bert m=b at=2") == "held"
    return hub


SHOULD = (
    ("erp/1 n=anna m=a", "erp/1 n=bert m=b at=1"),  # name and e-mail
    ("erp/1 n=anna t=DE1 p=1", "erp/1 n=bert t=DE2 p=1 at=1"),  # name and tax id; the phone may be a desk's
)
SHOULD_NOT = (
    ("erp/1 n=anna m=a", "erp/1 n=bert m=a at=1"),  # she married
    ("erp/1 n=anna m=a", "erp/1 n=anna m=b at=1"),  # another provider
    ("erp/1 n=anna m=a", "erp/1 m=b at=1"),  # what is not said conflicts with nothing
    ("erp/1 n=anna m=a,b", "erp/1 n=bert m=b,c at=1"),  # one address in common
    ("erp/1 n=anna m=a", "erp/1 n=bert m=b gone at=1"),  # who is gone is nobody else
    ("erp/1 n=anna m=a gone", "erp/1 n=bert m=b at=1"),
)


@pytest.mark.parametrize(("before", "after"), SHOULD)
def test_somebody_else_is_held(before, after):
    hub = start(gates=OVERLAY)
    assert [hub.put(before), hub.put(after)] == ["created", "held"]


@pytest.mark.parametrize(("before", "after"), SHOULD_NOT)
def test_a_change_of_the_same_one_is_accepted(before, after):
    hub = start(gates=OVERLAY)
    assert [hub.put(before), hub.put(after)] == ["created", "changed"]


def test_without_the_gate_everything_is_a_change():
    hub = start()
    assert [hub.put(one) for one in SHOULD[0]] == ["created", "changed"]


def test_the_parts_of_a_name_are_one_attribute():
    before = {"given_name": "Anna", "family_name": "Berg", "emails": ["a@x.example"], "language": "de"}
    after = {"given_name": "Bert", "family_name": "Cramer", "emails": ["b@x.example"], "language": "fr"}
    assert conflicting("customer", before, after) == ("given_name", "emails")


def test_the_last_accepted_version_stands_and_a_person_is_asked_once():
    hub = overlaid()
    assert hub.put("erp/1 n=bert m=b at=2\nerp/1 n=bert m=b at=3") == "held held"
    assert (hub.resolve(), hub.stands()) == (0, "g1: crm/1 erp/1")
    overlay = Overlay.objects.get()
    assert (overlay.weight, overlay.conflicts, overlay.record) == (
        -7000,
        ["full_name", "emails"],
        hub.record("erp/1"),
    )
    task = ReviewTask.objects.get(kind="overlay")
    assert (task.status, task.overlay, task.left_id, task.right_id) == (
        "open",
        overlay,
        *[overlay.record_id] * 2,
    )
    assert verify(deep=True) == []


def test_a_later_version_that_fits_again_makes_the_question_obsolete():
    hub = overlaid()
    assert hub.put("erp/1 n=anna m=a at=3") == "unchanged"
    assert (Overlay.objects.get().status, ReviewTask.objects.get(kind="overlay").status) == (
        "obsolete",
        "obsolete",
    )


def test_another_unlike_version_replaces_the_question():
    hub = overlaid()
    assert hub.put("erp/1 n=carl m=c at=3") == "held"
    assert list(Overlay.objects.order_by("pk").values_list("status", flat=True)) == ["obsolete", "open"]
    assert ReviewTask.objects.filter(kind="overlay", status="open").count() == 1


def test_an_older_version_that_fits_does_not_answer():
    hub = overlaid()
    assert hub.put("erp/1 n=anna m=a l=de at=1") == "changed"
    assert Overlay.objects.get().status == "open"


def test_a_steward_says_that_the_record_has_changed():
    hub = overlaid()
    accept_change(Overlay.objects.get().pk, by=BY)
    assert hub.stands() == "g1: erp/1\ng2: crm/1"
    assert hub.record("erp/1").attributes["full_name"] == "bert"
    overlay = Overlay.objects.get()
    assert (overlay.status, overlay.closed_by) == ("changed", "steward")
    assert ReviewTask.objects.get(kind="overlay").status == "decided"
    assert verify(deep=True) == []


def test_a_reused_key_starts_a_new_record_and_the_old_one_keeps_home_and_judgements():
    hub = start(gates=OVERLAY)
    hub.load("erp/1 n=anna m=a\ncrm/1 n=anne")
    hub.merge("g1", "g2")
    former = hub.record("erp/1").pk
    hub.put("erp/1 n=bert m=b at=2")
    reuse_key(Overlay.objects.get().pk, by=BY)
    old = SourceRecord.objects.get(pk=former)
    assert (old.source_key, old.status, old.attributes["full_name"]) == ("1~1", "retired", "anna")
    assert hub.stands() == "g1 gone\ng2: crm/1 (erp/1~1)\ng3: erp/1"
    assert hub.record("erp/1").pk != former
    assert hub.membership("erp/1").home_id != SourceRecord.objects.get(pk=former).membership.home_id
    assert verify(deep=True) == []


def test_a_refused_version_is_refused_again_without_a_question():
    hub = overlaid()
    refuse_version(Overlay.objects.get().pk, by=OOPS)
    assert hub.put("erp/1 n=bert m=b at=4") == "held"
    assert Overlay.objects.get().status == "refused"
    assert ReviewTask.objects.get(kind="overlay").status == "decided"
    assert (hub.stands(), verify(deep=True)) == ("g1: crm/1 erp/1", [])


def test_an_overlay_is_answered_once():
    hub = overlaid()
    number = Overlay.objects.get().pk
    accept_change(number, by=BY)
    for answer in (accept_change, reuse_key, refuse_version):
        with pytest.raises(StaleVersion, match="steward closed it on"):
            answer(number, by=BY)
    with pytest.raises(LookupError, match="There is no overlay 0"):
        reuse_key(0, by=BY)
    assert hub.resolve() == 0


def test_a_bulk_run_goes_on_with_the_last_accepted_version():
    hub = overlaid()
    hub.rebuild()
    assert (hub.stands(), Overlay.objects.get().status) == ("g1: crm/1 erp/1", "open")
    assert (ReviewTask.objects.get(kind="overlay").status, verify(deep=True)) == ("open", [])
