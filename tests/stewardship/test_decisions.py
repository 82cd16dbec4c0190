"""Decisions with a preview: nothing happens before a reason is given, and an undo brings all back."""

from __future__ import annotations

import pytest
from django.urls import reverse

from mdm.compliance import audit
from mdm.models import Destination, GoldenRecord, Judgement, Membership, OutboxEvent, SourceRecord
from mdm.resolution.decisions import By, merge
from mdm.resolution.overriding import override, say
from mdm.xref.redirect import live_golden
from tests.linktable import start

BY = By("eva", "same_person", "They told me.")


@pytest.fixture
def merged(hub):
    """Give the judgement that holds Anna and Bernd to be one."""
    return merge([hub.anna.code, hub.bernd.code], keep=hub.anna.code, by=BY).judgement_ids[0]


def decide(verb, **more):
    query = "&".join(
        f"{name}={one}"
        for name, value in more.items()
        for one in ([value] if isinstance(value, str | int) else value)
    )
    return f"{reverse('decide')}?verb={verb}&{query}"


def between(text, start, end):
    return text[text.index(start) :].partition(end)[0]


def state():
    return (
        list(GoldenRecord.objects.order_by("pk").values()),
        list(Membership.objects.order_by("pk").values()),
        list(Judgement.objects.order_by("pk").values()),
        OutboxEvent.objects.count(),
    )


def test_a_preview_of_an_undo_shows_what_comes_back_and_changes_nothing(hub, merged, signed_in):
    before = state()
    answer = signed_in("steward").get(decide("undo", judgement=merged))
    sides = {side["code"]: side for side in answer.context["sides"]}
    assert sides[hub.bernd.code]["revived"] and len(sides[hub.bernd.code]["then"]) == 1
    assert (len(sides[hub.anna.code]["now"]), len(sides[hub.anna.code]["then"])) == (3, 2)
    changed = {change["label"]: change for change in sides[hub.anna.code]["changes"]}
    assert "bernd@cramer.example" in changed["E-mails"]["before"]
    assert "bernd@cramer.example" not in changed["E-mails"]["after"]
    assert state() == before


def test_an_undo_brings_the_id_and_the_values_back(hub, merged, signed_in):
    page = decide("undo", judgement=merged)
    answer = signed_in("steward").post(page, {"reason": "mistake", "text": "Wrong key."}, follow=True)
    assert answer.status_code == 200
    assert live_golden(hub.bernd.code).code == hub.bernd.code
    hub.anna.refresh_from_db()
    assert hub.anna.attributes["emails"] == ["anna@berg.example"]
    judgement = Judgement.objects.get()
    assert judgement.withdrawn_by == "steward" and "Wrong key." in judgement.withdrawn_reason


def test_an_undo_shows_what_was_made_since_and_where_it_goes(hub, merged, signed_in):
    asked = By("otto", "asked")
    override(hub.anna.code, "payment_terms", "N60", by=asked)
    say([SourceRecord.objects.get(source_key="S9").pk], "language", "it", by=asked)
    before = state()
    client = signed_in("steward")
    answer = client.get(decide("undo", judgement=merged))
    assert [(one["what"], one["by"], one["stays"], one["codes"]) for one in answer.context["since"]] == [
        ("Payment terms overridden", "otto", True, [hub.anna.code]),
        ("Language corrected in a source record", "otto", False, [hub.bernd.code]),
    ]
    card = between(answer.content.decode(), 'id="au-since"', "</section>")
    assert "Made since" in card and "without effect" not in card and "N60" not in card
    assert f'stays with <span class="au-code">{hub.anna.code}' in card
    assert f'goes with <span class="au-code">{hub.bernd.code}' in card
    assert state() == before


def test_what_was_made_since_goes_with_a_new_golden_id_that_is_not_named(db, signed_in):
    table = start()
    table.load("erp/1 n=anna\ncrm/1 n=bert t=2")
    parted = table.part("g1", "g2")
    table.load("erp/1 n=anna m=x at=1\nshop/2 n=anna t=1\ncrm/1 n=anna m=x t=2 at=1")
    say([table.record("shop/2").pk], "language", "it", by=BY)
    page = signed_in("steward").get(decide("undo", judgement=parted.judgement_ids[0]))
    (one,) = page.context["since"]
    assert (one["stays"], one["codes"]) == (False, ["a new golden id"])


