"""The golden page, the record page, the explanation and the home page."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from mdm.compliance import audit
from mdm.compliance.policy import Principal
from mdm.models import ClosedKey, Hold, Judgement, SourceRecord
from mdm.resolution import scope
from mdm.resolution.decisions import By, merge, not_a_match
from mdm.resolution.domain_keys import keys_of
from mdm.resolution.explanation import explain_pair, gate_words
from mdm.rulesets.active import in_force
from tests.mdm.api.hub import arrive, settle

BY = By("eva", "same_person", "They told me.")
STEWARD = Principal("eva", frozenset({"steward"}))


def golden_page(client, golden):
    return client.get(reverse("golden-page", args=[golden.code]), follow=True)


def test_a_golden_page_shows_values_sources_and_reasons(hub, signed_in):
    page = golden_page(signed_in("steward"), hub.anna)
    rows = {row.attribute: row for row in page.context["rows"]}
    given = rows["given_name"]
    assert given.golden == ("Anna",) and given.differs
    assert [(cell.lines[0].text, cell.lines[0].state, cell.wins) for cell in given.cells] == [
        ("Anna", "same", True),
        ("Anne", "other", False),
    ]
    assert not rows["emails"].differs
    assert rows["payment_terms"].why == "only source"
    assert 'href="http://127.0.0.1:9/Account/A-1"' in page.content.decode()


def test_a_golden_page_shows_life_decisions_and_the_way_to_undo(hub, signed_in):
    merge([hub.anna.code, hub.bernd.code], keep=hub.anna.code, by=BY)
    page = golden_page(signed_in("steward"), hub.anna)
    text = page.content.decode()
    newest = page.context["steps"][0]
    assert (newest["step"].actor, newest["step"].action) == ("eva", "merge")
    assert "They told me." in text
    assert f"verb=undo&judgement={Judgement.objects.get().pk}" in text
    looked = golden_page(signed_in("compliance"), hub.anna).content.decode()
    assert "They told me." in looked and "verb=undo" not in looked and "verb=confirm" not in looked


def test_a_retired_id_opens_its_own_page_and_points_on(hub, signed_in):
    merge([hub.anna.code, hub.bernd.code], keep=hub.anna.code, by=BY)
    page = golden_page(signed_in("steward"), hub.bernd)
    assert page.context["redirects_to"] == hub.anna
    text = page.content.decode()
    assert "This id is retired" in text and "the rules alone hold it together" not in text


@pytest.mark.parametrize("code", ["C-N1DA-F0XZ-S", "hello"])
def test_an_id_that_is_none_is_not_found(hub, signed_in, code):
    answer = signed_in("steward").get(f"/golden/{code}")
    assert answer.status_code == 404
    assert code in answer.content.decode() and 'href="/admin/"' in answer.content.decode()


def test_a_record_page_shows_the_payload_only_to_those_who_may_see_everything(hub, signed_in):
    record = SourceRecord.objects.get(source_key="A-1")
    page = reverse("admin:mdm_sourcerecord_change", args=[record.pk])
    shown = signed_in("steward").get(page)
    assert "As it arrived" in shown.content.decode()
    assert [span.golden_id for span in shown.context["spans"]] == [hub.anna.code]
    assert "As it arrived" not in signed_in("onlooker").get(page).content.decode()


def test_a_record_that_waits_has_a_page(hub, signed_in):
    arrive("crm", "Account", "A-2", {"kind": "person", "family_name": "Dorn", "given_name": "Eva"})
    record = SourceRecord.objects.get(source_key="A-2")
    page = signed_in("steward").get(reverse("admin:mdm_sourcerecord_change", args=[record.pk]))
    assert "waits to be resolved" in page.content.decode()


def ids(*keys):
    return [SourceRecord.objects.get(source_key=key).pk for key in keys]


def test_an_explanation_adds_up_to_the_weight(hub):
    told = explain_pair(*ids("0000000017", "A-1"), principal=STEWARD)
    assert told.same and told.verdict == "link"
    assert told.steps[-1].after == pytest.approx(told.weight)
    assert sum(step.total for step in told.steps) == pytest.approx(told.weight)
    assert [step.before for step in told.steps[1:]] == [step.after for step in told.steps[:-1]]
    assert "above the link weight" in " ".join(told.reasons)


def test_an_explanation_names_the_threshold_and_the_missing_key(hub):
    told = explain_pair(*ids("0000000017", "S9"), principal=STEWARD)
    assert not told.same and told.verdict == "apart"
    text = " ".join(told.reasons)
    assert "share no key" in text and "bits below the link weight" in text


def test_an_explanation_names_people_first(hub):
    not_a_match([hub.anna.code, hub.bernd.code], by=By("eva", "relatives"))
    told = explain_pair(*ids("0000000017", "S9"), principal=STEWARD)
    assert told.reasons[0].startswith("eva decided on") and "not the same" in told.reasons[0]
    Judgement.objects.all()
    merge_reasons = explain_pair(*ids("0000000017", "A-1"), principal=STEWARD).reasons
    assert not any("decided" in reason for reason in merge_reasons)


def test_an_explanation_names_the_gate(hub):
    other = {"kind": "organisation", "legal_name": "Berg GmbH", "emails": ["anna@berg.example"]}
    arrive("crm", "Account", "A-8", other)
    settle()
    told = explain_pair(*ids("0000000017", "A-8"), principal=STEWARD)
    assert any("gate “kind”" in reason for reason in told.reasons)


def test_an_explanation_passes_the_policy_gate(hub):
    masked = explain_pair(
        *ids("0000000017", "A-1"), principal=Principal("x", frozenset({"golden:read:masked"}))
    )
    none = explain_pair(*ids("0000000017", "A-1"), principal=Principal("x", frozenset()))
    shown = str([(step.left, step.right) for step in (*masked.steps, *none.steps)]).casefold()
    for secret in ("anna", "anne", "136695976", "berg.example"):
        assert secret not in shown


def test_what_cannot_be_explained_says_why(hub):
    (anna,) = ids("0000000017")
    with pytest.raises(LookupError, match="one and the same"):
        explain_pair(anna, anna, principal=STEWARD)
    with pytest.raises(LookupError, match="no source record 0"):
        explain_pair(anna, 0, principal=STEWARD)


@pytest.mark.parametrize(
    ("gate", "words"),
    [
        ("kinds", "kind"),
        ("exclusive:tax id:vat.FR", "tax id, vat.FR"),
        ("exclusive:colour", "colour"),
        ("", ""),
    ],
)
def test_gates_are_named_as_people_say_them(gate, words):
    assert gate_words(gate) == words


def test_the_explanation_page_takes_keys_in_any_spelling(hub, signed_in):
    page = signed_in("steward").get("/explain/erp/BusinessPartner/17/crm/Account/A-1")
    assert page.status_code == 200
    assert "one golden record" in page.content.decode()
    assert signed_in("compliance").get("/explain/erp/BusinessPartner/17/shop/customer/s9").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "erp/BusinessPartner/17/crm/Account/nobody",
        "erp/BusinessPartner/17/crm/Lead/A-1",
        "erp/BusinessPartner/12345678901/crm/Account/A-1",
        "crm/Account/A-1/crm/Account/A-1",
    ],
)
def test_an_explanation_of_what_is_not_there_is_not_found(hub, signed_in, path):
    assert signed_in("steward").get(f"/explain/{path}").status_code == 404


def test_the_explanation_is_for_signed_in_people(hub, client):
    path = "/explain/erp/BusinessPartner/17/crm/Account/A-1"
    assert client.get(path).url == f"/admin/login/?next={path}"


def test_the_home_page_counts_for_everybody_and_tells_no_value(hub, client):
    counts = client.get("/live.json").json()
    assert counts["records"] == 3
    assert [(one["source"], one["records"]) for one in counts["sources"]] == [
        ("crm", 1),
        ("erp", 1),
        ("shop", 1),
    ]
    assert counts["golden"] == [
        {"domain": "customer", "count": 2, "records": 3, "duplicates": 1, "joined": 2}
    ]
    assert (counts["review"], counts["quarantined"], counts["due"]) == (0, 1, 0)
    assert counts["events"] == 2 and counts["demo"] is None
    page = client.get("/")
    assert page.status_code == 200
    for secret in ("Anna", "Bernd", "136695976", "Berg", hub.anna.code):
        assert secret not in page.content.decode()


def test_the_home_page_of_an_empty_hub_stands(client, db):
    assert client.get("/").status_code == 200
    assert client.get("/live.json").json()["records"] == 0


def test_a_decision_shows_on_the_home_page_without_the_ids(hub, client):
    merge([hub.anna.code, hub.bernd.code], by=BY)
    text = client.get("/live.json").content.decode()
    assert '"merge"' in text and hub.anna.code not in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (json.dumps({"stage": "resolving", "stages": []}), {"stage": "resolving", "stages": []}),
        ("{half", None),  # being written at this moment, by somebody who does not replace it in one go
        ("[]", None),
    ],
)
def test_the_home_page_shows_what_the_demo_says(hub, client, settings, tmp_path, text, shown):
    settings.AURUM_HOME = tmp_path
    (tmp_path / "demo-state.json").write_text(text)
    assert client.get("/live.json").json()["demo"] == shown


def test_an_explanation_names_the_nearest_key_and_what_would_tip_it_without_values(hub):
    told = explain_pair(*ids("0000000017", "S9"), principal=Principal("x", frozenset()))
    text = " ".join(told.reasons)
    assert "The nearest key is “" in text and "They would be linked if" in text
    assert "berg" not in text.casefold() and "cramer" not in text.casefold()


def close_keys(*record_ids: int) -> None:
    """Close every key that these records have or could have."""
    rules = in_force("customer")
    frame = scope.frame_of(rules, scope.rows_of(record_ids))
    found = keys_of("customer", frame, rules.spec, rules.model)
    ClosedKey.objects.bulk_create(
        [ClosedKey(domain="customer", key=key) for key in set(found.keys.tolist())], ignore_conflicts=True
    )


def test_an_explanation_names_keys_that_too_many_carry(hub):
    close_keys(*ids("0000000017", "A-1"))
    told = explain_pair(*ids("0000000017", "A-1"), principal=STEWARD)
    assert told.rules == ()
    arrive("crm", "Account", "A-9", {"kind": "person", "family_name": "Berg", "given_name": "Ana"})
    settle()
    close_keys(*ids("0000000017", "A-9"))
    apart = explain_pair(*ids("0000000017", "A-9"), principal=STEWARD)
    assert "They share only keys that too many records carry (“two names”)" in " ".join(apart.reasons)


def test_an_explanation_names_an_open_hold(hub):
    one, other = ids("0000000017", "S9")
    with audit.entry(actor="test", action="hold", cause="a test"):
        Hold.objects.create(
            domain="customer",
            gate="budget",
            left_records=[other],
            right_records=[one],
            reason="Too many today.",
        )
    told = explain_pair(one, other, principal=STEWARD)
    assert "A hold waits for a decision: Too many today." in told.reasons
