"""bars.toml is well formed, and docs/benchmarks.md is what `make bars` makes of it."""

from __future__ import annotations

import importlib.util
import shlex

import pytest

from tests.bench.bars import Bar, BarRefused, as_page, as_toml, read_bars, run
from tests.contracts.tree import CHECKOUT

BARS = CHECKOUT / "bars.toml"
ROW = Bar(id="a", claim="It is so", command="python -c 'print(1)'", field="x", op="<=", limit=2)


def test_the_page_of_figures_is_generated_from_the_rows():
    assert (CHECKOUT / "docs/benchmarks.md").read_text(encoding="utf-8") == as_page(read_bars(BARS))


def test_the_rows_are_written_as_they_are_read():
    assert BARS.read_text(encoding="utf-8") == as_toml(read_bars(BARS))


def test_every_row_was_measured_and_kept_its_limit():
    kept = {bar.id: bar.last is not None and bar.holds(bar.last) for bar in read_bars(BARS)}
    assert [name for name, held in kept.items() if not held] == []


def test_every_command_that_names_a_module_names_one_that_exists():
    commands = [shlex.split(bar.command) for bar in read_bars(BARS)]
    modules = [words[2] for words in commands if words[:2] == ["python", "-m"]]
    assert [name for name in modules if importlib.util.find_spec(name) is None] == []


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ('id = "a"\nclaim = "c"', "missing"),  # not every field
        (
            'id = "a"\nclaim = "c"\ncommand = "x"\nfield = "f"\nop = "=<"\nlimit = 1',
            "op is '=<'; allowed are <=, <",
        ),
        ('id = "a"\nclaim = "c"\ncommand = "x"\nfield = "f"\nop = "<="\nlimit = 1\nwish = 2', "wish"),
    ],
)
def test_a_wrong_row_is_refused_by_name(tmp_path, row, says):
    path = tmp_path / "bars.toml"
    path.write_text(f"[[bar]]\n{row}\n")
    with pytest.raises(BarRefused, match="row a") as refused:
        read_bars(path)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("printed", "good", "last"),
    [
        ('{"x": 2}', True, 2.0),  # at the limit
        ('{"x": 2.01}', False, 2.01),
        ('{"y": 1}', False, None),  # another field
        ("all is well", False, None),  # no JSON
    ],
)
def test_a_claim_holds_only_when_its_field_keeps_the_limit(printed, good, last):
    command = shlex.join(["python", "-c", f"print('first line'); print({printed!r})"])
    row = Bar(id="a", claim="It is so", command=command, field="x", op="<=", limit=2)
    rows, held = run([row], only=(), judge=True)
    assert (held, rows[0].last) == (good, last)


def test_a_command_that_fails_keeps_no_claim():
    command = shlex.join(["python", "-c", "import sys; print('{\"x\": 1}'); sys.exit(3)"])
    rows, held = run(
        [Bar(id="a", claim="c", command=command, field="x", op="<=", limit=2)], only=(), judge=True
    )
    assert (held, rows[0].last) == (False, None)


def test_a_figure_that_a_command_had_to_skip_is_named_and_judges_nothing(capsys):
    command = shlex.join(["python", "-c", 'print(\'{"y": 1, "skipped": ["x"]}\')'])
    row = Bar(id="a", claim="It is so", command=command, field="x", op="<=", limit=2, last=1.5)
    assert run([row], only=(), judge=True) == ([row], True)
    assert capsys.readouterr().out.startswith("SKIP  a: ")


def test_rows_that_were_not_asked_for_stay_as_they_are():
    assert run([ROW], only={"another"}, judge=True) == ([ROW], True)