def test_nothing_is_said_of_edits_where_there_are_none_or_nothing_is_undone(hub, merged, signed_in):
    client = signed_in("steward")
    assert "Made since" not in client.get(decide("undo", judgement=merged)).content.decode()
    override(hub.anna.code, "payment_terms", "N60", by=BY)
    assert "Made since" not in client.get(decide("confirm", id=hub.anna.code)).content.decode()


def test_a_merge_of_two_ids_is_previewed_and_made(hub, signed_in):
    client, page = signed_in("steward"), decide("merge", id=[hub.anna.code, hub.bernd.code])
    sides = client.get(page).context["sides"]
    assert sorted((side["gone"], len(side["then"])) for side in sides) == [(False, 3), (True, 0)]
    client.post(page, {"reason": "same_person"})
    assert live_golden(hub.bernd.code) == live_golden(hub.anna.code)


def test_a_split_promises_a_new_id_without_naming_it(hub, signed_in):
    crm = SourceRecord.objects.get(source_key="A-1")
    client, page = signed_in("steward"), decide("split", id=hub.anna.code, record=crm.pk)
    sides = {side["code"]: side for side in client.get(page).context["sides"]}
    assert sides["a new golden id"]["new"]
    assert [record.source_key for record in sides["a new golden id"]["then"]] == ["A-1"]
    client.post(page, {"reason": "mistake"})
    assert Membership.objects.get(record=crm).golden != hub.anna


def test_confirming_marks_the_record_as_looked_at(hub, signed_in):
    signed_in("steward").post(decide("confirm", id=hub.anna.code), {"reason": "same_person"})
    hub.anna.refresh_from_db()
    assert hub.anna.confirmed


@pytest.mark.parametrize("body", [{}, {"reason": "because"}, {"reason": "other", "text": " "}])
def test_a_decision_without_a_fitting_reason_is_not_made(hub, merged, signed_in, body):
    before = state()
    answer = signed_in("steward").post(decide("undo", judgement=merged), body)
    assert answer.status_code == 200 and list(answer.context["messages"])
    assert state() == before


def test_what_cannot_be_decided_says_why(hub, merged, signed_in):
    client = signed_in("steward")
    client.post(decide("undo", judgement=merged), {"reason": "mistake"})
    again = client.get(decide("undo", judgement=merged))
    assert "eva withdrew it" not in again.content.decode()
    assert "steward withdrew it" in again.content.decode()


@pytest.mark.parametrize(
    "query",
    ["", "verb=eat", "verb=merge", "verb=undo&judgement=999", "verb=undo&judgement=x", "verb=confirm&id=nope",
     "verb=split&id=C-N1DA-F0XZ-S&record=1"],
)  # fmt: skip
def test_an_address_that_names_no_decision_leads_home(hub, signed_in, query):
    answer = signed_in("steward").get(f"{reverse('decide')}?{query}", follow=True)
    assert answer.redirect_chain[-1][0] == reverse("admin:index")
    assert list(answer.context["messages"])


@pytest.mark.parametrize("role", ["compliance", "onlooker"])
def test_only_who_may_decide_sees_a_preview(hub, merged, signed_in, role):
    client = signed_in(role)
    assert client.get(decide("undo", judgement=merged)).status_code == 403
    assert client.post(decide("undo", judgement=merged), {"reason": "mistake"}).status_code == 403


@pytest.mark.parametrize(("role", "offered"), [("steward", True), ("compliance", False)])
def test_only_who_may_decide_is_offered_an_undo(hub, merged, signed_in, role, offered):
    page = signed_in(role).get(reverse("admin:mdm_judgement_changelist")).content.decode()
    assert ("Undo …" in page) is offered
    assert ("in force" in page) is not offered


def test_nobody_is_asked_to_sign_in_first(hub, merged, client):
    assert "/admin/login/" in client.get(decide("undo", judgement=merged)).url


@pytest.mark.parametrize(
    ("back", "followed"),
    [
        ("/admin/mdm/reviewtask/", True),
        ("https://evil.example/", False),
        ("//evil.example/", False),
        ("javascript:alert(1)", False),
    ],
)
def test_the_way_back_never_leaves_the_hub(hub, merged, signed_in, back, followed):
    page = f"{decide('undo', judgement=merged)}&back={back}"
    answer = signed_in("steward").post(page, {"reason": "mistake"})
    assert (answer.url == back) == followed
    assert answer.url.startswith("/") and not answer.url.startswith("//")


