"""What a person sees of the demo: a line for every stage, live bars on a terminal, then the summary."""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

log = logging.getLogger("aurum.demo")
NAME_WIDTH = 34
COUNT_WIDTH = 20


class Screen:
    """A terminal gets colours and live bars, a pipe plain lines; one that is gone is written to no more."""

    def __init__(self) -> None:
        self.console = Console(highlight=False, soft_wrap=True)
        self.live = self.console.is_terminal and not self.console.is_dumb_terminal
        self._name = ""
        self._count = ""
        self._began = 0.0
        self._notes: list[str] = []
        self._bar: Progress | None = None
        self._task = TaskID(0)

    def enter(self, stage: str) -> None:
        """Begin a stage; the one before has ended."""
        self.leave()
        self._name, self._count, self._began = stage, "", time.monotonic()
        if self.live:
            self._bar = Progress(
                TextColumn(" "), SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=18),
                TextColumn("{task.fields[count]}"), TimeElapsedColumn(),
                console=self.console, transient=True,
            )  # fmt: skip
            self._task = self._bar.add_task(f"{stage:<{NAME_WIDTH - 3}}", total=None, count="")
            self._bar.start()
        else:
            self._begin_line(stage)

    def progress(self, done: int, total: int, unit: str) -> None:
        """Show how far the stage is."""
        self._count = f"{done:,} {unit}"
        if self._bar is not None:
            self._bar.update(self._task, completed=done, total=max(total, 1), count=f"{done:,} / {total:,}")

    def detail(self, text: str) -> None:
        """Show what the stage does now."""
        if self._bar is not None:
            self._bar.update(self._task, count=text)

    def note(self, line: str) -> None:
        """Write a line below the stage when it ends."""
        self._notes.append(line)

    def leave(self) -> None:
        """End the stage: its line, with seconds, stays."""
        live = self._bar is not None
        self._end_bar()
        if self._name:
            seconds = time.monotonic() - self._began
            begin = f"  [green]✓[/] {self._name:<{NAME_WIDTH}}" if live else ""
            self.write(f"{begin}{self._count:>{COUNT_WIDTH}}{seconds:9.1f} s")
        for line in self._notes:
            self.write(f"    {line}")
        self._name, self._notes = "", []

    def break_off(self) -> None:
        """End the line of a stage that did not come to its end."""
        live = self._bar is not None
        self._end_bar()
        if self._name:
            self.write(f"  [red]✗[/] {self._name}" if live else "")
        self._name, self._notes = "", []

    def _begin_line(self, stage: str) -> None:
        """Write the name at once, so that the reader of a pipe knows what takes its time."""
        try:
            self.console.print(f"  • {stage:<{NAME_WIDTH}}", end="")
            self.console.file.flush()
        except OSError:
            self._lost()

    def _end_bar(self) -> None:
        """Take the live bar away."""
        if self._bar is not None:
            bar, self._bar = self._bar, None
            try:
                bar.stop()
            except OSError:
                self._lost()

    def write(self, line: object = "") -> None:
        """Write a line, in rich's markup, or anything that rich can draw."""
        try:
            self.console.print(line)
        except OSError:
            self._lost()

    def plain(self, line: str) -> None:
        """Write a line as it is: never wrapped, nothing in it read as markup."""
        self.write(escape(line))

    def _lost(self) -> None:
        """Stop writing when the terminal was closed or the reader of the pipe has left; the run goes on."""
        log.warning("The screen is gone; nothing more is written to it.")
        nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - it lives as long as we do
        self.console = Console(file=nowhere)
        self.live = False
