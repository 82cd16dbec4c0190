"""The admin registry, walked: what is derived cannot be changed by anybody, and roles see what is theirs."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mdm import models
from mdm.compliance import api_keys, audit
from mdm.compliance.sealing import seal
from mdm.publishing.heartbeat import beat
from mdm.resolution.decisions import By, not_a_match
from mdm.resolution.overriding import override
from tests.mdm.api.hub import person

SET_UP_BY_HAND = {"sourcesystem", "sourcemapping", "objecttype", "destination", "apikey"}
"""The only tables that somebody may change here; every other one is derived or recorded."""

LEAD = 'domain = "customer"\nkey = "id"\n[attributes]\ngiven_name = "first_name"\n'

OURS: list[Any] = [
    model
    for model in apps.get_app_config("mdm").get_models()
    if not str(model._meta.model_name).startswith("historical")
    # Blocking keys have no number that a page could have: the waterfall of a pair tells of them. What a load
    # replaced is kept for its undo alone, and standardised values for matching: no page shows them.
    and model not in (models.BlockingKey, models.FormerPayload, models.StandardisedRecord)
]


@pytest.fixture
def full(hub, task):
    """A hub with at least one row in every table."""
    not_a_match([hub.anna.code, hub.bernd.code], by=By("eva", "relatives"))
    override(hub.anna.code, "language", "it", by=By("eva", "asked"))
    record = models.SourceRecord.objects.get(source_key="A-1")
    other = models.SourceRecord.objects.get(source_key="0000000017")
    rules = models.RuleSet.objects.get()
    with audit.entry(actor="test", action="fill", cause="a test") as entry:
        models.Hold.objects.create(
            domain="customer", gate="bridge", left_records=[1], right_records=[2], reason="A test."
        )
        models.SourceMapping.objects.create(name="crm.Lead", document=LEAD)
        models.AlternateKey.objects.create(object_type=record.object_type, key="B", record=record)
        models.Edge.objects.get_or_create(
            left=other, right=record, defaults={"domain": "customer", "weight": 1, "rule_set": rules}
        )
        destination = models.Destination.objects.create(
            source=models.SourceSystem.objects.get(code="crm"), connector="salesforce"
        )
        lane = models.Lane.objects.create(
            destination=destination,
            domain="customer",
            record=record,
            entry_id=entry.pk,
            next_attempt_at=timezone.now(),
        )
        models.Delivery.objects.create(lane=lane, outcome="acknowledged")
        models.Overlay.objects.create(
            record=record, domain="customer", source_key="A-1", attributes={}, content_hash="0" * 40,
            weight=-9000, conflicts=["birth_date", "tax_ids"], origin="a test", arrived_at=timezone.now(),
        )  # fmt: skip
        models.SourceRelationship.objects.create(
            record=record, type="parent_account", forward=True, other_source="crm",
            other_object_type="Account", other_key="A-0",
        )  # fmt: skip
        models.StewardRelationship.objects.create(
            type="household", from_golden=hub.anna, to_golden=hub.bernd, holds=True, actor="eva",
            reason_code="asked", entry_id=entry.pk, created_at=entry.at,
        )  # fmt: skip
    models.ClosedKey.objects.create(domain="customer", key=1)
    models.MergeTally.objects.create(domain="customer", day="2026-11-29", merges=1)
    beat("worker")
    seal()
    api_keys.issue(name="k", scopes=["ingest"], owner=person("o"), actor="test", cause="a test")
    return hub


@pytest.fixture
def chief(db):
    """A superuser's browser: whom nothing but the code keeps from anything."""
    client = Client()
    client.force_login(User.objects.create_superuser("chief", password="secret"))
    return client


def address(model, what, *arguments):
    return reverse(f"admin:mdm_{model._meta.model_name}_{what}", args=arguments)


def test_every_table_can_be_looked_at(full, chief):
    assert {model for model in OURS if not admin.site.is_registered(model)} == set()
    for model in OURS:
        assert model.objects.exists(), model
        assert chief.get(address(model, "changelist")).status_code == 200, model
        assert chief.get(address(model, "change", model.objects.first().pk)).status_code == 200, model