def test_a_ticked_record_moves_to_whatever_id_or_key_is_typed(hub, signed_in):
    erp = SourceRecord.objects.get(source_key="0000000017")
    client, page = signed_in("steward"), decide("move", record=erp.pk, to="s9")
    context = client.get(page).context
    places = {side["code"]: [one.source for one in side["then"]] for side in context["sides"]}
    assert places == {hub.anna.code: ["crm"], hub.bernd.code: ["erp", "shop"]}
    client.post(page, {"reason": "mistake"})
    assert Membership.objects.get(record=erp).golden == hub.bernd


@pytest.mark.parametrize(
    ("to", "said"), [("nobody", "No golden record of the customer domain is known by"), ("", "is known by")]
)
def test_a_move_to_nowhere_says_so(hub, signed_in, to, said):
    erp = SourceRecord.objects.get(source_key="0000000017")
    answer = signed_in("steward").get(decide("move", record=erp.pk, to=to), follow=True)
    assert said in str(next(iter(answer.context["messages"])))


def test_a_record_stands_alone_until_it_is_released_on_its_page(hub, signed_in):
    crm = SourceRecord.objects.get(source_key="A-1")
    client = signed_in("steward")
    client.post(decide("isolate", record=crm.pk), {"reason": "documents"})
    assert Membership.objects.get(record=crm).golden != hub.anna
    page = client.get(reverse("admin:mdm_sourcerecord_change", args=[crm.pk])).content.decode()
    assert "stands alone" in page and "Release …" in page
    client.post(decide("undo", judgement=Judgement.objects.get().pk), {"reason": "mistake"})
    assert Membership.objects.get(record=crm).golden == hub.anna


def test_all_records_of_a_golden_record_are_matched_anew(hub, merged, signed_in):
    client, page = signed_in("steward"), decide("rematch", id=hub.anna.code)
    assert sorted(len(side["then"]) for side in client.get(page).context["sides"]) == [1, 2]
    client.post(page, {"reason": "mistake"})
    assert live_golden(hub.bernd.code).code == hub.bernd.code


def test_keeping_apart_asks_how_long(hub, signed_in):
    client, page = signed_in("steward"), decide("not", id=[hub.anna.code, hub.bernd.code])
    assert client.get(page).context["has_term"]
    client.post(page, {"reason": "relatives", "until_change": "on", "until": "2999-12-31"})
    judgement = Judgement.objects.get()
    assert (str(judgement.until), bool(judgement.watched)) == ("2999-12-31", True)
    told = client.get(reverse("admin:mdm_judgement_changelist")).content.decode()
    assert "not the same" in told
    bad = client.post(page, {"reason": "relatives", "until": "2001-01-01"})
    assert "is over" in str(next(iter(bad.context["messages"])))


def test_what_changed_since_it_was_shown_is_not_decided(hub, signed_in):
    client, page = signed_in("steward"), decide("confirm", id=hub.anna.code)
    shown = dict(client.get(page).context["versions"])
    merge([hub.anna.code, hub.bernd.code], keep=hub.anna.code, by=BY)
    answer = client.post(page, {"reason": "same_person", **shown})
    assert "look again" in str(next(iter(answer.context["messages"])))
    hub.anna.refresh_from_db()
    assert not hub.anna.confirmed


def test_a_preview_names_who_will_hear_of_it(hub, signed_in):
    with audit.entry(actor="test", action="register", cause="a test"):
        shop = SourceRecord.objects.get(source_key="S9").object_type.source
        Destination.objects.create(source=shop, connector="none", settings={})
    page = decide("merge", id=[hub.anna.code, hub.bernd.code], keep=hub.anna.code)
    (heard,) = signed_in("steward").get(page).context["heard"]
    assert (heard.destination, heard.source_key, heard.code) == ("shop", "S9", hub.anna.code)


@pytest.mark.parametrize("text", ["17", "A-1"])
def test_the_list_of_golden_records_finds_by_any_key(hub, signed_in, text):
    address = reverse("admin:mdm_goldenrecord_changelist")
    page = signed_in("steward").get(f"{address}?q={text}").content.decode()
    assert hub.anna.code in page and hub.bernd.code not in page
