"""A small SVG writer: shapes by class, text of any script, a title and a description for who cannot see it.

Colours are CSS variables: the drawing brings its own for light and dark screens, and a page may set others.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from html import escape

FONT = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', sans-serif"
STYLE = """
.mc{--mc-ink:#2a241b;--mc-muted:#7a7264;--mc-line:#e5dfd3;--mc-for:#2e8b62;--mc-against:#c4473a;
--mc-gold:#a8740f;--mc-soft:#d9c9a3;color:var(--mc-ink);font:12px FONT}
@media (prefers-color-scheme:dark){.mc{--mc-ink:#f1ece2;--mc-muted:#a59c8c;--mc-line:#3b352b;--mc-for:#56b98a;
--mc-against:#e3776a;--mc-gold:#e0ac45;--mc-soft:#5c4f33}}
.mc text{fill:currentColor}.mc .muted{fill:var(--mc-muted)}.mc .small{font-size:11px}
.mc .bold{font-weight:600}.mc .title{font-size:14px;font-weight:600}
.mc .for{fill:var(--mc-for)}.mc .against{fill:var(--mc-against)}.mc .gold{fill:var(--mc-gold)}
.mc .soft{fill:var(--mc-soft)}.mc .grid{stroke:var(--mc-line);stroke-width:1;fill:none}
.mc .axis{stroke:var(--mc-muted);stroke-width:1;fill:none}
.mc .mark{stroke:var(--mc-gold);stroke-width:1.5;fill:none}
.mc .dash{stroke:var(--mc-muted);stroke-width:1;stroke-dasharray:4 3;fill:none}
.mc .curve{stroke:var(--mc-gold);stroke-width:2;fill:none;stroke-linejoin:round}
.mc .other{stroke:var(--mc-for);stroke-width:2;fill:none;stroke-linejoin:round}
.mc .num{font-variant-numeric:tabular-nums}
""".replace("FONT", FONT).strip()
# XML 1.0 cannot say these at all; a lone surrogate cannot be written as UTF-8.
UNSAYABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
WIDE = re.compile(
    "[\u1100-\u115f\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]"
)
WIDTH = 720
HEADING = 28


def clean(text: str) -> str:
    """Return the text as XML may hold it."""
    return escape(UNSAYABLE.sub("\ufffd", text))


def shortened(text: str, signs: float) -> str:
    """Return the text cut to about so many Latin letters; letters of East Asia take two places."""
    room = signs
    for place, sign in enumerate(text):
        room -= 1.8 if WIDE.match(sign) else 1.0
        if room < 0:
            return text[: max(place - 1, 1)].rstrip() + "…"
    return text


def number(value: float) -> str:
    """Return a coordinate, short."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value else "0"


def rect(x: float, y: float, width: float, height: float, kind: str, *, title: str = "") -> str:
    """Return a bar; `title` is what a pointer over it shows."""
    told = f"<title>{clean(title)}</title>" if title else ""
    radius = number(min(2.0, max(width, 0) / 2, height / 2))
    return (
        f'<rect class="{kind}" x="{number(x)}" y="{number(y)}" width="{number(max(width, 0.0))}"'
        f' height="{number(height)}" rx="{radius}">{told}</rect>'
    )


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    """Return a straight line."""
    return f'<path class="{kind}" d="M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}"/>'


def curve(points: Iterable[tuple[float, float]], kind: str) -> str:
    """Return a line through points."""
    path = "L".join(f"{number(x)} {number(y)}" for x, y in points)
    return f'<path class="{kind}" d="M{path}"/>' if path else ""


def text(x: float, y: float, said: str, kind: str = "", *, anchor: str = "start", most: float = 0) -> str:
    """Return a line of text that starts, ends or is centred at x; cut to `most` letters where given."""
    shown = shortened(said, most) if most else said
    told = f"<title>{clean(said)}</title>" if shown != said else ""
    anchored = "" if anchor == "start" else f' text-anchor="{anchor}"'
    classed = f' class="{kind}"' if kind else ""
    # Text of either direction stands where the drawing wants it.
    return (
        f'<text{classed} x="{number(x)}" y="{number(y)}"{anchored} unicode-bidi="isolate">'
        f"{clean(shown)}{told}</text>"
    )


def figure(title: str, described: str, body: Sequence[str], height: float, *, width: float = WIDTH) -> str:
    """Return the SVG document of a drawing under its title; it scales to the width it is given."""
    height += HEADING
    named = f"{title}\0{described}\0{len(body)}".encode("utf-8", "surrogatepass")
    name = f"mc{blake2b(named, digest_size=5).hexdigest()}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="mc" role="img" viewBox="0 0 {number(width)}'
        f' {number(height)}" width="{number(width)}" height="{number(height)}"'
        f' aria-labelledby="{name}t {name}d"><title id="{name}t">{clean(title)}</title>'
        f'<desc id="{name}d">{clean(described)}</desc><style>{STYLE}</style>'
        f'{text(0, 14, title, "title")}<g transform="translate(0 {HEADING})">{"".join(body)}</g></svg>\n'
    )


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return round numbers that divide a range into at most so many parts (1, 2 or 5 times a power of
    ten).
    """
    span = max(high - low, 1e-9)
    power = 10.0 ** math.floor(math.log10(span / most))
    step = next(power * factor for factor in (1, 2, 5, 10) if span / (power * factor) <= most * (1 + 1e-9))
    return [
        round(place * step, 9) for place in range(math.ceil(low / step), math.floor(high / step + 1e-9) + 1)
    ]


def bits(value: float) -> str:
    """Return a weight in bits with its sign, with a true minus."""
    return f"{value:+.1f}".replace("-", "−")
