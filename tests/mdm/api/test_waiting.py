"""Holds and overlays over HTTP: seen, answered, rehearsed, and refused with the reason."""

import pytest

from matching.spec import StateGates
from mdm.models import Hold, Overlay
from tests.held_changes import confirm
from tests.linktable import BIT, Hub, start

pytestmark = pytest.mark.django_db

WHY = {"reason_code": "same_person"}


@pytest.fixture
def waiting() -> Hub:
    """Give a hub with a held merge and an overlay."""
    hub = start(gates=StateGates(confirmed_margin=5 * BIT, confirmed_split=True, overlay=2))
    hub.load("erp/1 n=anna\ncrm/1 n=anne\nshop/1 n=carl m=c")
    confirm(hub, "g1", "g2")
    hub.load("crm/1 n=anna at=1\nshop/1 n=dora m=d at=1")
    return hub


def test_open_holds_are_listed_with_both_sides(api, waiting):
    answer = api("golden:read").get("holds?domain=customer").json()
    (hold,) = answer["holds"]
    assert (answer["open"], answer["next"]) == (1, None)
    assert (hold["gate"], hold["weight"], hold["until"]) == ("confirmed_merge", 12.0, None)
    assert hold["golden"] == [[waiting.code("g1")], [waiting.code("g2")]]
    assert hold["reason"].startswith(f"{waiting.code('g1')} and {waiting.code('g2')} would merge")


def test_overlays_show_values_as_far_as_the_reader_may(api, waiting):
    seen = api("golden:read", "pii:read").get("overlays?domain=customer").json()["overlays"]
    assert [(one["source_key"], one["conflicts"]) for one in seen] == [("1", ["full_name", "emails"])]
    assert (seen[0]["before"]["full_name"], seen[0]["after"]["full_name"]) == ("carl", "dora")
    masked = api("golden:read:masked").get("overlays?domain=customer")
    assert "carl" not in masked.content.decode()


def test_a_hold_is_rehearsed_and_released(api, waiting):
    number, ask = Hold.objects.get().pk, api("golden:decide")
    rehearsed = ask.post(f"holds/{number}/release", {**WHY, "preview": True}).json()
    assert rehearsed["preview"] is True
    assert Hold.objects.get().status == "open"
    done = ask.post(f"holds/{number}/release", WHY).json()
    assert done["changed"] == rehearsed["changed"]
    assert Hold.objects.get().status == "released"
    again = ask.post(f"holds/{number}/release", WHY)
    assert (again.status_code, "closed the hold" in again.json()["conflicts"][0]) == (409, True)


def test_an_answer_that_does_not_fit_is_refused(api, waiting):
    number, ask = Hold.objects.get().pk, api("golden:decide")
    assert ask.post(f"holds/{number}/keep-together", WHY).status_code == 422
    assert ask.post("holds/0/release", WHY).status_code == 404
    assert ask.post(f"holds/{number}/release", {"reason_code": "because"}).status_code == 400
    assert api("golden:read").post(f"holds/{number}/release", WHY).status_code == 403
    assert api("golden:read").get("holds?domain=nothing").status_code == 400


@pytest.mark.parametrize(
    ("answer", "status"), [("accept", "changed"), ("reuse", "reused"), ("refuse", "refused")]
)
def test_an_overlay_is_answered(api, waiting, answer, status):
    number = Overlay.objects.get().pk
    assert api("golden:decide").post(f"overlays/{number}/{answer}", WHY).status_code == 200
    assert Overlay.objects.get().status == status
    assert api("golden:decide").post(f"overlays/{number}/{answer}", WHY).status_code == 409


def test_a_record_arrives_deleted_merged_and_rekeyed(api, waiting):
    ask = api("ingest")

    def send(key: str, name: str, **more: object) -> str:
        body = {
            "source": "erp",
            "object_type": "thing",
            "source_key": key,
            "attributes": {"full_name": name},
            **more,
        }
        return ask.post("records", body).json()["outcome"]

    assert send("7", "Gerd Gross") == "created"
    assert send("A7", "Gerd Gross", former_key="7") == "changed"
    assert send("A7", "Gerd Gross", merged_into="1") == "changed"
    assert waiting.record("erp/A7").merged_into == "1"
    assert send("A7", "Gerd Gross", merged_into="1", deleted=True) == "changed"
    assert waiting.record("erp/A7").status == "deleted"
