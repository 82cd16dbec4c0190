"""Write a document as TOML: what the standard library reads and does not write."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml_text(document: Mapping[str, Any]) -> str:
    """Return the document as TOML text; tables of the first level get headings, deeper ones stand in one
    line.

    Raises TypeError for a value that TOML has no form for.
    """
    plain = [
        f"{_name(key)} = {_value(value)}" for key, value in document.items() if not isinstance(value, Mapping)
    ]
    tables = [
        "\n".join([f"[{_name(key)}]", *(f"{_name(inner)} = {_value(part)}" for inner, part in value.items())])
        for key, value in document.items()
        if isinstance(value, Mapping)
    ]
    return "\n\n".join(["\n".join(plain), *tables]) + "\n"


def _name(key: str) -> str:
    return key if BARE.fullmatch(key) else _text(key)


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            return _text(value)
        case list() | tuple():
            return f"[{', '.join(_value(item) for item in value)}]"
        case Mapping():
            parts = ", ".join(f"{_name(key)} = {_value(part)}" for key, part in value.items())
            return f"{{ {parts} }}" if parts else "{}"
    raise TypeError(f"TOML has no form for {value!r}.")


def _text(text: str) -> str:
    # JSON's escapes are TOML's, but for DEL, and for surrogate pairs, which are left as characters.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
