"""What must not stand in our files: places of one machine, registries, loose ends, blanket exceptions."""

from __future__ import annotations

import re

import pytest

from tests.contracts.tree import CHECKOUT, our_files, text_lines

# The forbidden texts are put together here, so that this file does not hold them.
PLACES = [
    r"(?<![\w.])/" + r"work/",
    r"(?<![\w.])/" + r"root/",
    r"(?<![\w.])/" + r"home/(?!aurum\b)\w+/",
    r"(?<![\w.])/" + r"Users/\w+/",
    r"/opt/" + r"(pypi|wheels)",
]
REGISTRIES = [
    "pypi" + r"\.org",
    "python" + r"hosted\.org",
    "npm" + r"js\.(org|com)",
    r"deb\." + r"debian\.org",
    r"docker\." + "io/",
    r"crates\." + "io",
]
LOOSE_ENDS = [r"#.*\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b", r"\bNotImplemented" + "Error"]
BLANKETS = [
    r"# type: " + r"ignore(?!\[)",
    r"# no" + r"qa(?!:)",
    r"^\s*except" + r"\s*:",
    r"^\s*from \S+ import" + r" \*",
    r"mypy: " + r"ignore-errors",
]


def places_of(patterns: list[str], lines: list[tuple[str, str]]) -> list[str]:
    """Return "file:line: text" of every line that one of the patterns matches."""
    wanted = re.compile("|".join(patterns))
    return [f"{place}: {line.strip()[:120]}" for place, line in lines if wanted.search(line)]


@pytest.fixture(scope="module")
def everything():
    return text_lines([path for path in our_files() if path.suffix != ".lock" and path.name != "LICENSE"])


@pytest.fixture(scope="module")
def python(everything):
    return [(place, line) for place, line in everything if place.split(":")[0].endswith(".py")]


def test_no_file_names_a_place_of_one_machine(everything):
    assert places_of(PLACES, everything) == []


def test_no_file_names_a_package_registry(everything):
    assert places_of(REGISTRIES, everything) == []


def test_the_locks_name_no_package_registry():
    assert places_of(REGISTRIES, text_lines(sorted((CHECKOUT / "requirements").glob("*.lock")))) == []


def test_no_module_has_a_loose_end(python):
    assert places_of(LOOSE_ENDS, python) == []


def test_no_module_has_a_blanket_exception_from_a_rule(python):
    assert places_of(BLANKETS, python) == []


@pytest.mark.parametrize(
    ("line", "patterns"),
    [
        ("path = '/" + "work/x'", PLACES),  # a checkout's own place
        ("see https://pypi" + ".org/project/x", REGISTRIES),
        ("x = 1  # TO" + "DO later", LOOSE_ENDS),
        ("x = f()  # type: " + "ignore", BLANKETS),  # without the code of the error
        ("    except" + ":", BLANKETS),
        ("from a import" + " *", BLANKETS),
    ],
)
def test_the_patterns_find_what_they_are_for(line, patterns):
    assert places_of(patterns, [("somewhere:1", line)]) == [f"somewhere:1: {line.strip()}"]


@pytest.mark.parametrize(
    ("line", "patterns"),
    [
        ("x = f()  # type: ignore[attr-defined]", BLANKETS),
        ("import recordlinkage  # noqa: PLC0415 - two seconds", BLANKETS),
        ("app" + "/wo" + "rk/queue", PLACES),  # a relative path
        ("except OSError:", BLANKETS),
    ],
)
def test_the_patterns_leave_in_peace_what_is_allowed(line, patterns):
    assert places_of(patterns, [("somewhere:1", line)]) == []
