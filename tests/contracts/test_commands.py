"""What a stranger meets first: make targets, an install that refuses early, pages that lead somewhere."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.contracts.tree import CHECKOUT, our_files

PROMISED = {"demo", "test", "check", "bench", "bars", "serve", "clean", "doctor", "lock", "help"}
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def run(*command: str, cwd=CHECKOUT, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command with almost nothing in its environment, as on a fresh machine in the C locale."""
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LANG": "C"} | variables
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, encoding="utf-8")


@pytest.fixture
def bare_checkout(tmp_path):
    """Give a copy of what the install needs, in a path with blanks and letters of two scripts."""
    copy = tmp_path / "mit Leerzeichen и ü"
    copy.mkdir()
    shutil.copy(CHECKOUT / "Makefile", copy)
    shutil.copytree(CHECKOUT / ".ci", copy / ".ci", ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "requirements").mkdir()
    for name in ("demo", "dev"):
        (copy / f"requirements/{name}.lock").write_text("# nothing to install\n")
    return copy


def test_help_lists_every_promised_target_with_a_sentence():
    listed = dict(re.findall(r"^  make (\S+)\s+(\S.*\.)$", run("make").stdout, flags=re.MULTILINE))
    assert set(listed) >= PROMISED


def test_ci_runs_what_the_readme_names():
    assert "make test STRICT=1" in (CHECKOUT / ".ci/run").read_text()
    assert os.access(CHECKOUT / ".ci/run", os.X_OK)


def test_the_doctor_works_before_anything_is_installed(bare_checkout):
    done = run("make", f"PYTHON={sys.executable}", "doctor", cwd=bare_checkout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "lacks    environment: not made yet" in done.stdout


def test_little_disk_is_refused_before_anything_is_made(bare_checkout):
    done = run("make", f"PYTHON={sys.executable}", "ready", cwd=bare_checkout, AURUM_MIN_FREE_MB="999999999")
    assert done.returncode != 0
    assert re.search(
        r"Only \d+ MB are free on the disk of this checkout, and 999999999 MB are needed", done.stderr
    )
    assert not (bare_checkout / ".venv").exists()


def test_an_install_is_made_once_and_again_when_the_lock_changes(bare_checkout):
    ready = ("make", f"PYTHON={sys.executable}", "ready")
    first, second = run(*ready, cwd=bare_checkout), run(*ready, cwd=bare_checkout)
    assert (first.returncode, "Installing the packages" in first.stdout) == (0, True), first.stderr
    assert (second.returncode, second.stdout) == (0, "")
    (bare_checkout / "requirements/demo.lock").write_text("# another one\n")
    assert "Installing the packages" in run(*ready, cwd=bare_checkout).stdout


def test_an_unfinished_environment_is_made_anew(bare_checkout):
    (bare_checkout / ".venv/bin").mkdir(parents=True)
    (bare_checkout / ".venv/bin/python").write_text("#!/bin/sh\nexit 1\n")
    (bare_checkout / ".venv/bin/python").chmod(0o755)
    done = run("make", f"PYTHON={sys.executable}", "ready", cwd=bare_checkout)
    assert done.returncode == 0, done.stderr
    assert "making it anew" in done.stdout


def test_a_python_that_is_too_old_is_refused_with_what_to_do(bare_checkout):
    script = "import runpy, sys; sys.version_info = (3, 10, 4, 'final', 0); sys.argv[1:] = ['demo']"
    line = f"{script}; runpy.run_path('.ci/install.py', run_name='__main__')"
    done = run(sys.executable, "-c", line, cwd=bare_checkout)
    assert done.returncode == 1
    assert done.stderr.startswith("This is Python 3.10.4; Aurum needs 3.11 to 3.14.")


def test_clean_removes_what_was_made(bare_checkout):
    before = sorted(bare_checkout.rglob("*"))
    run("make", f"PYTHON={sys.executable}", "ready", cwd=bare_checkout)
    for made in ("build", ".mypy_cache", ".ci/__pycache__"):
        (bare_checkout / made).mkdir()
    done = run("make", "clean", cwd=bare_checkout)
    assert (done.returncode, sorted(bare_checkout.rglob("*"))) == (0, before), done.stderr


@pytest.mark.parametrize(
    "page",
    [pytest.param(path, id=str(path.relative_to(CHECKOUT))) for path in our_files() if path.suffix == ".md"],
)
def test_every_link_of_a_page_leads_somewhere(page):
    targets = [target for target in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in target]
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_list_of_decisions_is_complete():
    listed = set(LINK.findall((CHECKOUT / "docs/decisions/README.md").read_text(encoding="utf-8")))
    assert {path.name for path in (CHECKOUT / "docs/decisions").glob("[0-9]*.md")} - listed == set()
