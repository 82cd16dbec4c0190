"""The summary on the screen: figures within 80 columns, links on lines of their own, who may log in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from config.demo.landscape import SYSTEMS
from config.demo.screen import Screen

NAIVE = "naive rule: equal e-mail, phone or tax id; products: equal GTIN or MPN"


def show(screen: Screen, report: dict[str, Any], log: Path) -> None:
    """Write the summary of a report."""
    figures = report["summary"]
    screen.write()
    screen.write(Padding(_domains(figures["domains"]), (0, 2)))
    screen.write(f"  [dim]{NAIVE}[/]")
    screen.write()
    screen.write(Padding(_platforms(figures), (0, 2)))
    screen.write()
    writes = sum(calls["writes"] for calls in figures["platform_calls"].values())
    changed = sum(figures["changed_by_this_run"].values()) + writes
    screen.write(
        f"  {report['seconds']:.0f} seconds."
        + (f" {changed:,} rows written." if changed else " Nothing was new, so nothing was written.")
    )
    _links(screen, report)
    for problem in report["problems"]:
        screen.write(f"  [bold red]✗ {escape(problem)}[/]")
    if report["problems"]:
        screen.plain(f"    The logs of all programs: {log.parent}")


def _table(*headings: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place else "left", no_wrap=True)
    return table


def _domains(domains: dict[str, Any]) -> Table:
    table = _table("", "records", "golden", "duplicates", "to review", "precision", "recall")
    for domain, facts in domains.items():
        ours, naive = facts["aurum"], facts["naive"]
        counts = [facts[name] for name in ("records", "golden_records", "duplicates", "review_tasks")]
        table.add_row(
            f"[bold]{domain}s[/]", *(f"{count:,}" for count in counts),
            f"[bold]{ours['precision']:.4f}[/]", f"[bold]{ours['recall']:.4f}[/]",
        )  # fmt: skip
        table.add_row(
            "[dim]  naive rule[/]", "", "", "", "",
            f"[dim]{naive['precision']:.4f}[/]", f"[dim]{naive['recall']:.4f}[/]",
        )  # fmt: skip
    return table


def _platforms(figures: dict[str, Any]) -> Table:
    table = _table("", "records", "ids told", "created by the hub", "not told")
    for code, facts in SYSTEMS.items():
        records = sum(n for name, n in figures["records"].items() if name.startswith(f"{code}/"))
        told = figures["platforms"].get(code)
        cells = ["", "", ""]
        if told:
            cells = [f"{told[name]:,}" for name in ("acknowledged", "created")]
            missing = told["due"] + told["dead"]
            cells.append(f"[bold red]{missing:,}[/]" if missing else "0")
        table.add_row(f"{facts['name']} ({code})", f"{records:,}", *cells)
    return table


def _links(screen: Screen, report: dict[str, Any]) -> None:
    screen.write("\n  [bold]Stories to open[/]")
    number = 0
    for number, link in enumerate(report["links"], 1):
        screen.write(f"  [bold]{number} {escape(link['title'])}[/]")
        screen.write(f"    {escape(link['text'])}")
        screen.plain(f"    {link['url']}")
        if "watch" in link:
            screen.plain(f"    {link['watch']}")
    if report["curl"]:
        command, _, url = report["curl"].rpartition(" ")
        screen.write(f"  [bold]{number + 1} One cross-reference, as a downstream system asks for it[/]")
        screen.plain(f"    {command} \\\n      {url}")
        screen.plain(f"    {report['curl_answer']}")
    screen.write()
    for title, url in (("Home", report["urls"]["home"]), ("Admin", report["urls"]["admin"])):
        screen.write(f"  {title:<6} {url}")
    for code, url in report["platforms"].items():
        screen.write(f"  {code.upper():<6} {url}/   ({SYSTEMS[code]['name']} sandbox)")
    screen.write("\n  Log in with the password [bold]aurum[/] as")
    for login in report["logins"]:
        screen.write(f"    [bold]{login['name']:<11}[/] {login['may']}")
