"""The migrations make exactly the tables that the models describe."""

from __future__ import annotations

import subprocess
import sys

from tests.contracts.tree import CHECKOUT


def test_no_model_waits_for_a_migration():
    command = [sys.executable, "-W", "ignore", "manage.py", "makemigrations", "--check", "--dry-run"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
