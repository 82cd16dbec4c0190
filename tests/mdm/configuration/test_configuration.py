"""Configuration as files: what is exported can be applied elsewhere and comes out the same."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from matching.model import default_model
from mdm import domains
from mdm.compliance import audit
from mdm.compliance.roles import ensure_roles
from mdm.configuration.applying import apply, compare
from mdm.configuration.files import BadConfiguration, differences, read_folder, write_folder
from mdm.configuration.gathering import gather
from mdm.ingestion.registering import ensure_object_type
from mdm.ingestion.stored_mappings import keep_mapping
from mdm.models import AuditEntry, Destination, ObjectType, RuleSet, SourceMapping, SourceSystem
from mdm.rulesets.activate import activate
from mdm.rulesets.active import in_force
from mdm.rulesets.crosswalks import Crossing, propose_crosswalk
from mdm.rulesets.drafts import put_in_force

pytestmark = pytest.mark.django_db

LEAD = 'domain = "customer"\nkey = "id"\n\n[attributes]\ngiven_name = "first_name"  # as typed\n'
SETTINGS = {"connection": {"base_url": "http://127.0.0.1:9", "user": "aurum", "password_variable": "ERP_PW"}}


def configured() -> dict[str, Any]:
    """Set a hub up by hand, and return what is exported of it."""
    ensure_roles()
    customer = domains.get("customer")
    with audit.entry(actor="anna", action="activate", cause="a test"):
        activate(
            "customer",
            spec=customer.match_spec,
            model=default_model(customer.match_spec),
            survivorship=customer.survivorship,
            actor="anna",
        )
    keep_mapping("crm.Lead", LEAD, actor="anna", cause="a test")
    ensure_object_type(
        source="crm", code="Lead", domain="customer", key_rule="exact", mapping="crm.Lead",
        actor="anna", cause="a test",
    )  # fmt: skip
    with audit.entry(actor="anna", action="set up", cause="a test"):
        erp = SourceSystem.objects.create(code="erp", name="ERP", accepts=True, trust=80)
        Destination.objects.create(source=erp, connector="sap", settings=SETTINGS)
    Group.objects.create(name="auditors / EU").permissions.set(
        Permission.objects.filter(codename__in=["view_auditentry", "view_edge"])
    )
    draft = propose_crosswalk(
        "customer", [Crossing("payment_terms", "erp", "Z30", "N30")], actor="anna", reason="ours"
    )
    put_in_force(draft.pk, actor="ben", reason="looked at")
    return gather()


def emptied() -> None:
    """Take away what was set up; rules of the hub forbid this to people, so it is done to the tables."""
    for table in (Destination, ObjectType, SourceMapping, RuleSet, SourceSystem, Group):
        with audit.entry(actor="test", action="empty", cause="a test"):
            table.objects.all().delete()
    ensure_roles()


def command(*arguments: Any) -> tuple[int, str]:
    """Run `manage.py config` and return its exit code and what it printed."""
    out = io.StringIO()
    try:
        call_command("config", *map(str, arguments), stdout=out)
    except SystemExit as leaving:
        return int(leaving.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_what_is_exported_makes_an_empty_hub_the_same(tmp_path: Path):
    exported = configured()
    assert command("export", tmp_path)[0] == 0
    emptied()
    assert gather() != exported
    code, printed = command("apply", tmp_path, "--actor", "anna", "--reason", "a new hub")
    assert code == 0
    assert "customer rule set 1 is in force: nothing is loaded yet." in printed
    assert json.dumps(gather(), sort_keys=True) == json.dumps(exported, sort_keys=True)
    assert command("diff", tmp_path) == (0, "The hub and the files say the same.\n")
    assert in_force("customer").code_lists.crossed("payment_terms", "erp", "Z30") == "N30"
    entry = AuditEntry.objects.get(action="apply configuration")
    assert (entry.actor, entry.reason) == ("anna", "a new hub")


def test_every_file_is_as_the_page_says_and_holds_no_secret(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("ERP_PW", "hunter2")
    configured()
    write_folder(tmp_path, gather())
    names = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    rules = {f"domains/customer/{name}.json" for name in ("matching", "model", "survivorship", "code_lists")}
    sources = {f"sources/{one.code}.json" for one in SourceSystem.objects.all()}
    assert names == {"aurum.json", "roles.json", "mappings/crm.Lead.toml", *rules, *sources}
    assert (tmp_path / "mappings/crm.Lead.toml").read_text() == LEAD, "comments and all"
    assert not any("hunter2" in path.read_text() for path in tmp_path.rglob("*") if path.is_file())


def test_a_changed_file_is_told_tried_and_applied_once(tmp_path: Path):
    configured()
    write_folder(tmp_path, gather())
    file = tmp_path / "sources/erp.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"trust": 95}))
    line = "~ sources/erp.json: trust 80 → 95\n"
    assert command("diff", tmp_path) == (1, line)
    _, tried = command("apply", tmp_path, "--dry-run", "--actor", "anna")
    assert tried == line + "Nothing is kept: this was a dry run.\n"
    assert SourceSystem.objects.get(code="erp").trust == 80
    assert command("apply", tmp_path, "--actor", "anna")[1] == line + "Applied.\n"
    assert SourceSystem.objects.get(code="erp").history.first().history_actor == "anna"
    assert command("apply", tmp_path, "--actor", "anna")[1] == "The hub says all of this already.\n"


def test_a_changed_rule_set_is_a_draft_once_and_for_a_second_person(tmp_path: Path):
    files = configured()
    lists = files["domains/customer/code_lists.json"]
    next(one for one in lists if one["name"] == "payment_terms")["crosswalk"]["erp"]["Z60"] = "N60"
    before = RuleSet.objects.get(status="active")
    (sentence,) = apply(files, actor="anna", reason="Z60 is new").drafts
    assert f"approve_rules {before.number + 1} --domain customer" in sentence
    assert RuleSet.objects.get(status="active") == before
    assert apply(files, actor="anna", reason="again").drafts == (sentence,)
    put_in_force(RuleSet.objects.get(status="draft").pk, actor="ben", reason="looked at")
    assert compare(files) == ()


def test_what_a_folder_leaves_out_stays_as_it_is():
    configured()
    done = apply(
        {"sources/erp.json": {"trust": 70}, "roles.json": {}}, actor="anna", reason="only one number"
    )
    assert [one.words() for one in done.changes] == ["~ sources/erp.json: trust 80 → 70"]
    assert "sources/crm.json" in done.only_here
    assert Destination.objects.get().settings == SETTINGS


WRONG: list[tuple[str, Any, str]] = [
    ("sources/erp.json", {"trust": 101}, "sources/erp.json: trust: .*100"),
    ("sources/erp.json", {"colour": 1}, "sources/erp.json: colour: unknown; the allowed ones are name,"),
    ("sources/erp.json", {"object_types": []}, "object_types: expected a table"),
    ("sources/erp.json", {"destination": None}, 'switch it off with "enabled": false'),
    (
        "sources/erp.json",
        {"destination": {"connector": "fax"}},
        "there is no 'fax'; there are salesforce, sap",
    ),
    (
        "sources/erp.json",
        {"destination": {"settings": {"connection": {"password": "x"}}}},
        "destination.settings.connection.password: a secret stands in no file: give password_variable",
    ),
    ("sources/crm.json", {"object_types": {"Lead": {"domain": "product"}}}, "Lead.domain: it is 'customer'"),
    ("sources/crm.json", {"object_types": {"Lead": {"key_rule": "fold"}}}, "Lead.key_rule: it is 'exact'"),
    ("sources/crm.json", {"object_types": {"New": {"domain": "x"}}}, "New.domain: there is no domain 'x'"),
    ("sources/crm.json", {"object_types": {"Lead": {"mapping": "no.such"}}}, "There is no mapping 'no.such'"),
    ("sources/Not a slug.json", {"name": "x"}, "sources/Not a slug.json: code: "),
    ("mappings/x.toml", "key = 1", "mappings/x.toml: x: 'domain' is missing|mappings/x.toml: .*domain"),
    ("roles.json", {"steward": []}, "steward: its permissions come with Aurum's release"),
    ("roles.json", {"mine": ["mdm.fly"]}, "mine: there is no permission 'mdm.fly'"),
    ("domains/pets/matching.json", {}, "domains/pets: there is no such domain"),
    ("domains/customer/matching.json", {"colour": 1}, "domains/customer/matching.json: "),
    ("domains/customer/survivorship.json", {"rules": 1}, "domains/customer/survivorship.json: "),
    ("domains/product/model.json", {}, "no rule set is in force yet; add matching, survivorship, code_lists"),
]


@pytest.mark.parametrize(("path", "content", "says"), WRONG)
def test_what_cannot_be_is_named_by_file_and_field_and_nothing_changes(path: str, content: Any, says: str):
    before = configured()
    with pytest.raises(BadConfiguration, match=says):
        apply({path: content, "sources/new.json": {"name": "New"}}, actor="anna", reason="wrong")
    assert gather() == before, "the right file is not applied either"


def test_all_that_is_wrong_is_told_at_once():
    configured()
    with pytest.raises(BadConfiguration) as refused:
        apply({path: content for path, content, _ in WRONG[-5:]}, actor="anna", reason="wrong")
    assert len(refused.value.problems) >= 3


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "has no aurum.json: it is no configuration"),
        ({"aurum.json": "[]"}, 'aurum.json: expected {"format": 1}'),
        ({"aurum.json": '{"format": 1}', "notes.txt": ""}, "notes.txt: no file of a configuration"),
        ({"aurum.json": '{"format": 1}', "roles.json": "{"}, "roles.json: cannot be read"),
    ],
)
def test_a_folder_that_is_none_is_refused(tmp_path: Path, files: dict[str, str], says: str):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(BadConfiguration, match=says.replace("{", r"\{")):
        read_folder(tmp_path)
    with pytest.raises(CommandError):
        command("diff", tmp_path)


def test_an_export_takes_no_other_folder_and_clears_its_own(tmp_path: Path):
    (tmp_path / "thesis.doc").write_text("years of work")
    with pytest.raises(BadConfiguration, match="not empty and no configuration"):
        write_folder(tmp_path, {"aurum.json": {"format": 1}})
    (tmp_path / "thesis.doc").unlink()
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text("ref")
    write_folder(tmp_path, {"aurum.json": {"format": 1}, "sources/old.json": {}})
    write_folder(tmp_path, {"aurum.json": {"format": 1}, "sources/new.json": {}})
    assert [path.name for path in (tmp_path / "sources").iterdir()] == ["new.json"]
    assert (tmp_path / ".git" / "HEAD").exists()


JSON = st.recursive(
    st.integers(0, 3) | st.sampled_from(["a", "b"]),
    lambda inner: st.dictionaries(st.sampled_from("xyz"), inner) | st.lists(inner, max_size=3),
    max_leaves=8,
)


@given(JSON, JSON)
def test_two_configurations_differ_in_no_place_only_when_they_are_equal(one: Any, other: Any):
    assert (differences({"f": one}, {"f": other}) == []) == (one == other)
