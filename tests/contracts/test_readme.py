"""The README says what is: its example prints what it shows, its tests, commands and figures exist."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from django.core.management import get_commands

from tests.bench import readme
from tests.bench.bars import Bar, read_bars
from tests.contracts.tree import CHECKOUT, our_files

README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
PAGES = [path for path in our_files() if path.suffix == ".md"]
PROMISE = re.compile(r"^(\d+)\. \*\*(.+?)\*\*(.*?)(?=^\d+\. |^\S)", re.MULTILINE | re.DOTALL)
TEST = re.compile(r"\[(\w+)\]\((tests/\S+?\.py)\)")
TARGET = re.compile(r"\bmake ([a-z][a-z-]*)")
COMMAND = re.compile(r"\bmanage\.py ([a-z][a-z_]*)")
ANCHOR = re.compile(r"\]\(#([^)]+)\)")
BAR = Bar(id="a", claim="It is so", command="python -m x", field="x", op="<=", limit=2, unit="s")


def blocks(text: str) -> list[str]:
    """Return the contents of the fenced blocks."""
    return re.findall(r"^```\w*\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def words_that_are_run(text: str) -> str:
    """Return what a page shows as code: its blocks, and its spans between backticks."""
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL))
    return "\n".join([*blocks(text), *spans])


def test_the_library_example_prints_what_stands_below_it():
    source, printed = blocks(
        README.partition("<!-- library:start -->")[2].partition("<!-- library:end -->")[0]
    )
    done = subprocess.run([sys.executable, "-"], input=source, cwd=CHECKOUT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, printed), done.stderr


def test_there_are_ten_promises_and_each_names_tests_that_exist():
    promises = PROMISE.findall(README.partition("## Ten promises")[2])
    assert [number for number, _, _ in promises] == [str(number) for number in range(1, 11)]
    for number, _, text in promises:
        named = TEST.findall(text)
        assert named, f"promise {number} names no test"
        for name, path in named:
            source = (CHECKOUT / path).read_text(encoding="utf-8")
            assert f"def test_{name}(" in source, f"promise {number}: {path} has no test_{name}"


def test_every_place_in_the_page_that_is_linked_exists():
    headings = re.findall(r"^#+ (.+)$", README, flags=re.MULTILINE)
    places = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(ANCHOR.findall(README)) - places == set()


def test_every_picture_is_there_and_is_said_in_words():
    pictures = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", README)
    assert pictures
    assert [path for words, path in pictures if not words or not (CHECKOUT / path).is_file()] == []


@pytest.mark.parametrize("page", [pytest.param(path, id=str(path.relative_to(CHECKOUT))) for path in PAGES])
def test_every_command_of_a_page_exists(page):
    run = words_that_are_run(page.read_text(encoding="utf-8"))
    targets = set(re.findall(r"^([a-z][a-z-]*):", (CHECKOUT / "Makefile").read_text(), flags=re.MULTILINE))
    assert set(TARGET.findall(run)) - targets == set()
    assert set(COMMAND.findall(run)) - set(get_commands()) == set()


def test_the_figures_are_those_of_the_rows():
    assert readme.with_figures(README, read_bars(CHECKOUT / "bars.toml")) == README


def test_a_figure_stands_with_machine_day_limit_and_command():
    measured = Bar(**{**BAR.__dict__, "last": 1.5, "measured": "2026-01-02", "machine": "A machine"})
    told = readme.figures([measured, BAR])
    assert "Measured on A machine, last on 2026-01-02." in told
    assert told.endswith(
        "| It is so | 1.5 s | <= 2 s | `python -m x` |"
    )  # the one without a value is not told
    text = f"before\n{readme.START}\nold\n{readme.END}\nafter\n"
    assert readme.with_figures(text, []) == f"before\n{readme.START}\n\n{readme.END}\nafter\n"


@pytest.mark.parametrize(
    "text",
    [
        "no markers",
        f"{readme.START} only the first",
        f"{readme.END} the wrong way round {readme.START}",
        f"{readme.START}{readme.START} twice {readme.END}",
    ],
)
def test_a_readme_without_its_markers_is_refused(text):
    with pytest.raises(readme.MarkersMissing, match="once each"):
        readme.with_figures(text, [])
