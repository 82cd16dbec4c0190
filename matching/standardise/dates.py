"""Dates in many spellings, read to ISO 8601; placeholders such as 1900-01-01 are told apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from matching.standardise.text import fold, latin

_MONTH_ROWS = """
january jan januar janvier janv enero ene gennaio gen janeiro januari jaenner janner styczen
  stycznia leden ledna
  ianouarios yanvarya yanvar sichnya ocak tammikuu januar
february feb februar fevrier fev febrero febbraio fevereiro fev februari luty lutego unor unora fevralya
  fevral lyutogo subat
march mar maerz marz mars marzo marco maart mrt marzec marca brezen brezna marta mart bereznya
april apr avril avr abril abr aprile kwiecien kwietnia duben dubna aprelya aprel kvitnya nisan
may mai mayo maggio mag maio mei maj maja kveten kvetna maya travnya mayis
june jun juni juin junio giugno giu junho czerwiec czerwca cerven cervna iyunya iyun chervnya haziran
july jul juli juillet juil julio luglio lug julho lipiec lipca cervenec cervence iyulya iyul lypnya temmuz
august aug aout agosto ago augustus sierpien sierpnia srpen srpna avgusta avgust serpnya agustos
september sep sept septembre septiembre settembre set setembro wrzesien wrzesnia zari sentyabrya sentyabr
  veresnya eylul
october oct oktober okt octobre octubre ottobre ott outubro out pazdziernik pazdziernika rijen rijna
  oktyabrya oktyabr zhovtnya ekim
