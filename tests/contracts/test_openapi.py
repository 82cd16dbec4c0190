"""The published description of the API is the one that its code gives."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.contracts.tree import CHECKOUT

PAGE = CHECKOUT / "docs/reference/openapi.yaml"


def test_the_published_description_is_what_the_code_gives():
    """To publish a change: .venv/bin/python manage.py spectacular --file docs/reference/openapi.yaml."""
    command = [sys.executable, "-W", "ignore", "manage.py", "spectacular", "--fail-on-warn"]
    environment = os.environ | {"AURUM_ENV": "test"}
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert PAGE.is_file(), "docs/reference/openapi.yaml is not written yet"
    assert PAGE.read_text(encoding="utf-8") == done.stdout
