"""Relationships on the screens: seen with their trees, said with a preview and a reason, taken back."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.urls import reverse

from mdm.models import StewardRelationship
from tests.mdm.relationships.related_hub import build_group, code_of


@pytest.fixture
def group(db):
    return build_group()


def ask(verb, **more):
    return f"{reverse('relate')}?{urlencode({'verb': verb, **more})}"


def golden_page(client, code):
    return client.get(reverse("golden-page", args=[code]), follow=True)


def test_the_page_of_a_company_shows_its_contacts_and_the_tree_it_stands_in(group, signed_in):
    shown = golden_page(signed_in("steward"), code_of("N"))
    assert [(one["label"], one["count"]) for one in shown.context["related"]] == [
        ("Contacts", 1), ("Subsidiaries", 1), ("Subsidiary of", 1),
    ]  # fmt: skip
    (tree,) = shown.context["trees"]
    assert [(row["node"].title, row["indent"], row["here"]) for row in tree["rows"]] == [
        ("Norma Holding", 0, False), ("Nordwerk GmbH", 20, True), ("Ladenkette KG", 40, False),
        ("Ostbau AG", 20, False),
    ]  # fmt: skip
    text = shown.content.decode()
    assert "role Head of buying" in text and "since 2024-02-01" in text
    assert "X-404" in golden_page(signed_in("compliance"), group.bernd.code).content.decode()


def test_a_steward_relates_ends_and_takes_back_with_a_preview(group, signed_in):
    client = signed_in("steward")
    page = ask("relate", back=code_of("O"), how="contact_of:in", other=group.anna.code, detail="Owner")
    shown = client.get(page)
    assert shown.context["wanted"].sentence.endswith("Berg is contact of Ostbau AG (Owner).")
    assert [change["gone"] for change in shown.context["changes"]] == [False]
    assert StewardRelationship.objects.count() == 0
    assert client.post(page, {"reason": "documents"}).status_code == 302
    (word,) = StewardRelationship.objects.all()
    assert (word.from_golden.code, word.to_golden.code, word.attributes) == (
        group.anna.code, code_of("O"), {"role": "Owner"},
    )  # fmt: skip
    (row,) = golden_page(client, code_of("O")).context["related"][0]["rows"]
    assert row["words"][0].steward == "steward"
    client.post(row["end"] + "&valid_to=2020-12-31", {"reason": "asked", "text": "She left."})
    (row,) = golden_page(client, code_of("O")).context["related"][0]["rows"]
    assert (row["past"], row["days"]) == (True, ["until 2020-12-31"])
    for number in StewardRelationship.objects.order_by("-id").values_list("id", flat=True):
        client.post(ask("withdraw", relationship=number), {"reason": "mistake"})
    assert StewardRelationship.objects.filter(withdrawn_at=None).count() == 0
    assert "contacts" not in [
        one["label"].lower() for one in golden_page(client, code_of("O")).context["related"]
    ]


REFUSED = [
    {"verb": "marry"},
    {"verb": "relate", "how": "", "other": "x"},
    {"verb": "relate", "how": "contact_of:out", "other": "nobody"},
    {"verb": "withdraw", "relationship": "77"},
]


@pytest.mark.parametrize("query", REFUSED)
def test_what_the_address_does_not_name_leads_back_with_a_sentence(group, signed_in, query):
    answer = signed_in("steward").get(ask(**{"back": group.anna.code, **query}), follow=True)
    assert answer.redirect_chain and [str(one) for one in answer.context["messages"]]


def test_a_circle_is_refused_in_the_preview(group, signed_in):
    page = ask("relate", back=code_of("H"), how="parent_account:out", other=code_of("L"))
    assert "circle" in signed_in("steward").get(page).context["refused"]


def test_only_who_decides_may_say(group, signed_in):
    page = ask("relate", back=code_of("O"), how="contact_of:in", other=group.anna.code)
    assert signed_in("compliance").get(page).status_code == 403


def test_problems_and_lists_are_open_to_who_reads(group, signed_in):
    client = signed_in("compliance")
    shown = client.get(reverse("relationship-problems"))
    assert "crm Account" in shown.content.decode()
    for name in ("stewardrelationship", "sourcerelationship"):
        assert client.get(reverse(f"admin:mdm_{name}_changelist")).status_code == 200
