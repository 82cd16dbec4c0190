"""Rows from JSON: one object a line, or one long list in a document of any size."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Never

from mdm.ingestion.table import BrokenRow, Row, UnusableFile

# Where platforms put the list: {"records": […]}, OData's {"value": […]} and {"d": {"results": […]}}, and the
# like.
LIST_OPENING = re.compile(r'\[|\{(?:[^\[\]]*?"(?:records|value|results|items|data)"\s*:\s*)\[', re.DOTALL)
# A string without its closing quote matches too, with an empty group: more of the document must be read
# first.
TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(")?|[{}\[\],]', re.DOTALL)
BLANK = " \t\r\n"
CHUNK = 1 << 16
RECORD_LIMIT = 1 << 24
"""Characters of one record; a longer one lost its closing bracket."""
OPENING_WITHIN = 1 << 16
"""Characters within which the list must begin."""


def read_lines(lines: Iterable[str]) -> Iterator[Row]:
    """Yield one object a line; empty lines are passed over, a bad line is one broken row."""
    for number, line in enumerate(lines, start=1):
        if not line.isspace():
            yield _row(number, line)


def read_document(pieces: Iterator[str]) -> Iterator[Row]:
    """Yield the objects of the document's list, holding one of them at a time.

    Raises UnusableFile when there is no list. A bad element is one broken row; a document that ends in the
    middle of an element yields that as the last one.
    """
    text = ""
    opening = None
    while opening is None and len(text) < OPENING_WITHIN:
        piece = next(pieces, "")
        if not piece:
            break
        text += piece
        opening = LIST_OPENING.match(text.lstrip(BLANK + "\ufeff"))
    if opening is None:
        raise UnusableFile(
            'The file is JSON of another shape: expected a list of objects, or {"records": [objects]}.'
        )
    text = text.lstrip(BLANK + "\ufeff")[opening.end() :]
    yield from _elements(text, pieces)


def _elements(text: str, pieces: Iterator[str]) -> Iterator[Row]:
    number = depth = start = at = 0
    while len(text) - start < RECORD_LIMIT:
        token = TOKEN.search(text, at)
        if token is None or (token.group()[0] == '"' and not token.group(1)):
            piece = next(pieces, "")
            if not piece:
                break
            at = (len(text) if token is None else token.start()) - start
            text, start = text[start:] + piece, 0
            continue
        at = token.end()
        match token.group():
            case "{" | "[":
                depth += 1
            case "}":
                depth = max(depth - 1, 0)
            case "]" if depth > 0:
                depth -= 1
            case "]":
                if text[start : token.start()].strip():
                    yield _row(number + 1, text[start : token.start()])
                return
            case "," if depth == 0:
                number += 1
                yield _row(number, text[start : token.start()])
                start = at
            case _:
                continue
    if text[start:].strip():
        yield BrokenRow(
            number + 1,
            "cut_off",
            "The record has no end: the file was cut off here, or a closing bracket is missing.",
            value=text[start : start + 500],
            advice="Fetch the file again; nothing behind this place could be read.",
            payload={"text": text[start : start + 2000]},
        )


def _row(number: int, text: str) -> Row:
    try:
        value: Any = json.loads(text.strip(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        return BrokenRow(
            number,
            "bad_json",
            f"The record is not valid JSON: {error}.",
            value=text.strip()[:500],
            advice="Correct the record at its source and send it again.",
            payload={"text": text.strip()[:2000]},
        )
    if not isinstance(value, dict):
        return BrokenRow(
            number,
            "no_object",
            f"A record is a JSON object with named fields; here stands {_kind_of(value)}.",
            value=text.strip()[:500],
            advice='Write it as {"column": value, …}.',
            payload={"text": text.strip()[:2000]},
        )
    return number, value


def _refuse_constant(name: str) -> Never:
    raise ValueError(f"{name} is no JSON number")


def _kind_of(value: object) -> str:
    names = {list: "a list", str: "a text", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "nothing (null)")
