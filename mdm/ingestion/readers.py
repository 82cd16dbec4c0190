"""Open a file of any supported format as a table; what it is shows in its first bytes, not in its name
alone.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

from mdm.ingestion.delimited import find_layout, read_delimited, text_lines
from mdm.ingestion.encoding import Encoding, find_encoding, stated_encoding
from mdm.ingestion.json_rows import CHUNK, LIST_OPENING, read_document, read_lines
from mdm.ingestion.sheets import open_parquet, open_workbook
from mdm.ingestion.table import Progress, Row, Table, UnusableFile

Result = TypeVar("Result")
FORMATS = ("csv", "ndjson", "json", "xlsx", "parquet")
ENDINGS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".txt": "csv",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".json": "json",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".parquet": "parquet",
    ".pq": "parquet",
}
GZIP = b"\x1f\x8b"
# First bytes, what they are, and the format that reads them (None: no format does).
SIGNATURES: tuple[tuple[bytes, str, str | None], ...] = (
    (b"PK\x03\x04", "a zip archive such as an Excel workbook", "xlsx"),
    (b"PAR1", "a Parquet file", "parquet"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file (.xls); save it as .xlsx", None),
    (b"%PDF", "a PDF document", None),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd; decompress it first", None),
    (b"BZh", "compressed with bzip2; decompress it first", None),
    (b"<?xml", "an XML document", None),
    (b"<html", "a web page: perhaps a log-in page was saved instead of the export", None),
    (b"<!doctype", "a web page: perhaps a log-in page was saved instead of the export", None),
)


def open_table(
    path: Path,
    *,
    file_format: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
) -> Table:
    """Open a file; what is not stated is found out and told in the table's description.

    Raises UnusableFile, with a sentence, for a file that is missing, empty, or not what it is said to be.
    """
    try:
        return _open(path, file_format, encoding, delimiter, sheet)
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise UnusableFile(f"{path}: {error.strerror}.") from error
    except UnusableFile as error:
        raise UnusableFile(str(error) if path.name in str(error) else f"{path.name}: {error}") from error


def _open(
    path: Path, file_format: str | None, encoding: str | None, delimiter: str | None, sheet: str | None
) -> Table:
    with path.open("rb") as file:
        packed = file.read(2) == GZIP
    stem = path.name.lower().removesuffix(".gz")
    said = file_format or ENDINGS.get(Path(stem).suffix)
    if path.name.lower().endswith(".gz") and not packed:
        raise UnusableFile("The file is called .gz but is not compressed; remove that ending.")
    head = _head(path, packed)
    if not head:
        raise UnusableFile("The file is empty.")
    found = _what_it_is(head, said)
    if found in ("xlsx", "parquet"):
        if packed:
            raise UnusableFile("Excel and Parquet files are read as they are; decompress this one first.")
        return open_workbook(path, sheet=sheet) if found == "xlsx" else open_parquet(path)
    return _open_text(path, packed, found, encoding, delimiter)


def _what_it_is(head: bytes, said: str | None) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for signature, what, reads in SIGNATURES:
        if start.startswith(signature.lower()):
            if reads is None or said not in (None, reads):
                stated = f"is said to be {said}, but is" if said else "is"
                hint = f"; pass --format {reads}" if reads else ""
                raise UnusableFile(f"The file {stated} {what}{hint}.")
            return reads
    if said in ("xlsx", "parquet"):
        raise UnusableFile(f"The file is said to be {said}, but does not begin like one: it looks like text.")
    looks_json = start[:1] in (b"{", b"[") or head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if said in ("json", "ndjson") and not looks_json:
        raise UnusableFile(f"The file is said to be {said}, but does not begin with {{ or [.")
    if said == "json" and start[:1] == b"{" and _is_one_object_a_line(start):
        return "ndjson"
    if said == "ndjson" and start[:1] == b"[":
        return "json"
    if said is not None:
        return said
    if start[:1] == b"[":
        return "json"
    if start[:1] == b"{":
        return "ndjson" if _is_one_object_a_line(start) else "json"
    return "csv"


def _is_one_object_a_line(start: bytes) -> bool:
    first, *others = (line.strip() for line in start.splitlines() if line.strip())
    if len(first) == len(start.strip()) > 4000:
        return True  # one line longer than what was looked at: documents that long are seldom on one line
    whole = first.endswith(b"}") and first.count(b"{") == first.count(b"}")
    # A single line may be one record, or a document that holds a list of them.
    return whole and (bool(others) or LIST_OPENING.match(first.decode("utf-8", "replace")) is None)


def _open_text(path: Path, packed: bool, found: str, encoding: str | None, delimiter: str | None) -> Table:
    progress = Progress()
    if encoding is not None:
        chosen = stated_encoding(encoding)
    else:
        with _bytes(path, packed, Progress()) as stream:
            chosen = _guarded_once(lambda: find_encoding(stream), path)
    written = {"csv": "CSV", "ndjson": "NDJSON, one object a line", "json": "JSON, one list"}[found]
    described = f"{written}, {chosen.codec} ({chosen.reason}){', gzip' if packed else ''}"
    columns: tuple[str, ...] = ()
    if found == "csv":
        with _bytes(path, packed, Progress()) as stream:
            layout = find_layout(text_lines(stream, chosen.codec, chosen.errors), delimiter=delimiter)
        columns, described = layout.columns, f"{described}, {layout.described}"

    def rows() -> Iterator[Row]:
        progress.position = 0
        with _bytes(path, packed, progress) as stream:
            if found == "json":
                yield from _guarded(read_document(_pieces(stream, chosen)), path)
                return
            lines = text_lines(stream, chosen.codec, chosen.errors)
            yield from _guarded(read_delimited(lines, layout) if found == "csv" else read_lines(lines), path)

    return Table(path.name, described, columns, rows, path.stat().st_size, progress)


class _Counted(io.RawIOBase):
    """A raw file that tells how many bytes were read from it."""

    def __init__(self, raw: io.RawIOBase, progress: Progress) -> None:
        super().__init__()
        self._raw, self._progress = raw, progress

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        count = self._raw.readinto(buffer)
        self._progress.position += count or 0
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


@contextmanager
def _bytes(path: Path, packed: bool, progress: Progress) -> Iterator[io.BufferedReader]:
    with path.open("rb", buffering=0) as raw, io.BufferedReader(_Counted(raw, progress), 1 << 18) as counted:
        if not packed:
            yield cast(io.BufferedReader, counted)
            return
        with gzip.GzipFile(fileobj=counted, mode="rb") as unpacked:
            yield io.BufferedReader(cast(io.RawIOBase, unpacked), 1 << 18)


def _head(path: Path, packed: bool) -> bytes:
    with _bytes(path, packed, Progress()) as stream:
        return _guarded_once(lambda: stream.read(8192), path)


def _pieces(stream: io.BufferedReader, encoding: Encoding) -> Iterator[str]:
    text = io.TextIOWrapper(stream, encoding=encoding.codec, errors=encoding.errors)
    while piece := text.read(CHUNK):
        yield piece


def _guarded(rows: Iterator[Row], path: Path) -> Iterator[Row]:
    while True:
        row = _guarded_once(lambda: next(rows, None), path)
        if row is None:
            return
        yield row


def _guarded_once(read: Callable[[], Result], path: Path) -> Result:
    try:
        return read()
    except UnusableFile as error:
        raise UnusableFile(str(error) if path.name in str(error) else f"{path.name}: {error}") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UnusableFile(
            f"{path.name} is damaged gzip: {error}. It was cut off or changed on its way; fetch it again."
        ) from error