november nov novembre noviembre novembro listopad listopada listopadu noyabrya noyabr lystopada kasim
december dec dezember dez decembre diciembre dic dicembre dezembro grudzien grudnia
  prosinec prosince dekabrya dekabr grudnya aralik"""
MONTHS = {
    word: number
    for number, row in enumerate(_MONTH_ROWS.strip().replace("\n  ", " ").splitlines(), start=1)
    for word in row.split()
}
PLACEHOLDERS = frozenset(
    "0001-01-01 1000-01-01 1111-11-11 1753-01-01 1800-01-01 1899-12-30 1899-12-31 1900-01-01 1901-01-01"
    " 1904-01-01 1970-01-01"
    " 1999-01-01 2000-01-01 2099-12-31 2999-12-31 9999-12-31 9999-12-30 2222-02-22 1900-01-02".split()
)
# A person can be born on these, a system default they are as well; they are doubtful, not dropped.
DOUBTFUL = frozenset(("1970-01-01", "1999-01-01", "2000-01-01"))
_SAP = re.compile(r"^/?Date\((-?\d{1,16})(?:[+-]\d{4})?\)/?$")
_YMD = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s].*)?$")
_DMY = re.compile(r"^(\d{1,2})\s*([-/.\s])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})(?:[T\s,].*)?$")
_PACKED = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:\d{6}|T.*|\s.*)?$")
_YEAR_MONTH = re.compile(r"^(\d{4})[-/.](\d{1,2})$")
_KOREAN = re.compile(r"^(\d{4})\s*년\s*(\d{1,2})\s*월\s*(\d{1,2})\s*일")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PIVOT = 35


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """A date: iso is YYYY-MM-DD, YYYY-MM, YYYY or "" as far as it is known.

      ambiguous: day and month could be swapped and no order was given. placeholder: a value that means "not
    known".
    """

    iso: str = ""
    ambiguous: bool = False
    placeholder: bool = False

    @property
    def whole(self) -> str:
        """The date when day, month and year are known and it is no placeholder, else nothing."""
        return self.iso if len(self.iso) == 10 and not self.placeholder else ""


def parse(text: str, order: str = "") -> ParsedDate:
    """Read a date; order "dmy" or "mdy" settles 03/04/1980, otherwise day first and ambiguous.

    With dots the day always comes first (the custom wherever dates are written with dots).
    """
    shown = text.strip()
    if not shown.isascii():
        if match := _KOREAN.match(shown):
            return _known(*match.groups())
        shown = "".join(latin(sign) if sign not in "年月日" else sign for sign in shown)
    if match := _YMD.match(shown) or _PACKED.match(shown):
        return _known(*match.groups()[:3])
    if match := _DMY.match(shown):
        return _numbers(*match.groups(), order=order)
    if match := _SAP.match(shown):
        return _milliseconds(int(match.group(1)))
    if match := _YEAR_MONTH.match(shown):
        year, month = match.groups()
        return ParsedDate(f"{year}-{int(month):02d}") if 1 <= int(month) <= 12 else ParsedDate()
    if re.fullmatch(r"\d{4}", shown):
        return (
            ParsedDate(shown, placeholder=shown in ("0000", "9999", "1900"))
            if shown >= "1000" or shown == "0000"
            else ParsedDate()
        )
    return _with_month_name(shown)


def to_iso(text: str, order: str = "") -> str:
    """Return the whole date as YYYY-MM-DD, or nothing when it is unknown, partial or a placeholder."""
    return parse(text, order).whole


def swapped(iso: str) -> str:
    """Return the date with day and month exchanged when that is another date, else nothing."""
    if len(iso) != 10 or iso[5:7] == iso[8:10]:
        return ""
    return _valid(int(iso[:4]), int(iso[8:10]), int(iso[5:7]))


def _numbers(first: str, sign: str, second: str, year: str, *, order: str) -> ParsedDate:
    """Return the date of three numbers with the year last."""
    low, high = int(first), int(second)
    day_first = order != "mdy" or sign == "."
    if high > 12 >= low:
        day_first = False
    elif low > 12 >= high:
        day_first = True
    day, month = (low, high) if day_first else (high, low)
    found = _known(_century(year), str(month), str(day))
    unsure = not order and sign != "." and low <= 12 and high <= 12 and low != high
    return ParsedDate(found.iso, bool(found.iso) and unsure, found.placeholder)


def _century(year: str) -> str:
    """Return a year of four digits; two digits up to the pivot are of this century."""
    if len(year) == 4:
        return year
    return f"20{year}" if int(year) <= _PIVOT else f"19{year}"


def _known(year: str, month: str, day: str) -> ParsedDate:
    if int(year) == 0 or int(month) == 0 or int(day) == 0:
        zero = int(year) == 0
        return ParsedDate("" if zero else year, placeholder=zero)
    iso = _valid(int(year), int(month), int(day))
    return ParsedDate(iso, placeholder=iso in PLACEHOLDERS and iso not in DOUBTFUL)


def _valid(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def _milliseconds(value: int) -> ParsedDate:
    try:
        iso = (_EPOCH + timedelta(milliseconds=value)).date().isoformat()
    except OverflowError:
        return ParsedDate()
    return ParsedDate(iso, placeholder=iso in PLACEHOLDERS and iso not in DOUBTFUL)


def _with_month_name(text: str) -> ParsedDate:
    """Return the date of a text that names its month ("3. März 1980", "3 de marzo de 1980")."""
    words = fold(
        re.sub(
            r"(?<=\d)(?:st|nd|rd|th|er|e)\b", "", re.sub(r"[a-z](?=\d)|(?<=\d)(?=[A-Za-z])", r"\g<0> ", text)
        )
    ).split()
    month = next((MONTHS[word] for word in words if word in MONTHS), 0)
    numbers = [word for word in words if word.isdigit()]
    if not month or len(numbers) < 1:
        return ParsedDate()
    year = next((number for number in numbers if len(number) == 4), "")
    others = [number for number in numbers if number != year]
    if not year and len(others) >= 2 and len(others[1]) == 2:
        year, others = _century(others[1]), others[:1]
    if not year or int(year) == 0:
        return ParsedDate()
    if not others:
        return ParsedDate(f"{year}-{month:02d}")
    return _known(year, str(month), others[0]) if len(others[0]) <= 2 else ParsedDate()
