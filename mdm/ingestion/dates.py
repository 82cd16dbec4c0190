"""Dates and moments in the spellings that platforms use."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SAP = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")
COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?")
CLOCK = r"(?:[T ,]+(\d{1,2}):(\d\d)(?::(\d\d))?)?"
SEPARATED = re.compile(r"(\d{1,2})[./ -](\d{1,2})[./ -](\d{4}|\d\d)" + CLOCK)
YEAR_FIRST = re.compile(r"(\d{4})[./ -](\d{1,2})[./ -](\d{1,2})" + CLOCK)
DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?")
TIME = re.compile(r"(\d\d):?(\d\d):?(\d\d)?")
EXCEL_START = 25_569
"""The day number that Excel gives 1 January 1970."""

Reader = Callable[[str, tzinfo], datetime]


def iso(text: str, zone: tzinfo) -> datetime:
    """Read ISO 8601, with or without a time; a moment without an offset is of the zone."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def sap(text: str, zone: tzinfo) -> datetime:
    """Read OData version 2's /Date(milliseconds)/, counted from 1970 in UTC."""
    found = SAP.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return EPOCH + timedelta(milliseconds=int(found[1]))


def compact(text: str, zone: tzinfo) -> datetime:
    """Read YYYYMMDD or YYYYMMDDhhmmss, SAP's inner form."""
    found = COMPACT.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return _moment(found[1], found[2], found[3], found.groups()[3:], zone)


def day_first(text: str, zone: tzinfo) -> datetime:
    """Read 31.12.1999, 31/12/99 and the like."""
    found = SEPARATED.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return _moment(found[3], found[2], found[1], found.groups()[3:], zone)


def month_first(text: str, zone: tzinfo) -> datetime:
    """Read 12/31/1999 and the like."""
    found = SEPARATED.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return _moment(found[3], found[1], found[2], found.groups()[3:], zone)


def year_first(text: str, zone: tzinfo) -> datetime:
    """Read 1999/12/31 and the like."""
    found = YEAR_FIRST.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return _moment(found[1], found[2], found[3], found.groups()[3:], zone)


def excel(text: str, zone: tzinfo) -> datetime:
    """Read a spreadsheet's day number (1900 system)."""
    return (EPOCH + timedelta(days=float(text) - EXCEL_START)).replace(tzinfo=zone)


def unix(text: str, zone: tzinfo) -> datetime:
    """Read seconds since 1970."""
    return EPOCH + timedelta(seconds=float(text))


def unix_ms(text: str, zone: tzinfo) -> datetime:
    """Read milliseconds since 1970."""
    return EPOCH + timedelta(milliseconds=float(text))


FORMATS: Mapping[str, Reader] = {
    "iso": iso,
    "sap": sap,
    "compact": compact,
    "dmy": day_first,
    "mdy": month_first,
    "ymd": year_first,
    "excel": excel,
    "unix": unix,
    "unix_ms": unix_ms,
}
NOT_KNOWN = frozenset(("00000000", "0000-00-00", "00.00.0000", "00000000000000", "0000-00-00 00:00:00"))
"""How systems write that there is no date."""


def read_moment(text: str, formats: Sequence[str], zone: tzinfo = UTC) -> datetime:
    """Return the moment by the first format that fits; raises ValueError with a sentence when none does.

    A format is a name in FORMATS or a strptime pattern with '%' in it.
    """
    for name in formats:
        try:
            if "%" in name:
                moment = datetime.strptime(text, name)  # noqa: DTZ007 (the zone is given below)
                return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
            return FORMATS[name](text, zone)
        except (ValueError, OverflowError):
            continue
    raise ValueError(f"{text!r} is no date of the form {' or '.join(formats)}.")


def read_day(text: str, formats: Sequence[str]) -> str:
    """Return the day in ISO form; raises ValueError with a sentence when no format fits."""
    return read_moment(text, formats).date().isoformat()


def _moment(year: str, month: str, day: str, clock: Sequence[str | None], zone: tzinfo) -> datetime:
    full_year = int(year)
    if len(year) == 2:
        # A year to come is the rarer reading in master data: birth dates and foundations lie behind us.
        century = datetime.now(UTC).year // 100 * 100
        full_year += century if full_year <= datetime.now(UTC).year - century else century - 100
    hour, minute, second = (int(part) if part else 0 for part in clock)
    return datetime(full_year, int(month), int(day), hour, minute, second, tzinfo=zone)


def time_of_day(text: str) -> timedelta:
    """Return the time since midnight that OData's PT12H34M56S, 12:34:56 or 123456 says; zero for nothing."""
    if not text:
        return timedelta()
    found = DURATION.fullmatch(text) or TIME.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no time of day.")
    hours, minutes, seconds = (int(part) if part else 0 for part in found.groups())
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def is_day(text: str) -> bool:
    """Whether the text is a day in ISO form."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
