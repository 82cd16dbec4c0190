"""Who may ask what: scopes of keys, roles of people, and keys that open nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from mdm.compliance import api_keys
from mdm.models import ApiKey, AuditEntry
from tests.mdm.api.hub import person

ASKED = {
    "xref": ("GET", "xref/crm/Account/A-1"),
    "xref history": ("GET", "xref/crm/Account/A-1/history"),
    "lookup": ("POST", "xref/lookup"),
    "golden": ("GET", "golden/{anna}"),
    "golden history": ("GET", "golden/{anna}/history"),
    "overrides": ("GET", "golden/{anna}/overrides"),
    "ingest": ("POST", "records"),
}
BODIES = {
    "lookup": {"names": [{"source": "crm", "object_type": "Account", "source_key": "A-1"}]},
    "ingest": {
        "source": "crm",
        "object_type": "Account",
        "source_key": "A-1",
        "attributes": {"family_name": "Berg"},
    },
}
XREFS = {"xref", "xref history", "lookup"}
GOLDENS = {"golden", "golden history"}
ALLOWED = {
    "xref:read": XREFS,
    "golden:read": XREFS | GOLDENS,
    "golden:read:masked": GOLDENS,
    "pii:read": GOLDENS,
    "golden:override": {"overrides"},
    "ingest": {"ingest"},
}


def ask(client, what, hub, **more):
    method, path = ASKED[what]
    address = f"/api/v1/{path.format(anna=hub.anna.code)}"
    if method == "GET":
        return client.get(address, **more)
    return client.post(address, BODIES[what], content_type="application/json", **more)


@pytest.mark.parametrize("scope", ALLOWED)
def test_a_key_may_do_what_its_scope_says_and_nothing_else(hub, key, scope):
    headers = {"Authorization": f"Bearer {key(scope)}"}
    for what in ASKED:
        answer = ask(Client(), what, hub, headers=headers)
        assert (answer.status_code in (200, 202)) == (what in ALLOWED[scope]), (what, answer.content)
        if what not in ALLOWED[scope]:
            assert answer.status_code == 403
            assert answer.json()["type"] == "urn:aurum:problem:not-allowed"
            assert "needs the scope" in answer.json()["detail"]


@pytest.mark.parametrize("what", ASKED)
def test_nobody_gets_401_with_a_challenge(hub, what):
    answer = ask(Client(), what, hub)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == 'Bearer realm="aurum"'
    assert "Authorization: Bearer aurum_" in answer.json()["detail"]


def test_a_method_that_an_address_does_not_take_is_named(hub, key):
    headers = {"Authorization": f"Bearer {key('golden:read')}"}
    answer = Client().delete(f"/api/v1/golden/{hub.anna.code}", headers=headers)
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (405, "urn:aurum:problem:method-not-allowed")
    assert "{" not in problem["title"] and "DELETE" in problem["detail"]


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("steward", XREFS | GOLDENS | {"overrides", "ingest"}),
        ("compliance", XREFS | GOLDENS),
        ("admin", XREFS | GOLDENS | {"overrides", "ingest"}),
        ("", set()),  # signed in, but of no role
    ],
)
def test_a_signed_in_person_may_ask_what_their_role_says(hub, role, allowed):
    client = Client()
    client.force_login(person("eva", role))
    assert {what for what in ASKED if ask(client, what, hub).status_code in (200, 202)} == allowed


def test_a_session_needs_the_csrf_token_to_write(hub):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("eva", "steward"))
    assert ask(client, "ingest", hub).status_code == 403


def test_a_person_without_pii_sees_what_their_role_shows(hub):
    client = Client()
    client.force_login(person("carl", "compliance"))
    assert ask(client, "golden", hub).json()["attributes"]["birth_date"] == "1980-02-03"


def test_a_key_of_an_admin_has_no_more_than_its_scopes(hub, db):
    chief = person("chief", "admin")
    _, text = api_keys.issue(name="x", scopes=["golden:read:masked"], owner=chief, actor="test", cause="t")
    answer = ask(Client(), "golden", hub, headers={"Authorization": f"Bearer {text}"})
    assert answer.json()["attributes"]["given_name"] == "•••"


@pytest.mark.parametrize(
    "text",
    ["", "x", "aurum__", "aurum_0000000000_abc", "aurum_" + "a" * 5000, "Basic", "aurum_\udce4_b"],
)
def test_a_key_that_nobody_issued_opens_nothing(hub, text):
    header = f"Bearer {text}".encode("utf-8", "surrogateescape").decode("latin-1")
    answer = ask(Client(), "xref", hub, headers={"Authorization": header})
    assert answer.status_code == 401


def test_a_key_is_stored_as_its_digest_and_compared_whole(hub, key):
    text = key("xref:read")
    row = ApiKey.objects.get()
    assert row.digest == api_keys.digest_of(text) and text not in str(row.__dict__)
    assert api_keys.verify(text) == row
    with pytest.raises(api_keys.KeyRefused, match="not known"):
        api_keys.verify(text[:-1] + ("A" if text[-1] != "A" else "B"))


def test_a_revoked_or_expired_key_and_one_of_a_leaver_open_nothing(hub, key):
    revoked, expired = key("xref:read"), key("xref:read", expires_at=timezone.now() - timedelta(seconds=1))
    row = api_keys.verify(revoked)
    api_keys.revoke(row, actor="eva", cause="a test", reason="It leaked.")
    api_keys.revoke(row, actor="eva", cause="a test", reason="Again.")
    for text, why in ((revoked, "was revoked"), (expired, "expired")):
        answer = ask(Client(), "xref", hub, headers={"Authorization": f"Bearer {text}"})
        assert answer.status_code == 401 and why in answer.json()["detail"]
    good = key("xref:read")
    User.objects.filter(username="integration").update(is_active=False)
    assert ask(Client(), "xref", hub, headers={"Authorization": f"Bearer {good}"}).status_code == 401


def test_issuing_and_revoking_stand_in_the_audit_log_without_the_secret(hub, key):
    text = key("xref:read", "ingest")
    api_keys.revoke(api_keys.verify(text), actor="eva", cause="a test", reason="It leaked.")
    revoked, issued = AuditEntry.objects.filter(action__endswith="api key")[:2]
    assert (issued.action, issued.detail["scopes"]) == ("issue api key", ["ingest", "xref:read"])
    assert (revoked.action, revoked.actor, revoked.reason) == ("revoke api key", "eva", "It leaked.")
    assert text.rsplit("_", 1)[1] not in str([issued.__dict__, revoked.__dict__])


def test_a_key_without_a_known_scope_is_not_issued(db):
    with pytest.raises(api_keys.UnknownScope, match="root is none"):
        api_keys.issue(name="x", scopes=["root"], owner=person("a"), actor="test", cause="test")
    with pytest.raises(api_keys.UnknownScope, match="no scope"):
        api_keys.issue(name="x", scopes=[], owner=person("b"), actor="test", cause="test")


def test_every_other_address_and_method_is_a_problem_too(hub, api):
    asked = api("xref:read")
    for answer, status in (
        (asked.get("nothing/here"), 404),
        (asked.post("nothing", {}), 404),
        (asked.post("xref/crm/Account/A-1", {}), 405),
        (asked.client.delete("/api/v1/xref/lookup", headers=asked.headers), 405),
    ):
        assert answer.status_code == status
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == status


def test_a_failure_that_nobody_foresaw_is_a_problem_without_its_reason(hub, api, monkeypatch):
    def fail(*_):
        raise RuntimeError("secret")

    monkeypatch.setattr("mdm.api.v1.xref.lookup", fail)
    answer = api("xref:read").get("xref/crm/Account/A-1")
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:aurum:problem:failed")
    assert "secret" not in answer.content.decode()