def test_nobody_adds_changes_or_deletes_what_is_derived(full, chief):
    for model in OURS:
        if model._meta.model_name in SET_UP_BY_HAND:
            continue
        row = model.objects.first()
        before = list(model.objects.order_by("pk").values())
        fields = {field.name: "1" for field in model._meta.fields} | {"_save": "Save"}
        refusals = [
            chief.get(address(model, "add")),
            chief.post(address(model, "add"), fields),
            chief.post(address(model, "change", row.pk), fields),
            chief.get(address(model, "delete", row.pk)),
            chief.post(address(model, "delete", row.pk), {"post": "yes"}),
        ]
        assert [answer.status_code for answer in refusals] == [403] * 5, model
        # A list without actions shows itself, one with others does not know this one.
        chosen = {"action": "delete_selected", "_selected_action": [str(row.pk)], "post": "yes"}
        assert chief.post(address(model, "changelist"), chosen).status_code in (200, 302, 403), model
        assert list(model.objects.order_by("pk").values()) == before, model


def test_what_records_hang_on_is_not_deleted(full, chief):
    for name in SET_UP_BY_HAND:
        row = next(model for model in OURS if model._meta.model_name == name).objects.first()
        page = reverse(f"admin:mdm_{name}_delete", args=[row.pk])
        assert chief.post(page, {"post": "yes"}).status_code == 403, name


SEEN = {
    "steward": {
        "goldenrecord", "sourcerecord", "xref", "membership", "alternatekey", "quarantinedrow", "judgement",
        "override", "reviewtask", "hold", "ruleset", "lane", "delivery", "outboxevent", "destination",
        "sourcesystem", "sourcemapping", "objecttype", "overlay", "mergetally", "sourcerelationship",
        "stewardrelationship",
    },
    "compliance": {model._meta.model_name for model in OURS},
    "admin": {model._meta.model_name for model in OURS},
    "": set(),
}  # fmt: skip


@pytest.mark.parametrize("role", SEEN)
def test_a_role_sees_its_tables_and_no_others(full, role):
    client = Client()
    user = person("somebody", role)
    user.is_staff = True
    user.save()
    client.force_login(user)
    seen = {
        model._meta.model_name
        for model in OURS
        if client.get(address(model, "changelist")).status_code == 200
    }
    assert seen == SEEN[role]
    assert client.get(reverse("admin:index")).status_code == 200


@pytest.mark.parametrize(("role", "status"), [("steward", 403), ("compliance", 403), ("admin", 302)])
def test_only_admins_change_the_setup_and_it_is_audited(full, signed_in, role, status):
    client = signed_in(role)
    source = models.SourceSystem.objects.get(code="crm")
    fields = {"name": "Other CRM", "trust": 10, "contributes": "on", "home_url": ""}
    answer = client.post(address(models.SourceSystem, "change", source.pk), fields)
    assert answer.status_code == status
    source.refresh_from_db()
    assert (source.name == "Other CRM") == (status == 302)
    if status == 302:
        entry = models.AuditEntry.objects.latest("pk")
        assert (entry.actor, entry.action) == ("admin", "change source system")
        assert source.history.first().history_actor == "admin"


def test_a_key_is_shown_once_and_revoked_by_an_action(full, signed_in):
    client = signed_in("admin")
    fields = {"name": "shop", "scopes": ["xref:read"], "expires_at_0": "", "expires_at_1": ""}
    answer = client.post(address(models.ApiKey, "add"), fields, follow=True)
    text = answer.content.decode().split("au-code'>")[1].split("<")[0]
    key = api_keys.verify(text)
    assert (key.name, key.owner.username, key.scopes) == ("shop", "admin", ["xref:read"])
    assert text not in client.get(address(models.ApiKey, "changelist")).content.decode()
    chosen = {"action": "revoke_chosen", "_selected_action": [key.pk]}
    client.post(address(models.ApiKey, "changelist"), chosen)
    with pytest.raises(api_keys.KeyRefused):
        api_keys.verify(text)
    assert signed_in("steward").get(address(models.ApiKey, "add")).status_code == 403


