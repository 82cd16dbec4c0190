"""Lengths of the source: the longest file, the longest function, and the median file of the four packages."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from statistics import median

PACKAGES = ("config", "mdm", "matching", "stewardship")


def source_files() -> list[Path]:
    """Return every module of the four packages, migrations excepted: Django writes those."""
    found = (path for package in PACKAGES for path in Path(package).rglob("*.py"))
    return sorted(path for path in found if "migrations" not in path.parts)


def file_lengths() -> dict[str, int]:
    """Return lines by file."""
    return {str(path): len(path.read_text(encoding="utf-8").splitlines()) for path in source_files()}


def function_lengths() -> dict[str, int]:
    """Return lines by function, named file:function, decorators left out."""
    return {name: length for path in source_files() for name, length in functions_of(path)}


def functions_of(path: Path) -> Iterator[tuple[str, int]]:
    """Yield every function of a file with its length, methods and inner functions included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{path}:{node.name}:{node.lineno}", (node.end_lineno or node.lineno) - node.lineno + 1


if __name__ == "__main__":
    files, functions = file_lengths(), function_lengths()
    figures = {
        "longest_file": max(files.values()),
        "longest_function": max(functions.values()),
        "median_file": median(files.values()),
    }
    print(json.dumps(figures))
