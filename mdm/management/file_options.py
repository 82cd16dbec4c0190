"""The options that every command takes which reads files of records."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mdm.ingestion.mapping import declared_names
from mdm.ingestion.readers import FORMATS

READING = ("file_format", "encoding", "delimiter", "sheet")


def add_file_options(parser: ArgumentParser, *, without_mapping: str, report: str, strict: str) -> None:
    """Declare how files are read, what maps them, and what is said of rows that are left out.

    without_mapping, report, strict: what happens in this command, as the help ends its sentences.
    """
    parser.add_argument(
        "--mapping",
        help="a TOML file that says which column is what, or the name of a mapping that was kept or that"
        f" Aurum has ({', '.join(declared_names())}); without it {without_mapping}",
    )
    parser.add_argument("--report", type=Path, metavar="FILE", help=f"write {report} to this CSV file")
    parser.add_argument("--strict", action="store_true", help=f"exit with 1 when a row was {strict}")
    parser.add_argument(
        "--format", choices=FORMATS, dest="file_format", help="the files' format, if their names do not say"
    )
    parser.add_argument("--encoding", help="the files' encoding, if it is not found rightly")
    parser.add_argument(
        "--delimiter", help="what separates the columns of a CSV file, if it is not found rightly"
    )
    parser.add_argument("--sheet", help="the sheet of an Excel workbook (the first one)")


def reading_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return of a command's options those that say how its files are read."""
    return {name: options[name] for name in READING}
