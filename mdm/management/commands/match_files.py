"""Match files without a hub: `manage.py match_files crm.csv shop.parquet --out xref.csv`."""

from __future__ import annotations

import logging
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.table import Table as Grid

from mdm import domains
from mdm.ingestion.documents import BadMapping
from mdm.ingestion.mapping import Mapping, declared, load_mapping
from mdm.ingestion.table import Table, UnusableFile
from mdm.management.file_options import add_file_options, reading_options
from mdm.stateless.fitting import GENERIC
from mdm.stateless.gathering import Fault, Unmatchable, open_tables
from mdm.stateless.run import Outcome, Progress, Request, match_tables

UNUSABLE, SOMETHING_LEFT_OUT = 2, 1
EXAMPLES_SHOWN = 3
EXAMPLES = """
examples:
  manage.py match_files customers.csv --out xref.csv
  manage.py match_files crm.csv shop.parquet --domain customer --out xref.csv --pairs pairs.csv
  manage.py match_files abt.csv buy.csv --link-only --one-to-one --id id --out xref.csv
  manage.py match_files all.csv --source-column system --out xref.csv

xref.csv has source, source_key and golden_id of every record; the golden id follows from the members of
its cluster alone. pairs.csv has the pairs within clusters, and those of two that a person should look at:
left and right source and key, weight (bits), probability, and the level of agreement of each comparison.

exit code: 0 when the results are written, whatever was left out; 1 with --strict when a row was left out;
2 when a file, the mapping or an option cannot be used (nothing is written).
"""


