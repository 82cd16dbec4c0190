"""xref.csv and pairs.csv: the same bytes for the same records, whatever the order they were read in."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np

from matching.comparing import compare, level_names
from matching.engines.local import Resolution
from matching.spec import MatchSpec
from mdm.stateless.gathering import Fault, Unmatchable

XREF = ("source", "source_key", "golden_id")
PAIR = ("left_source", "left_key", "right_source", "right_key", "weight", "probability")
FAULT = ("file", "row", "source_key", "rule", "column", "value", "reason", "row_left_out")
COMPARED_AT_ONCE = 200_000


def refuse_unwritable(paths: Iterable[Path | None]) -> None:
    """Raise Unmatchable for a place where nothing can be written, before any work is done."""
    for path in paths:
        if path is None:
            continue
        if path.is_dir():
            raise Unmatchable(f"{path} is a folder; name a file in it.")
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


def write_pairs(path: Path, resolution: Resolution, spec: MatchSpec) -> None:
    """Write the pairs from the review weight up, the heaviest first, with the level of each comparison."""
    frame = resolution.frame
    # A comparison of columns that no record has would only say "missing" in every row.
    used = [
        place for place, entry in enumerate(spec.comparisons) if (frame.column(entry.column).codes >= 0).any()
    ]
    names = [spec.comparisons[place].name for place in used]
    levels = [name if name not in PAIR else f"{name} level" for name in names]
    write_rows(path, (*PAIR, *levels), _pairs(resolution, spec, used))


def _pairs(resolution: Resolution, spec: MatchSpec, used: Sequence[int]) -> Iterator[list[object]]:
    frame, model, pairs = resolution.frame, resolution.model, resolution.pairs
    names = [level_names(spec.comparisons[place]) for place in used]
    # Rows stand in the order of their names, so the row numbers break ties as the names do.
    order = np.lexsort((pairs.right, pairs.left, -pairs.weights))
    for start in range(0, len(order), COMPARED_AT_ONCE):
        places = order[start : start + COMPARED_AT_ONCE]
        left, right = pairs.left[places], pairs.right[places]
        levels = compare(frame, spec, dict(model.texts), left, right).levels[:, list(used)].tolist()
        weights = pairs.weights[places].tolist()
        for one, other, weight, found in zip(left.tolist(), right.tolist(), weights, levels, strict=True):
            mine, theirs = frame.names[one], frame.names[other]
            row: list[object] = [mine[0], mine[-1], theirs[0], theirs[-1]]
            row += [f"{weight / 1000:.3f}", f"{model.probability(weight):.6f}"]
            yield row + [known[level] for known, level in zip(names, found, strict=True)]
