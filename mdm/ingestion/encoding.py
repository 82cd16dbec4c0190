"""Which characters the bytes of a text file mean.

A byte order mark decides. Without one the whole file is looked at once, in constant memory: a sample would
call a file UTF-8 whose first accent stands a million rows down. Most files are UTF-8 or Windows' cp1252, and
a few broken lines in a UTF-8 file must not make a cp1252 file of it, so lines vote. charset-normalizer is
asked last, when the text would look unlike any Western European language.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import IO

from charset_normalizer import from_bytes

from mdm.ingestion.table import UnusableFile

CHUNK = 1 << 20
SAMPLE = 64 << 10
MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# A word with three high bytes in a row is rare in a Western European language and the rule in Cyrillic or
# Greek.
HIGH_RUN = re.compile(rb"[\x80-\xff]{3,}")
HIGH = re.compile(rb"[\x80-\xff]")
# A sign between letters, as Polish or Czech text read as cp1252 shows it: the ³ in 'Ma³gorzata'.
SIGN_IN_WORD = re.compile(r"[^\W\d_][¡-¿×÷][^\W\d_]")


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec's name and why it was chosen."""

    codec: str
    reason: str

    @property
    def errors(self) -> str:
        """How to decode so that no byte is lost and undecodable ones can be told: marked as U+DC80 to
        U+DCFF.
        """
        return "surrogatepass" if self.codec.startswith(("utf-16", "utf-32")) else "surrogateescape"


def stated_encoding(name: str) -> Encoding:
    """Return the encoding a person asked for; raises UnusableFile for a name that Python does not know."""
    try:
        codec = codecs.lookup(name).name
    except LookupError as error:
        raise UnusableFile(
            f"The encoding {name!r} is unknown; use a name like utf-8, cp1252, utf-16 or iso8859-15."
        ) from error
    # UTF-8 as stated may still begin with a byte order mark, which is no part of the first column's name.
    return Encoding("utf-8-sig" if codec == "utf-8" else codec, "as asked for")


def find_encoding(stream: IO[bytes]) -> Encoding:
    """Read the stream to its end and return its encoding; the caller rewinds it."""
    chunk = stream.read(CHUNK)
    for mark, codec in MARKS:
        if chunk.startswith(mark):
            return Encoding(codec, "by its byte order mark")
    if wide := _wide_without_mark(chunk):
        return Encoding(wide, "every second byte is zero")
    valid = broken = 0
    sample = bytearray()
    rest = b""
    while chunk:
        lines = rest + chunk
        chunk = stream.read(CHUNK)
        cut = lines.rfind(b"\n") + 1 if chunk else len(lines)
        # A line longer than a chunk is cut at a place that is no middle of a UTF-8 character.
        cut = cut or _last_character_start(lines)
        lines, rest = lines[:cut], lines[cut:]
        if lines.isascii():
            continue
        for line in lines.splitlines():
            if line.isascii():
                continue
            if len(sample) < SAMPLE:
                sample += line + b"\n"
            try:
                line.decode("utf-8")
                valid += 1
            except UnicodeDecodeError:
                broken += 1
    if not broken:
        return Encoding("utf-8", "all bytes are valid UTF-8" if valid else "plain ASCII")
    if valid > broken:
        return Encoding("utf-8", f"{valid} lines are UTF-8, {broken} are broken")
    return _single_byte(bytes(sample))


def _single_byte(sample: bytes) -> Encoding:
    high = len(HIGH.findall(sample))
    in_runs = sum(len(run) for run in HIGH_RUN.findall(sample))
    try:
        western = not SIGN_IN_WORD.search(sample.decode("cp1252")) and in_runs * 2 < high
    except UnicodeDecodeError:
        western = False
    if western:
        return Encoding("cp1252", "not UTF-8, and reads as Western European text")
    for guess in from_bytes(sample):
        # It likes cp1252 for Polish as well; signs inside of words tell that it is not.
        if not guess.encoding.startswith(("utf", "ascii")) and not SIGN_IN_WORD.search(str(guess)):
            codec = codecs.lookup(guess.encoding).name
            return Encoding(codec, "by the look of its letters (charset-normalizer)")
    return Encoding("cp1252", "not UTF-8; the most common other encoding")


def _wide_without_mark(chunk: bytes) -> str:
    even, odd = chunk[0:SAMPLE:2], chunk[1:SAMPLE:2]
    if len(odd) < 4:
        return ""
    if odd.count(0) > 0.7 * len(odd) and even.count(0) < 0.1 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.7 * len(even) and odd.count(0) < 0.1 * len(odd):
        return "utf-16-be"
    return ""


def _last_character_start(text: bytes) -> int:
    for back in range(1, min(4, len(text)) + 1):
        if text[-back] & 0xC0 != 0x80:
            return len(text) - back or len(text)
    return len(text)