class Command(BaseCommand):
    """Match files: read, plan, resolve, write, and say what it came to."""

    help = (
        "Find the records of one or more files that are the same thing, and give each cluster a golden id.\n"
        "Nothing needs to run and nothing is stored: no service, no database. CSV, NDJSON, JSON, Parquet\n"
        "and Excel are read, plain or gzipped. What each column is taken for is printed as a plan."
    )
    requires_system_checks = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """Return the parser, with the examples as they are written."""
        return super().create_parser(
            prog_name, subcommand, epilog=EXAMPLES, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a file of records")
        parser.add_argument("--out", required=True, type=Path, metavar="XREF", help="where xref.csv goes")
        parser.add_argument("--pairs", type=Path, metavar="PAIRS", help="where pairs.csv goes")
        parser.add_argument(
            "--combinations", type=Path, metavar="FILE", help="write how pairs agree, and how many do, as CSV"
        )
        parser.add_argument(
            "--charts", type=Path, metavar="DIR", help="draw the model and the run as SVG files into a folder"
        )
        parser.add_argument(
            "--domain",
            choices=(*domains.registered(), GENERIC),
            help="what the records are; generic: any columns; without it what the columns clearly fit",
        )
        parser.add_argument(
            "--id",
            dest="id_column",
            metavar="COLUMN",
            default="",
            help="the column that names a record; without it one that does is found, else the row number",
        )
        parser.add_argument(
            "--source-column",
            metavar="COLUMN",
            default="",
            help="the column that names a record's source; without it the source is the file's name",
        )
        parser.add_argument(
            "--link-only", action="store_true", help="compare records of different sources only"
        )
        parser.add_argument(
            "--one-to-one", action="store_true", help="a cluster holds at most one record of each source"
        )
        add_file_options(
            parser,
            without_mapping="header and values decide",
            report="every row and value left out",
            strict="left out",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Match the files; leaves with an exit code that says how it went."""
        screen = Console(file=cast(IO[str], self.stdout), soft_wrap=True, highlight=False)
        try:
            request = _request(options)
            tables = open_tables(options["files"], **reading_options(options))
            with _quiet_libraries(), _progress(screen) as progress:
                outcome = match_tables(tables, request, progress)
        except (UnusableFile, BadMapping, Unmatchable) as error:
            self.stderr.write(self.style.ERROR(str(error)))
            sys.exit(UNUSABLE)
        _show_faults(outcome.gathered.faults, screen, whole=False)
        _show_faults(outcome.gathered.faults, screen, whole=True)
        _show(outcome, request, screen)
        if options["strict"] and any(fault.whole for fault in outcome.gathered.faults):
            sys.exit(SOMETHING_LEFT_OUT)


def _request(options: dict[str, Any]) -> Request:
    mapping = _mapping(options["mapping"]) if options["mapping"] else None
    domain = options["domain"] or ""
    if mapping is not None and domain not in ("", mapping.domain):
        raise BadMapping(f"The mapping {mapping.name} is for the domain {mapping.domain}, not {domain}.")
    return Request(
        out=options["out"],
        pairs=options["pairs"],
        report=options["report"],
        combinations=options["combinations"],
        charts=options["charts"],
        domain=domain,
        mapping=mapping,
        id_column=options["id_column"],
        source_column=options["source_column"],
        link_only=options["link_only"],
        # Unsaid, linking finds out by itself whether the sources are free of duplicates of their own.
        one_to_one=True if options["one_to_one"] else None,
    )


def _mapping(stated: str) -> Mapping:
    path = Path(stated)
    return load_mapping(path) if path.suffix == ".toml" or path.exists() else declared(stated)


@contextmanager
def _quiet_libraries() -> Iterator[None]:
    """Hold back what libraries log of their training; recordlinkage writes some of it to the root logger."""
    before = logging.root.manager.disable
    logging.disable(max(before, logging.WARNING))
    try:
        yield
    finally:
        logging.disable(before)


@contextmanager
def _progress(screen: Console) -> Iterator[Progress]:
    """A bar a file and a spinner for the stages on a terminal; sentences alone anywhere else."""

    def say(sentence: str) -> None:
        screen.print(sentence, markup=False)

    if not screen.is_terminal:
        yield Progress(say=say)
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Bars(*columns, console=screen, transient=True) as bars:
        stages = bars.add_task("reading", total=None)

        def reading(table: Table) -> Callable[[int], None]:
            task = bars.add_task(table.name, total=table.size or None)
            return lambda position: bars.update(task, completed=position)

        yield Progress(say=say, reading=reading, stage=lambda name: bars.update(stages, description=name))


def _show_faults(faults: Sequence[Fault], screen: Console, *, whole: bool) -> None:
    """Tell how many rows (or values) were left out by each rule, with the first few by name."""
    told = [fault for fault in faults if fault.whole is whole]
    if not told:
        return
    what = "Rows that take no part" if whole else "Values left out of their records"
    screen.print(f"{what}: {len(told):,}")
    for rule, count in sorted(Counter(fault.rule for fault in told).items()):
        screen.print(f"  {count:,} × {rule}", markup=False)
        for fault in [fault for fault in told if fault.rule == rule][:EXAMPLES_SHOWN]:
            column = f", column {fault.column}" if fault.column else ""
            key = f", key {fault.source_key}" if fault.source_key else ""
            screen.print(f"    {fault.file}, row {fault.row}{key}{column}: {fault.reason}", markup=False)
        if count > EXAMPLES_SHOWN:
            screen.print(f"    and {count - EXAMPLES_SHOWN:,} more; --report FILE names them all")


def _show(outcome: Outcome, request: Request, screen: Console) -> None:
    grid = Grid(title=f"Matched as {outcome.domain}", title_justify="left")
    counts = outcome.counts()
    for name in counts:
        grid.add_column(name, justify="right")
    grid.add_row(*(f"{count:,}" for count in counts.values()))
    screen.print(grid)
    if request.link_only:
        report = outcome.resolution.report
        how = "at most one record" if report["one_to_one"] else "any number of records"
        screen.print(f"Only records of different sources were compared; {how} of a source in a cluster.")
    seconds = ", ".join(f"{stage} {taken:.1f}" for stage, taken in outcome.seconds.items())
    screen.print(f"Seconds: {seconds}; together {sum(outcome.seconds.values()):.1f}.")
    for sentence in outcome.cautions:
        screen.print(f"Note: {sentence}", markup=False)
    asked = (request.out, request.pairs, request.combinations, request.charts, request.report)
    written = [str(path) for path in asked if path is not None]
    screen.print(f"Written: {', '.join(written)}.", markup=False)
