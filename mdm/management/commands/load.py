"""Load files of a source system: `manage.py load accounts.csv --source crm --object Account --domain
customer`.
"""

from __future__ import annotations

import csv
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import IO, Any, cast

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table as Grid

from mdm.compliance import audit
from mdm.forking import BESIDE_OTHERS, PROCESSES
from mdm.ingestion.documents import BadMapping
from mdm.ingestion.effects import effect_of
from mdm.ingestion.loads import new_load
from mdm.ingestion.mapping import Mapping, absent_columns, declared, declared_names, load_mapping
from mdm.ingestion.pipeline import RowOutcome, Summary, ingest, rehearsal
from mdm.ingestion.readers import open_table
from mdm.ingestion.registering import Contradiction, ensure_object_type
from mdm.ingestion.stored_mappings import keep_mapping, mapping_named
from mdm.ingestion.suggest import suggest_for
from mdm.ingestion.table import Table, UnusableFile
from mdm.management.file_options import add_file_options, reading_options
from mdm.models import ObjectType
from mdm.resolution.many import resolve_many
from mdm.rulesets.activate import bootstrap
from mdm.rulesets.active import active

UNUSABLE, SOMETHING_QUARANTINED = 2, 1
REPORT_COLUMNS = ("file", "row", "source_key", "outcome", "rule", "column", "value", "reason")
VERDICTS = ("created", "changed", "unchanged", "stale", "held", "quarantined")
EXAMPLES = """
examples:
  manage.py load accounts.ndjson.gz --source crm --object Account --domain customer
  manage.py load kunden.csv --source shop --object customer --domain customer --mapping kunden.toml --dry-run
  manage.py load kunden.csv --source shop --object customer --domain customer --suggest-mapping

exit code: 0 when every file was read, whatever was quarantined; 1 with --strict when a row was quarantined;
2 when a file or the mapping cannot be used.
"""


