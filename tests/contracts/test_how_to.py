"""What the how-to pages show works: their files, commands, mapping and words."""

from __future__ import annotations

import re
import shlex

from django.core.management import call_command

from mdm.ingestion.documents import CONDITION_WORDS
from mdm.ingestion.keys import RULES
from mdm.ingestion.mapping import FIELDS, parse_mapping
from mdm.ingestion.rules import SOURCES, STEPS
from tests.contracts.tree import CHECKOUT

HOW_TO = CHECKOUT / "docs/how-to"
BLOCK = re.compile(r"^ *```\w*\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def page(name: str) -> str:
    return (HOW_TO / name).read_text(encoding="utf-8")


def blocks(text: str) -> list[str]:
    """Return the contents of the fenced blocks, without the margin of a list."""
    return [re.sub(r"^   ", "", block, flags=re.MULTILINE) for block in BLOCK.findall(text)]


def test_matching_the_files_of_the_page_gives_its_cross_references(tmp_path, monkeypatch, capsys):
    crm, kunden, command, xref = blocks(page("match-files.md"))
    (tmp_path / "crm.csv").write_text(crm, encoding="utf-8")
    (tmp_path / "kunden.csv").write_text(kunden, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    words = shlex.split(command)
    assert words[:3] == ["python", "manage.py", "match_files"]
    call_command(*words[2:])
    assert (tmp_path / "xref.csv").read_text(encoding="utf-8").splitlines() == xref.splitlines()
    assert "Plan for kunden.csv" in capsys.readouterr().out


def test_the_mapping_of_the_page_is_one_and_does_what_it_says():
    mapping = parse_mapping(blocks(page("write-a-mapping.md"))[0])
    row = {
        "Kundennr": "k7",
        "Geändert": "24.12.2025",
        "Status": "aktiv",
        "Art": "P",
        "Name": "Frau Anna von der Heide",
        "E-Mail": "-",
        "E-Mail 2": "anna@heide.example",
        "Telefon": "0228 123456",
        "Geburtsdatum": "01.01.1900",
        "Straße": "Am Markt 5",
        "PLZ": "53111",
        "Ort": "Bonn",
    }
    mapped = mapping.apply(row)
    assert (mapped.key, mapped.status, mapped.country, mapped.problems) == ("K7", "active", "DE", [])
    assert mapped.attributes == {
        "kind": "person",
        "given_name": "Anna",
        "family_name": "von der Heide",
        "emails": ["anna@heide.example"],
        "phones": ["0228 123456"],
        "billing_address": {
            "street": "Am Markt",
            "house_number": "5",
            "postcode": "53111",
            "city": "Bonn",
            "country": "DE",
        },
    }
    assert mapping.apply({**row, "Status": "gelöscht"}).status == "retired"


def test_the_page_of_mappings_has_every_word_of_the_language():
    spoken = set(re.findall(r"[a-z_0-9]+", page("write-a-mapping.md")))
    words = {*SOURCES, *STEPS, *CONDITION_WORDS, *RULES, *FIELDS}
    assert words - spoken == set()


def test_no_how_to_is_left_out_of_the_list():
    listed = set(re.findall(r"\]\(([\w-]+\.md)\)", page("README.md")))
    assert {path.name for path in HOW_TO.glob("*.md")} - listed == {"README.md"}


def test_the_page_of_recordlinkage_links_and_learns(capsys):
    features, learning = blocks(page("use-with-recordlinkage.md"))
    linked: dict[str, float] = {}
    exec(features, linked)
    assert linked["precision"] >= 0.99
    assert linked["recall"] >= 0.7
    exec(learning, {})
    assert capsys.readouterr().out.startswith(("Learned by ", "Nothing was learned: "))
