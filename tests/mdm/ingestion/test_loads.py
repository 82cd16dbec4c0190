"""A load can be foretold and taken back as a whole."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from mdm.compliance import audit
from mdm.compliance.digest import digest
from mdm.compliance.verify import verify
from mdm.ingestion.accept import accept
from mdm.ingestion.effects import effect_of
from mdm.ingestion.loads import load_of, newest_loads
from mdm.ingestion.undoing import undo
from mdm.models import AuditEntry, FormerPayload, SourceRecord
from mdm.relationships.statements import all_said
from tests.linktable import lines, start

pytestmark = pytest.mark.django_db

STOOD = "erp/1 n=anna m=a\ncrm/1 n=bea m=b\nerp/2 n=cora m=c"
# The first two join anna, the third is new, the fourth makes cora one with bea.
LOAD = "shop/1 n=anna m=a\nshop/2 n=anna m=a,b\nshop/3 n=dora\nerp/2 n=bea m=c,b at=1"


def load(hub, text: str, name: str) -> None:
    """Accept the lines as one load."""
    for line in lines(text):
        with audit.entry(actor="test", action="ingest", cause="a file", detail={"load": name}):
            accept([line.incoming()], object_type=hub.type_of(line.source), origin="a file")


def test_undo_gives_the_ids_members_and_values_that_stood_before():
    hub = start()
    hub.load(STOOD)
    before, values = hub.stands(), hub.values()
    load(hub, LOAD, "abc")
    hub.resolve()
    assert hub.stands() != before
    undone = undo("abc", actor="eva", reason="The wrong file.")
    hub.resolve()
    assert undone.sentences == [
        "3 records retired, 1 say again what they said before, 0 were changed since and are left."
    ]
    assert hub.clusters() == {frozenset({one}) for one in ("erp/1", "crm/1", "erp/2")}
    assert {label: one for label, one in hub.values().items() if label in values} == values
    assert [row.split(" (")[0] for row in hub.stands().splitlines()[:3]] == before.splitlines()
    assert verify(deep=True) == []


def test_undo_leaves_what_was_changed_since_and_names_it():
    hub = start()
    hub.load(STOOD)
    load(hub, LOAD, "abc")
    hub.load("shop/3 n=dora m=d at=2")
    undone = undo("abc", actor="eva", reason="The wrong file.")
    assert (undone.retired, undone.restored) == (2, 1)
    (kept,) = undone.kept
    assert kept.startswith("shop/thing/3 (by test on ")
    again = undo("abc", actor="eva", reason="Once more.")
    assert (again.retired, again.restored, again.kept) == (0, 0, [kept])


def test_undo_restores_what_records_stated_of_others_and_how_they_arrived():
    hub = start()
    hub.load("crm/1 n=acme m=a\ncrm/2 n=bolt m=b\ncrm/3 n=cog m=c\ncrm/4 n=dora up=crm/1 of=crm/2:ceo")
    SourceRecord.objects.filter(source_key="4").update(payload={"as": "it came"})
    stood, said = digest(), all_said()
    load(hub, "crm/4 n=dora up=crm/3 of=crm/2:cfo at=1\ncrm/2 n=bolt m=b up=crm/1 at=1", "abc")
    load(hub, "crm/4 n=dora up=crm/2 at=2", "abc")
    hub.resolve()
    assert all_said() != said
    assert undo("abc", actor="eva", reason="The wrong file.").restored == 2
    hub.resolve()
    assert all_said() == said
    assert SourceRecord.objects.get(source_key="4").payload == {"as": "it came"}
    assert FormerPayload.objects.count() == 3
    assert verify(deep=True) == []
    assert digest() == stood


def test_undo_names_who_edited_in_between_and_drops_what_is_held_back():
    hub = start()
    hub.load(STOOD)
    load(hub, LOAD, "abc")
    hub.resolve()
    hub.part("g1", "g2")
    undone = undo("abc", actor="eva", reason="The wrong file.")
    (decision,) = undone.decided
    assert decision.startswith("not the same")
    assert "decisions made since stand" in undone.sentences[1]


def test_loads_are_listed_the_newest_first():
    hub = start()
    load(hub, "shop/1 n=anna\nshop/2 n=bea", "abc")
    load(hub, "shop/3 n=cora", "def")
    undo("abc", actor="eva", reason="The wrong file.")
    assert [(one.name, one.actor, one.undone_at is not None) for one in newest_loads()] == [
        ("def", "test", False),
        ("abc", "test", True),
    ]
    assert load_of("abc").files == ("a file",)


def test_an_unknown_load_and_an_undo_without_a_reason_are_refused():
    with pytest.raises(LookupError, match="no load xyz"):
        undo("xyz", actor="eva", reason="Why not.")
    with pytest.raises(ValueError, match="Say in a sentence"):
        undo("xyz", actor="eva", reason=" ")
    with pytest.raises(CommandError, match="no load xyz"):
        call_command("undo_load", "xyz", "--reason", "Why not.")


def test_the_effect_of_a_load_tells_what_came_joined_and_merged():
    hub = start()
    hub.load(STOOD)
    with audit.entry(actor="test", action="ingest (dry run)", cause="a preview") as entry:
        load(hub, LOAD, "abc")
        hub.resolve()
    effect = effect_of([entry.pk])
    assert (effect.created, effect.split) == (1, 0)
    assert effect.joined == 2
    assert effect.merged == {hub.code("g2"): [hub.code("g3")]}
    assert "1 new golden records; 2 records join" in effect.sentences[0]


def test_a_file_is_previewed_loaded_and_taken_back(tmp_path, capsys):
    hub = start()
    hub.load("erp/1 n=anna m=a")
    file, mapping = tmp_path / "people.csv", tmp_path / "people.toml"
    file.write_text("id,name,mail\n1,anna,a@example.org\n2,bea,b@example.org\n", encoding="utf-8")
    mapping.write_text(
        'name = "people"\ndomain = "customer"\nsource = "old"\nobject_type = "person"\n'
        'key = { column = "id" }\n[attributes]\nfull_name = "name"\nemails = "mail"\n',
        encoding="utf-8",
    )
    given = [
        str(file),
        "--source",
        "old",
        "--object",
        "person",
        "--domain",
        "customer",
        "--mapping",
        str(mapping),
    ]
    stood = digest()
    call_command("load", *given, "--preview")
    assert (digest(), SourceRecord.objects.count()) == (stood, 1)
    call_command("load", *given)
    assert SourceRecord.objects.filter(status="active").count() == 3
    name = AuditEntry.objects.filter(action="ingest", detail__has_key="load").latest("pk").detail["load"]
    call_command("undo_load", name, "--reason", "The wrong file.")
    assert SourceRecord.objects.filter(status="active").count() == 1
    assert hub.clusters() == {frozenset({"erp/1"})}
