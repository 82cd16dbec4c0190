"""An acquisition into a hub in use: its preview tells what the load then does, its undo takes it back."""

import csv
import io
import random

import pytest
from django.core.management import call_command

from matching.spec import StateGates
from mdm.compliance.digest import digest
from mdm.compliance.verify import verify
from mdm.ingestion.effects import effect_of
from mdm.ingestion.loads import newest_loads
from mdm.models import AuditEntry, Hold, QuarantinedRow
from mdm.resolution import many
from tests.linktable import BIT, DOMAIN, Hub, start

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

RECORDS = 1_000
PAIRS = 40
MAPPING = """
name = "acquired.person"
domain = "customer"
source = "acquired"
object_type = "person"
key = { column = "id" }
[attributes]
full_name = "name"
emails = ["mail", "mail_2"]
phones = ["phone"]
"""


def standing(dice: random.Random) -> Hub:
    """Give a hub of a thousand records from two sources, a few of whose golden records people confirmed."""
    hub = start(gates=StateGates(confirmed_margin=30 * BIT, confirmed_split=True))
    for source in ("erp", "crm"):
        hub.put(
            "\n".join(
                f"{source}/{key} n=name{dice.randrange(800)} m=m{dice.randrange(900)}"
                for key in range(RECORDS // 2)
            )
        )
    # Two that share a phone and no more, until somebody comes who is both.
    hub.put("\n".join(f"erp/a{key} m=a{key} p=30123{key:05d}" for key in range(PAIRS)))
    hub.put("\n".join(f"crm/b{key} n=both{key} m=b{key} p=30123{key:05d}" for key in range(PAIRS)))
    many.resolve_many(DOMAIN, actor="test", cause="the hub")
    labels = hub.goldens()
    for key in range(5):
        for short in (f"erp/a{key}", f"crm/b{key}"):
            hub.confirm(labels[hub.membership(short).golden_id or 0])
    return hub


def write(dice: random.Random, path) -> None:
    """Write a thousand acquired records, some of which cannot be accepted."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("id", "name", "mail", "mail_2", "phone"))
        for key in range(RECORDS):
            mails = [f"m{dice.randrange(900)}@mail.example" if dice.random() < 0.5 else "" for _ in "12"]
            name = f"name{dice.randrange(800)}" if key % 97 != 5 else ""
            rows.writerow(("" if key % 89 == 3 else key, name, *mails, ""))
        for key in range(PAIRS):
            mails = [f"{letter}{key}@mail.example" for letter in "ab"]
            rows.writerow((f"both{key}", f"both{key}", *mails, f"+4930123{key:05d}"))


def told(name: str, *given: str) -> list[str]:
    """Run a command and return what it prints."""
    out = io.StringIO()
    call_command(name, *given, stdout=out)
    return out.getvalue().splitlines()


def test_a_preview_tells_what_the_load_then_does_and_its_undo_takes_it_back(tmp_path, monkeypatch):
    monkeypatch.setattr(many, "MANY", 100)
    monkeypatch.setattr(many, "PORTION", 150)
    dice = random.Random(4)
    hub = standing(dice)
    write(dice, tmp_path / "acquired.csv")
    (tmp_path / "acquired.toml").write_text(MAPPING, encoding="utf-8")
    given = [str(tmp_path / "acquired.csv"), "--source", "acquired", "--object", "person"]
    given += ["--domain", "customer", "--mapping", str(tmp_path / "acquired.toml")]
    stood, clusters = digest(), hub.clusters()
    foretold = told("load", *given, "--preview")
    assert (digest(), QuarantinedRow.objects.count()) == (stood, 0)

    before = AuditEntry.objects.latest("pk").pk
    told("load", *given)
    told("resolve", "customer")
    entries = AuditEntry.objects.filter(pk__gt=before).values_list("pk", flat=True)
    effect = effect_of(list(entries))
    assert foretold[-len(effect.sentences) :] == effect.sentences
    assert min(effect.created, effect.joined, len(effect.merged)) > 10
    assert effect.questions > 0
    assert QuarantinedRow.objects.count() > 10
    assert Hold.objects.filter(status="open").exists()
    assert verify(deep=True) == []

    told("undo_load", newest_loads()[0].name, "--reason", "The wrong company.")
    assert hub.clusters() == clusters
    assert verify(deep=True) == []
