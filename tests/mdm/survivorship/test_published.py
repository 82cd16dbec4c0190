"""The page of survivorship rules publishes what the code does: steps, strategies and fields in order."""

import re
from dataclasses import fields
from pathlib import Path

import mdm
from mdm.code_lists.lists import CodeList
from mdm.survivorship.conditions import When
from mdm.survivorship.rules import STRATEGIES, TIE_BREAK, Rule, Trust

PAGE = (Path(mdm.__file__).parent.parent / "docs/reference/survivorship.md").read_text(encoding="utf-8")


def table(head: str) -> list[str]:
    """Return the names in the first column of the table with this head."""
    body = re.split(r"\n\n", PAGE.partition(f"| {head} |")[2])[0]
    rows = [line.split("|")[1] for line in body.splitlines() if line.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


def test_the_tie_break_is_published_in_its_order():
    assert table("step | who stays") == list(TIE_BREAK)


def test_every_strategy_and_every_field_is_published():
    assert table("strategy | who stays") == list(STRATEGIES)
    rule = PAGE.partition("## A rule")[2]
    assert set(re.findall(r"^\| `(\w+)` \|", rule.partition("| strategy")[0], re.M)) == {
        one.name for one in fields(Rule)
    }
    assert set(table("condition | means")) >= {one.name for one in fields(When)}
    trust = PAGE.partition("## Trust")[2].partition("## Code lists")[0]
    assert set(re.findall(r"`(\w+)`", trust)) == {one.name for one in fields(Trust)}
    lists = PAGE.partition("## Code lists")[2]
    own = {one.name for one in fields(CodeList)} - {"crossed"}
    assert set(re.findall(r"^\| `(\w+)`", lists, re.M)) == own
