"""The HTML pages of a simulator: the live list, one record with its change log, and "not found"."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import quote

from mdm.sandbox.platforms.page_assets import BASE_STYLE, LIST_SCRIPT, RECORD_SCRIPT
from mdm.sandbox.platforms.views import RecordView


@dataclass(frozen=True, slots=True)
class Theme:
    """The look and the words of one platform's pages."""

    title: str
    subtitle: str
    note: str
    style: str


def _document(theme: Theme, title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="icon" href="data:,">'
        f"<style>{BASE_STYLE}{theme.style}</style></head><body>"
        f'<header class="shell"><a class="brand" href="/">{escape(theme.title)}</a>'
        f'<span class="subtitle">{escape(theme.subtitle)}</span></header>'
        f"<main>{body}</main><footer>{escape(theme.note)}</footer></body></html>"
    )


def list_page(theme: Theme, totals: Sequence[Mapping[str, Any]]) -> str:
    """Return the page that fills itself every second from /_sandbox/live."""
    tiles = "".join(
        f'<button class="tile" data-object="{escape(total["object"])}"><span '
        f'class="tile-label">{escape(total["label"])}</span>'
        '<span class="tile-count"><b class="golden">0</b> of <span class="rows">0</span> hold a golden '
        "id</span>"
        '<span class="bar"><span class="fill"></span></span><span class="percent">0 %</span></button>'
        for total in totals
    )
    body = (
        f'<section class="tiles">{tiles}</section>'
        '<section class="card"><div class="toolbar"><h1 id="heading"></h1>'
        '<input id="search" type="search" placeholder="Search in all columns" aria-label="Search">'
        '<label>Sort <select id="order"><option value="newest">latest change first</option>'
        '<option value="key">by key</option></select></label></div>'
        '<div class="scroll"><table><thead><tr><th>Key</th><th>Name</th><th '
        'id="detail-head"></th><th>Golden id</th><th>Last change</th></tr>'
        '</thead><tbody id="rows"></tbody></table></div><div class="pager">'
        '<button id="previous">Previous</button><span id="position"></span><button id="next">Next</button>'
        '<span id="counters"></span><span id="pulse" title="connected"></span></div></section>'
        f"<script>const OBJECTS = {_script_json([total['object'] for total in totals])};{LIST_SCRIPT}"
        "</script>"
    )
    return _document(theme, theme.title, body)


def record_page(theme: Theme, record: RecordView) -> str:
    """Return the page of one record: every field in its group, then who changed what and when."""
    golden = (
        f'<span class="golden-id">{escape(record.golden_id)}</span>'
        if record.golden_id
        else '<span class="none">no golden id</span>'
    )
    groups = "".join(
        f'<section class="card"><h2>{escape(name)}</h2><dl>'
        + "".join(
            f"<div><dt>{escape(label)}</dt><dd>{escape(value) or '&ndash;'}</dd></div>"
            for label, value in fields
        )
        + "</dl></section>"
        for name, fields in record.groups
    )
    changes = "".join(_change_row(change) for change in record.changes)
    log = (
        '<div class="scroll"><table class="log"><thead><tr><th>When '
        "(UTC)</th><th>Who</th><th>What</th><th>Field</th><th>Before</th><th>After</th>"
        f"</tr></thead><tbody>{changes}</tbody></table></div>"
        if changes
        else '<p class="none">Nobody has written to this record since it was loaded.</p>'
    )
    body = (
        f'<nav class="crumbs"><a href="/#{quote(record.object)}">{escape(record.label)}</a> / '
        f"{escape(record.key)}</nav>"
        f'<section class="card object-head"><div><h1>{escape(record.title)}</h1><p>{escape(record.label)} '
        f"{escape(record.key)}</p></div>{golden}</section>"
        f'{groups}<section class="card"><h2>Change log</h2>{log}</section>'
        f"<script>{RECORD_SCRIPT}</script>"
    )
    return _document(theme, f"{record.title} – {theme.title}", body)


def _change_row(change: Mapping[str, Any]) -> str:
    fields: list[tuple[str, Any]] = list(change["changes"].items()) or [("no field changed", ["", ""])]
    lines = []
    for place, (name, (before, after)) in enumerate(fields):
        head = (
            f'<td rowspan="{len(fields)}">{escape(change["at"])}</td><td rowspan="{len(fields)}'
            f'">{escape(change["actor"])}</td>'
            f'<td rowspan="{len(fields)}">{escape(change["action"])}</td>'
            if place == 0
            else ""
        )
        lines.append(
            f"<tr>{head}<td>{escape(name)}</td><td>{escape(_shown(before))}"
            f"</td><td>{escape(_shown(after))}</td></tr>"
        )
    return "".join(lines)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def missing_page(theme: Theme, path: str) -> str:
    """Return the page for an address that shows nothing."""
    body = (
        '<section class="card"><h1>Not found</h1>'
        f'<p>Nothing is shown at <code>{escape(path)}</code>. <a href="/">All records</a></p></section>'
    )
    return _document(theme, "Not found", body)


def _script_json(value: Any) -> str:
    """Return JSON that is safe inside a script element."""
    return json.dumps(value).replace("<", "\\u003c")
