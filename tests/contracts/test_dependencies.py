"""Every dependency earns a line, and every locked package a hash."""

from __future__ import annotations

import re
import tomllib

from tests.contracts.tree import CHECKOUT

PAGE = CHECKOUT / "docs/decisions/0002-dependencies.md"


def declared() -> set[str]:
    """Return the names of all declared dependencies, optional ones included."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = [entry for entries in project["optional-dependencies"].values() for entry in entries]
    names = {
        re.split(r"[\[<>=!~; ]", entry, maxsplit=1)[0] for entry in [*project["dependencies"], *optional]
    }
    return names - {project["name"]}


def earned() -> set[str]:
    """Return the names that have a row in the decision."""
    return set(re.findall(r"^\| `([^`]+)` \| \S", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE))


def test_each_dependency_has_a_line_that_says_what_it_is_for():
    assert declared() - earned() == set()


def test_no_line_speaks_of_a_package_that_is_gone():
    assert earned() - declared() == set()


def test_the_lock_of_the_tests_holds_every_version_of_the_demo():
    versions = {}
    for name in ("demo", "dev"):
        text = (CHECKOUT / f"requirements/{name}.lock").read_text(encoding="utf-8")
        versions[name] = set(re.findall(r"^(\S+==\S+)", text, flags=re.MULTILINE))
    assert versions["demo"] - versions["dev"] == set()


def test_every_locked_package_has_a_hash():
    for name in ("demo", "dev", "production"):
        text = (CHECKOUT / f"requirements/{name}.lock").read_text(encoding="utf-8")
        packages = re.split(
            r"^(?=\S)", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE), flags=re.MULTILINE
        )
        assert [
            block.split()[0] for block in packages if block.strip() and "--hash=sha256:" not in block
        ] == []