class Command(BaseCommand):
    """Load files: open, map, ingest, and tell what became of the rows."""

    help = (
        "Load records of one source system from files: CSV, NDJSON, JSON, Parquet or Excel, plain or\n"
        "gzipped, of any encoding and delimiter. Rows that cannot be accepted go to quarantine with the\n"
        "reason; loading the same files again changes nothing."
    )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """Return the parser, with the examples as they are written."""
        return super().create_parser(
            prog_name, subcommand, epilog=EXAMPLES, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument(
            "files",
            nargs="+",
            type=Path,
            metavar="FILE",
            help="a file to load; several are of one object type",
        )
        parser.add_argument(
            "--source", required=True, help="code of the source system: crm, erp, …; made known when new"
        )
        parser.add_argument(
            "--object", required=True, dest="object_type", help="its object type: Account, BusinessPartner, …"
        )
        parser.add_argument(
            "--domain", required=True, help="the domain that the records belong to: customer, product, …"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would become of every row, and keep nothing"
        )
        parser.add_argument(
            "--preview",
            action="store_true",
            help="say also which golden records it would make and merge, and keep nothing",
        )
        parser.add_argument(
            "--suggest-mapping",
            action="store_true",
            help="propose a mapping from header and values with reasons; --mapping FILE: put it there",
        )
        parser.add_argument(
            "--new-keys",
            choices=("hold", "rekey", "new"),
            default="hold",
            help="many known records under new keys: hold them (default), carry them over, take them as new",
        )
        add_file_options(
            parser,
            without_mapping="the one that fits the object type",
            report="every row's outcome",
            strict="quarantined",
        )
        parser.add_argument("--actor", default="manage.py load", help="whom the audit log names")
        parser.add_argument("--reason", default="", help="why, for the audit log")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the files; leaves with an exit code that says how it went."""
        screen = Console(file=cast(IO[str], self.stdout), soft_wrap=True)
        try:
            tables = [open_table(path, **reading_options(options)) for path in options["files"]]
            if options["suggest_mapping"]:
                self._suggest(tables[0], options, screen)
                return
            mapping = _mapping(options)
            options["dry_run"] |= options["preview"]
            # Several files of a dry run see one another's records, as they will when it is meant.
            dry = rehearsal(actor=options["actor"], cause=f"load {tables[0].name}")
            with dry if options["dry_run"] else nullcontext():
                quarantined = self._load(tables, mapping, options, screen)
                if options["preview"]:
                    self._foretell(options["domain"], options["actor"], screen)
        except (UnusableFile, BadMapping, Contradiction) as error:
            self.stderr.write(self.style.ERROR(str(error)))
            sys.exit(UNUSABLE)
        if quarantined and options["strict"]:
            sys.exit(SOMETHING_QUARANTINED)

    def _load(self, tables: list[Table], mapping: Mapping, options: dict[str, Any], screen: Console) -> int:
        own = _own_file(options)
        name = f"{options['source']}.{options['object_type']}" if own else mapping.name
        object_type, remark = ensure_object_type(
            source=options["source"],
            code=options["object_type"],
            domain=options["domain"],
            key_rule=mapping.key.rule,
            mapping=name,
            actor=options["actor"],
            cause=f"load {tables[0].name}",
        )
        if remark and own:
            text = own.read_text(encoding="utf-8")
            keep_mapping(name, text, actor=options["actor"], cause=f"load {tables[0].name}")
            remark += f" Its mapping is kept as {name!r}."
        if remark:
            rehearsed = " Only for this rehearsal: nothing is kept." if options["dry_run"] else ""
            screen.print(f"{remark}{rehearsed}", highlight=False)
        quarantined, load = 0, new_load()
        processes = PROCESSES if active(object_type.domain) is None else BESIDE_OTHERS
        with _report(options["report"]) as write:
            for table in tables:
                screen.print(f"{table.name}: {table.description}", highlight=False, markup=False)
                _check_columns(mapping, table, screen)
                with _bar(screen, table) as advance:
                    summary = ingest(
                        table.rows(),
                        object_type=object_type,
                        mapping=mapping,
                        origin=table.name,
                        actor=options["actor"],
                        reason=options["reason"],
                        load=load,
                        new_keys=options["new_keys"],
                        processes=processes,
                        progress=advance,
                        report=partial(write, table.name) if write else None,
                    )
                _show(summary, screen, dry_run=options["dry_run"])
                quarantined += summary.verdicts["quarantined"]
        if not options["dry_run"]:
            screen.print(
                f"This is load {load}; `manage.py undo_load {load}` takes it back as a whole.",
                highlight=False,
            )
        return quarantined

    def _foretell(self, domain: str, actor: str, screen: Console) -> None:
        """Resolve what was loaded inside the rehearsal, by the code that does it when it is meant."""
        if active(domain) is None:
            bootstrap(domain, actor=actor, cause="preview")
        else:
            resolve_many(domain, actor=actor, cause="preview")
        for sentence in effect_of([audit.current().pk]).sentences:
            screen.print(sentence, highlight=False, markup=False)

    def _suggest(self, table: Table, options: dict[str, Any], screen: Console) -> None:
        suggestion = suggest_for(
            table, options["domain"], source=options["source"], object_type=options["object_type"]
        )
        screen.print(suggestion.plan(), highlight=False, markup=False)
        if options["mapping"]:
            Path(options["mapping"]).write_text(suggestion.toml(), encoding="utf-8")
            screen.print(
                f"Written to {options['mapping']}: look it over, then load with it.", highlight=False
            )
        else:
            screen.print(suggestion.toml(), highlight=False, markup=False)


def _own_file(options: dict[str, Any]) -> Path | None:
    """Return the file that --mapping names; None when it names a mapping that is known."""
    path = Path(options["mapping"] or "")
    return path if path.suffix == ".toml" or path.is_file() else None


def _mapping(options: dict[str, Any]) -> Mapping:
    if own := _own_file(options):
        mapping = load_mapping(own)
    elif options["mapping"]:
        mapping = mapping_named(options["mapping"])
    elif kept := ObjectType.objects.filter(
        source__code=options["source"], code=options["object_type"], domain=options["domain"]
    ).exclude(mapping=""):
        mapping = mapping_named(kept[0].mapping)
    else:
        fitting = [
            known
            for known in map(declared, declared_names())
            if known.object_type == options["object_type"] and known.domain == options["domain"]
        ]
        if len(fitting) != 1:
            raise BadMapping(
                f"No mapping of Aurum's is for the object type {options['object_type']!r} of the domain"
                f" {options['domain']!r}: name one with --mapping, or let --suggest-mapping propose one."
            )
        mapping = mapping_named(fitting[0].name)
    if mapping.domain != options["domain"]:
        raise BadMapping(
            f"The mapping {mapping.name} is for the domain {mapping.domain}, not {options['domain']}."
        )
    return mapping


def _check_columns(mapping: Mapping, table: Table, screen: Console) -> None:
    if not table.columns:
        return
    absent = absent_columns(mapping, table.columns)
    if set(mapping.key.columns) & set(absent):
        raise UnusableFile(
            f"{table.name} has no column {mapping.key.columns[0]!r}, which the mapping takes the key from;"
            f" it has {', '.join(table.columns)}."
        )
    if absent:
        screen.print(f"  not in this file: {', '.join(absent)}", highlight=False, markup=False)


@contextmanager
def _bar(screen: Console, table: Table) -> Iterator[Callable[[int], None] | None]:
    """A bar on a terminal, nothing anywhere else."""
    if not screen.is_terminal:
        yield None
        return
    columns = (
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[rows]:,} rows"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=screen, transient=True) as bar:
        task = bar.add_task("", total=table.size or None, rows=0)
        yield lambda rows: bar.update(task, completed=table.position(), rows=rows)


@contextmanager
def _report(path: Path | None) -> Iterator[Callable[[str, RowOutcome], None] | None]:
    if path is None:
        yield None
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(REPORT_COLUMNS)

        def write(name: str, outcome: RowOutcome) -> None:
            problem = outcome.problem
            fault = (problem.rule, problem.column, problem.value) if problem else ("", "", "")
            writer.writerow(
                (name, outcome.row_number, outcome.source_key, outcome.verdict, *fault, outcome.reason)
            )

        yield write


def _show(summary: Summary, screen: Console, *, dry_run: bool) -> None:
    rows = f"{summary.rows:,} {'row' if summary.rows == 1 else 'rows'}"
    grid = Grid(title=f"{'Would be' if dry_run else 'Now'}, of {rows}", title_justify="left")
    for verdict in VERDICTS:
        grid.add_column(verdict, justify="right")
    grid.add_row(*(f"{summary.verdicts[verdict]:,}" for verdict in VERDICTS))
    screen.print(grid)
    if summary.warnings:
        screen.print(
            f"{summary.warnings:,} rows were accepted with a remark; it stands beside the record.",
            highlight=False,
        )
    for example in summary.examples:
        problem = example.problem
        if problem is not None:
            screen.print(
                f"  {summary.rules[problem.rule]:,} × {problem.rule}, first in row {example.row_number},"
                f" column {problem.column or '-'}: {example.reason}",
                highlight=False,
                markup=False,
            )
