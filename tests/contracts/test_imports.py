"""The directions of the house, and that importing the library costs next to nothing."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
import tomllib

import pytest

from tests.bench.import_time import processor_seconds
from tests.contracts.tree import CHECKOUT

HEAVY = (
    "django",
    "rest_framework",
    "celery",
    "psycopg",
    "pandas",
    "sklearn",
    "recordlinkage",
    "pyarrow",
    "pyspark",
)
MODULES = sorted(
    f"{module.name}" for module in pkgutil.walk_packages([str(CHECKOUT / "matching")], prefix="matching.")
)


def run_python(line: str) -> subprocess.CompletedProcess[str]:
    """Run one line in a fresh interpreter from the checkout."""
    return subprocess.run([sys.executable, "-c", line], cwd=CHECKOUT, capture_output=True, text=True)


def test_every_import_goes_in_a_direction_of_the_house():
    done = run_python("from importlinter.cli import lint_imports_command as lint; lint()")
    assert done.returncode == 0, done.stdout


def test_services_are_held_apart_from_tasks_as_soon_as_there_are_tasks():
    contracts = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    apart = next(contract for contract in contracts if contract["id"] == "services-know-no-tasks")
    services = ["ingestion", "publishing", "resolution", "survivorship", "xref"]
    there = {f"mdm.{name}" for name in services if (CHECKOUT / "mdm" / name / "__init__.py").is_file()}
    tasks = {f"mdm.{path.stem}" for path in (CHECKOUT / "mdm").glob("tasks*") if path.name != "__pycache__"}
    assert there - set(apart["source_modules"]) == set()
    assert tasks - set(apart["forbidden_modules"]) == set()


def test_importing_matching_takes_half_a_second_of_processor_time_at_most():
    assert processor_seconds("matching") <= 0.5


@pytest.mark.parametrize("module", ["matching", *(name for name in MODULES if not name.endswith(".spark"))])
def test_importing_the_library_loads_no_framework_and_no_slow_package(module):
    line = f"import sys, {module}; print(sorted(set(sys.modules) & set({HEAVY!r})))"
    done = run_python(line)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
