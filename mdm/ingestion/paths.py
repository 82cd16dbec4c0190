"""Where a value stands in a row: a column's name, or a dotted path into nested JSON with lists on the way.

`to_BusinessPartnerAddress.results[].CityName` goes through every element of `results`. A column whose own
name has dots or brackets in it ("Price (net.)") is found by its whole name first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Row = dict[str, Any]
Reach = Callable[[Row], Any]
ReachAll = Callable[[Row], list[Any]]


def root(path: str) -> str:
    """Return the column of the row that the path begins in."""
    return path.split(".", 1)[0].removesuffix("[]")


def reach(path: str) -> Reach:
    """Return a function that gives the value at the path, the first one where lists are on the way, or
    None.
    """
    if "." not in path and not path.endswith("[]"):

        def direct(row: Row) -> Any:
            return row.get(path)

        return direct
    steps = path.split(".")
    if not any(step.endswith("[]") for step in steps):

        def nested(row: Row) -> Any:
            if path in row:
                return row[path]
            value: Any = row
            for step in steps:
                if type(value) is not dict:
                    return None
                value = value.get(step)
            return value

        return nested
    every = reach_all(path)

    def first(row: Row) -> Any:
        return next((value for value in every(row) if value not in (None, "")), None)

    return first


def reach_all(path: str) -> ReachAll:
    """Return a function that gives every value at the path; a list at its end is opened, absent ones are left
    out.

    A single object where the path says list counts as a list of one: OData services differ in that.
    """
    steps = [(step.removesuffix("[]"), step.endswith("[]")) for step in path.split(".")]

    def every(row: Row) -> list[Any]:
        if path in row:
            whole = row[path]
            return whole if type(whole) is list else [] if whole is None else [whole]
        values: list[Any] = [row]
        for name, _ in steps:
            found: list[Any] = []
            for value in values:
                part = value.get(name) if type(value) is dict else None
                if type(part) is list:
                    found.extend(part)
                elif part is not None:
                    found.append(part)
            if not found:
                return found
            values = found
        return values

    return every
