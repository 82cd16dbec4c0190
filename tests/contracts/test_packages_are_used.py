"""Each of the seven packages the project is built on carries a behaviour that stops without it.

A behaviour is a script in tests/contracts/behaviours/, named after the package's module, that ends with 0
when the behaviour is there. It is run twice in a fresh interpreter: as it is, and with every import of the
package refused.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contracts.tree import CHECKOUT

BEHAVIOURS = Path(__file__).parent / "behaviours"
REFUSED = "is blocked to see what stops without it"
BLOCKER = f"""\
import sys
from importlib.abc import MetaPathFinder

class Blocker(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == {{blocked!r}}:
            raise ImportError(name + " {REFUSED}")

if {{blocked!r}}:
    sys.meta_path.insert(0, Blocker())
"""
PACKAGES = {
    "django": "the admin of golden records is registered and answers at its address",
    "rest_framework": "a downstream system may ask the cross-reference API only as a known user",
    "celery": "the sweeper is scheduled and its task can be sent",
    "recordlinkage": "a matching model is trained without labels",
    "rapidfuzz": "two spellings of a name are seen to be close",
    "simple_history": "golden records have a historical model that can be asked as of a moment",
    "psycopg": "the database is reached by the third psycopg, and addresses are read by libpq's own reader",
}


def run_behaviour(package: str, *, blocked: str) -> subprocess.CompletedProcess[str]:
    """Run a package's behaviour in a fresh interpreter, with imports of `blocked` refused."""
    script = BLOCKER.format(blocked=blocked) + (BEHAVIOURS / f"{package}.py").read_text(encoding="utf-8")
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "AURUM_ENV": "test"}
    command = [sys.executable, "-W", "ignore", "-c", script]
    return subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("package", PACKAGES)
def test_the_behaviour_is_there(package):
    done = run_behaviour(package, blocked="")
    assert done.returncode == 0, f"{PACKAGES[package]}:\n{done.stderr}"


@pytest.mark.parametrize("package", PACKAGES)
def test_the_behaviour_stops_without_its_package(package):
    done = run_behaviour(package, blocked=package)
    assert (done.returncode, REFUSED in done.stderr) == (1, True), f"it still works: {PACKAGES[package]}"


def test_every_behaviour_belongs_to_a_package():
    assert {path.stem for path in BEHAVIOURS.glob("*.py")} == set(PACKAGES)
