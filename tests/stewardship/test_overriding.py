"""Values set by hand on the screens: previewed, made with a reason, listed, withdrawn; gated like all."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.urls import reverse

from mdm.models import GoldenRecord, Override, SourceRecord
from mdm.resolution.decisions import By
from mdm.resolution.overriding import override, say

EVA = By("eva", "asked", "She told me.")


def ask(verb, **more):
    return f"{reverse('decide')}?{urlencode({'verb': verb, **more})}"


def state():
    return list(GoldenRecord.objects.order_by("pk").values()), Override.objects.count()


def golden_page(client, golden):
    return client.get(reverse("golden-page", args=[golden.code]), follow=True)


def test_the_value_of_one_company_code_is_overridden_alone(hub, signed_in):
    client = signed_in("steward")
    page = ask("override", id=hub.anna.code, attribute="payment_terms", scope="1000", value="N60")
    client.post(page, {"reason": "documents", "text": "Contract of May."})
    hub.anna.refresh_from_db()
    assert hub.anna.attributes["payment_terms"] == {"*": "N30", "1000": "N60"}
    (listed,) = golden_page(client, hub.anna).context["overrides"]
    assert (listed["label"], listed["lines"], listed["silent"]) == ("Payment terms (1000)", ("N60",), False)


def test_a_value_is_previewed_overridden_listed_and_withdrawn(hub, signed_in):
    client, before = signed_in("steward"), state()
    page = ask("override", id=hub.anna.code, attribute="payment_terms", value="N60")
    (side,) = client.get(page).context["sides"]
    assert side["changes"] == [{"label": "Payment terms", "before": ("N30",), "after": ("N60",)}]
    assert state() == before
    client.post(page, {"reason": "documents", "text": "Contract of May."})
    hub.anna.refresh_from_db()
    assert hub.anna.attributes["payment_terms"] == "N60"
    shown = golden_page(client, hub.anna)
    (listed,) = shown.context["overrides"]
    assert (listed["label"], listed["lines"], listed["silent"]) == ("Payment terms", ("N60",), False)
    assert listed["sources"] == ("N30",)
    assert "override by steward · Documents show it. Contract of May." in shown.content.decode()
    undo = ask("withdraw", override=Override.objects.get().pk)
    (side,) = client.get(undo).context["sides"]
    assert side["changes"][0]["after"] == ("N30",)
    client.post(undo, {"reason": "mistake"})
    hub.anna.refresh_from_db()
    assert hub.anna.attributes["payment_terms"] == "N30"


# what is typed, the attribute, the canonical value that comes of it
TYPED = [
    ("language", "de", "de"),
    ("language", "", None),  # nothing typed: there is none
    ("emails", "a@x.example\nb@x.example\n", ["a@x.example", "b@x.example"]),
    ("billing_address", '{"city": "Bonn", "country": "de"}', {"city": "Bonn", "country": "DE"}),
    ("birth_date", "1980-02-04", "1980-02-04"),
]


@pytest.mark.parametrize(("attribute", "typed", "value"), TYPED)
def test_what_is_typed_becomes_canonical(hub, signed_in, attribute, typed, value):
    page = ask("override", id=hub.anna.code, attribute=attribute, value=typed)
    signed_in("steward").post(page, {"reason": "asked"})
    hub.anna.refresh_from_db()
    assert Override.objects.get().value == value
    assert hub.anna.attributes.get(attribute) == value


REFUSED = [
    {"attribute": "", "value": "x"},
    {"attribute": "shoe_size", "value": "44"},
    {"attribute": "kind", "value": "ghost"},
    {"attribute": "billing_address", "value": "Bonn"},
    {"attribute": "billing_address", "value": "{Bonn"},
    {"attribute": "language", "value": "fr", "mode": "for ever"},
    {"attribute": "language", "value": "fr", "mode": "until_date"},
    {"attribute": "language", "value": "fr", "mode": "until_date", "until": "2001-01-01"},
    {"attribute": "language", "value": "fr", "until": "2101-01-01"},
    {"attribute": "language", "value": "fr", "action": "add"},
]


@pytest.mark.parametrize("typed", REFUSED)
def test_what_cannot_stand_is_refused_with_a_sentence(hub, signed_in, typed):
    before = state()
    answer = signed_in("steward").post(ask("override", id=hub.anna.code, **typed), {"reason": "asked"})
    told = list(answer.wsgi_request._messages) or list(answer.context["messages"])
    assert told and state() == before


def test_a_value_that_cannot_be_read_leads_back_to_its_record(hub, signed_in):
    client = signed_in("steward")
    typed = {"attribute": "billing_address", "value": "Bonn"}
    answer = client.get(ask("override", id=hub.anna.code, **typed), follow=True)
    assert answer.context["golden"].id == hub.anna.code
    assert "write it as JSON" in str(*answer.context["messages"])
    record = SourceRecord.objects.get(source_key="S9")
    answer = client.get(ask("correct", record=record.pk, **typed), follow=True)
    assert answer.redirect_chain[0][0] == reverse("admin:mdm_sourcerecord_change", args=[record.pk])


def test_a_refusal_gives_no_advice_about_mappings(hub, signed_in):
    typed = {"attribute": "birth_date", "value": "31.02.1990"}
    refused = signed_in("steward").get(ask("override", id=hub.anna.code, **typed)).context["refused"]
    assert "is no day of the calendar" in refused and "mapping" not in refused


def test_an_override_needs_a_reason(hub, signed_in):
    before = state()
    page = ask("override", id=hub.anna.code, attribute="language", value="fr")
    signed_in("steward").post(page, {"reason": "other", "text": " "})
    assert state() == before


@pytest.mark.parametrize("role", ["compliance", "onlooker"])
def test_only_who_may_decide_overrides(hub, signed_in, role):
    client = signed_in(role)
    page = ask("override", id=hub.anna.code, attribute="language", value="fr")
    assert (client.get(page).status_code, client.post(page, {"reason": "asked"}).status_code) == (403, 403)
    assert "Override a value" not in golden_page(client, hub.anna).content.decode()


def test_compliance_reads_who_overrode_what_and_why(hub, signed_in):
    override(hub.anna.code, "birth_date", "1980-02-04", by=EVA)
    client = signed_in("compliance")
    listed = client.get(reverse("admin:mdm_override_changelist")).content.decode()
    assert "1980-02-04" in listed and "1980-02-03" in listed and "eva" in listed
    page = client.get(reverse("admin:mdm_override_change", args=[Override.objects.get().pk])).content.decode()
    assert "I asked them. She told me." in page
    assert "1980-02-04" in golden_page(client, hub.anna).content.decode()


def test_who_sees_no_value_sees_no_override_of_it(hub, signed_in):
    override(hub.anna.code, "birth_date", "1980-02-04", by=EVA)
    client = signed_in("onlooker")
    assert "1980-02-0" not in client.get(reverse("admin:mdm_override_changelist")).content.decode()
    shown = golden_page(client, hub.anna)
    assert shown.context["overrides"] == [] and "1980-02-04" not in shown.content.decode()


def test_the_kind_of_a_record_is_corrected_on_its_page(hub, signed_in):
    record, client = SourceRecord.objects.get(source_key="A-1"), signed_in("steward")
    page = ask("correct", record=record.pk, attribute="kind", value="organisation")
    assert len(client.get(page).context["sides"]) == 2  # nobody of two kinds: it leaves
    client.post(page, {"reason": "asked"})
    assert record.membership.golden != hub.anna.code
    shown = client.get(reverse("admin:mdm_sourcerecord_change", args=[record.pk]))
    assert shown.context["record"].said == ("kind",)
    assert shown.context["record"].attributes["kind"] == "organisation"
    client.post(ask("withdraw", override=Override.objects.get().pk), {"reason": "mistake"})
    record.membership.refresh_from_db()
    assert record.membership.golden == hub.anna


def test_a_silent_override_is_shown_as_such(hub, signed_in):
    say([SourceRecord.objects.get(source_key="S9").pk], "language", "it", by=EVA)
    override(hub.bernd.code, "language", "es", mode="until_source_agrees", by=EVA)
    client = signed_in("steward")
    shown = golden_page(client, hub.bernd).context["overrides"]
    assert [(one["of_record"] != "", one["silent"]) for one in shown] == [(False, False), (True, False)]


@pytest.mark.parametrize("query", [
    "verb=withdraw", "verb=withdraw&override=99", "verb=withdraw&override=x", "verb=correct&record=99",
    "verb=correct&record=x", "verb=override",
])  # fmt: skip
def test_an_address_that_names_nothing_leads_home(hub, signed_in, query):
    answer = signed_in("steward").get(f"{reverse('decide')}?{query}", follow=True)
    assert answer.redirect_chain[-1][0] == reverse("admin:index")
    assert list(answer.context["messages"])