def test_an_admin_does_not_become_a_superuser(full, signed_in):
    client = signed_in("admin")
    chief = User.objects.create_superuser("chief", password="secret")
    own = User.objects.get(username="admin")
    for user in (chief, own):
        page = reverse("admin:auth_user_change", args=[user.pk])
        client.post(
            page, {"username": user.username, "is_superuser": "on", "is_active": "on", "is_staff": "on"}
        )
    assert client.post(f"/admin/auth/user/{chief.pk}/password/", {"password1": "x"}).status_code == 403
    own.refresh_from_db()
    assert not own.is_superuser


SECRETS = ("Anna", "Anne", "Bernd", "Cramer", "anna@", "136695976", "1980-02-03", "Hauptstr")


def test_who_has_no_role_sees_no_value_on_any_page(full, task, signed_in):
    client = signed_in("onlooker")
    pages = [address(model, "changelist") for model in OURS]
    pages += [address(model, "change", row.pk) for model in OURS for row in model.objects.all()[:3]]
    pages += [
        "/explain/erp/BusinessPartner/17/shop/customer/S9",
        address(models.GoldenRecord, "changelist") + "?q=Anna",
        address(models.QuarantinedRow, "changelist") + "?status=any",
        address(models.ReviewTask, "changelist") + "?status=any",
    ]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        # What was searched for stands in the search field and in the links of the filters.
        text = answer.content.decode().replace('value="Anna"', "").replace("q=Anna", "")
        for secret in SECRETS:
            assert secret not in text, (page, secret)


def test_who_has_no_role_cannot_search_by_name(full, signed_in):
    answer = signed_in("onlooker").get(address(models.GoldenRecord, "changelist") + "?q=Berg")
    assert full.anna.code not in answer.content.decode()
    found = signed_in("steward").get(address(models.GoldenRecord, "changelist") + "?q=Berg")
    assert full.anna.code in found.content.decode() and full.bernd.code not in found.content.decode()


def test_a_golden_id_is_found_as_it_is_said(full, signed_in):
    said = full.bernd.code.replace("-", " ").lower()
    text = signed_in("steward").get(address(models.GoldenRecord, "changelist"), {"q": said}).content.decode()
    assert full.bernd.code in text and full.anna.code not in text


def test_quarantined_rows_are_tried_again_or_set_aside(full, signed_in):
    page = address(models.QuarantinedRow, "changelist")
    row = models.QuarantinedRow.objects.get()
    denied = signed_in("compliance").post(page, {"action": "set_aside", "_selected_action": [row.pk]})
    row.refresh_from_db()
    assert row.status == "open" and denied.status_code in (200, 302, 403)
    client = signed_in("steward")
    again = client.post(page, {"action": "try_again", "_selected_action": [row.pk]}, follow=True)
    assert "0 of 1 rows got in; 1 stay in quarantine." in again.content.decode()
    client.post(
        page,
        {"action": "set_aside", "_selected_action": [models.QuarantinedRow.objects.get(status="open").pk]},
    )
    assert not models.QuarantinedRow.objects.filter(status="open").exists()
    assert models.AuditEntry.objects.latest("pk").actor == "steward"


def test_a_mapping_is_taken_only_when_it_can_be_used(full, signed_in):
    client = signed_in("admin")
    wrong = client.post(address(models.SourceMapping, "add"), {"name": "shop/x", "document": "key = 1"})
    page = wrong.content.decode()
    assert "is no name of a mapping" in page
    assert "&#x27;domain&#x27;" in page
    client.post(address(models.SourceMapping, "add"), {"name": "shop.x", "document": LEAD})
    assert models.SourceMapping.objects.get(name="shop.x").document.strip() == LEAD.strip()
    assert models.AuditEntry.objects.filter(action="add source mapping", actor="admin").exists()
