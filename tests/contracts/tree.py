"""The files of ours: what git tracks or would track; otherwise what was not made."""

from __future__ import annotations

import subprocess
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
MADE = {".venv", ".aurum", ".git", "build", "dist", "staticfiles", "__pycache__"}


def our_files() -> list[Path]:
    """Return every file of the checkout that a commit holds or could hold, as absolute paths."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True)
    if listed.returncode == 0:
        found = [CHECKOUT / name for name in listed.stdout.split("\0") if name]
    else:
        found = [path for path in CHECKOUT.rglob("*") if not MADE & set(path.relative_to(CHECKOUT).parts)]
    return sorted(path for path in found if path.is_file())


def text_lines(paths: list[Path]) -> list[tuple[str, str]]:
    """Return ("file:line", text) for every line of these files; files that are not text have none."""
    lines: list[tuple[str, str]] = []
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        name = path.relative_to(CHECKOUT)
        lines += [(f"{name}:{number}", line) for number, line in enumerate(text.splitlines(), 1)]
    return lines
