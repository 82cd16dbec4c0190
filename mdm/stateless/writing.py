"""xref.csv and pairs.csv: the same bytes for the same records, whatever the order they were read in."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from matching.combinations import combinations_of
from matching.stateless import Matched
from mdm.stateless.gathering import Fault, Unmatchable

XREF = ("source", "source_key", "golden_id")
PAIR = ("left_source", "left_key", "right_source", "right_key", "weight", "probability")
COMBINATION = ("pairs", "linked", "expected_precision", "combination", "left_example", "right_example")
FAULT = ("file", "row", "source_key", "rule", "column", "value", "reason", "row_left_out")


def refuse_unwritable(paths: Iterable[Path | None]) -> None:
    """Raise Unmatchable for a place where nothing can be written, before any work is done."""
    for path in paths:
        if path is None:
            continue
        if path.is_dir():
            raise Unmatchable(f"{path} is a folder; name a file in it.")
        if not path.parent.is_dir():
            raise Unmatchable(f"The folder {path.parent} of {path.name} does not exist; make it first.")


def refuse_no_folder(path: Path | None) -> None:
    """Raise Unmatchable where a folder is to be made, but a file stands or its own folder does not."""
    if path is None or path.is_dir():
        return
    if path.exists():
        raise Unmatchable(f"{path} is a file; name a folder for the charts.")
    if not path.parent.is_dir():
        raise Unmatchable(f"The folder {path.parent} of {path.name} does not exist; make it first.")


@contextmanager
def _whole(path: Path) -> Iterator[IO[str]]:
    """Open a file that appears under its name only when it is complete."""
    part = path.with_name(f".{path.name}.part")
    try:
        # Undecodable bytes of a key go out as they came in.
        with part.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            yield file
        part.replace(path)
    except OSError as error:
        raise Unmatchable(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write one CSV file: UTF-8, commas, a line feed at the end of each line."""
    with _whole(path) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def write_xref(path: Path, golden_of: Mapping[tuple[str, ...], str]) -> None:
    """Write the golden id of every record, in the order of source and key."""
    write_rows(path, XREF, ((name[0], name[-1], golden_of[name]) for name in sorted(golden_of)))


def write_faults(path: Path, faults: Iterable[Fault]) -> None:
    """Write every row and value that was left out."""
    rows = (
        (
            one.file,
            one.row,
            one.source_key,
            one.rule,
            one.column,
            one.value,
            one.reason,
            "yes" if one.whole else "no",
        )
        for one in faults
    )
    write_rows(path, FAULT, rows)


def write_pairs(path: Path, matched: Matched) -> None:
    """Write the pairs that are linked or to be looked at, the heaviest first, with all levels.

    A comparison of columns that no record has would only say "missing" in every row and is left out.
    """
    frame, comparisons = matched.resolution.frame, matched.plan.spec.comparisons
    used = [entry.name for entry in comparisons if (frame.column(entry.column).codes >= 0).any()]
    columns = matched.pair_columns()
    # From behind, for a table of any columns may have one that is called "weight".
    first = len(columns) - len(comparisons)
    places = [place for place in range(first, len(columns)) if columns[place] in used]
    names = [columns[place] if columns[place] not in PAIR else f"{columns[place]} level" for place in places]

    def rows() -> Iterator[list[object]]:
        for row in matched.pair_rows():
            weight, probability = row[len(PAIR) - 2 : len(PAIR)]
            yield [*row[:4], f"{weight:.3f}", f"{probability:.6f}", *(row[place] for place in places)]

    write_rows(path, (*PAIR, *names), rows())


def write_combinations(path: Path, matched: Matched) -> None:
    """Write the combinations of outcomes, the one with most pairs first, each with an example."""

    def rows() -> Iterator[list[object]]:
        for row in combinations_of(matched.resolution, matched.plan.spec, examples=1):
            left, right = row.examples[0]
            named = (f"{left[0]}/{left[-1]}", f"{right[0]}/{right[-1]}")
            yield [row.pairs, row.linked, f"{row.expected_precision:.4f}", row.words, *named]

    write_rows(path, COMBINATION, rows())
