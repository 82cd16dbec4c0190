"""`manage.py match_files` from files to files; pytest-django lets none of these tests reach a database."""

import csv
import io
import json
import os
import random
import subprocess
import sys
from collections import defaultdict

import pytest
from django.core.management import call_command

from mdm.xref.codes import parse
from tests.mdm.stateless.tables import COLUMNS, people, write


def match(*files, out, **options):
    """Run the command; returns its exit code, what it said, and what it complained of."""
    said, complained = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command("match_files", *map(str, files), out=out, stdout=said, stderr=complained, **options)
    except SystemExit as left:
        code = int(left.code or 0)
    return code, said.getvalue(), complained.getvalue()


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def clusters_of(path):
    found = defaultdict(set)
    for row in rows_of(path):
        found[row["golden_id"]].add((row["source"], row["source_key"]))
    return {frozenset(members) for members in found.values()}


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return write(tmp_path_factory.mktemp("people") / "people.csv", people())


@pytest.mark.parametrize("domain", ["customer", "generic"])
def test_duplicates_share_a_golden_id_and_others_do_not(table, tmp_path, domain):
    out = tmp_path / "xref.csv"
    assert match(table, out=out, domain=domain)[0] == 0
    pairs = {members for members in clusters_of(out) if len(members) > 1}
    assert pairs == {
        frozenset((("people", f"p{number}"), ("people", f"p{120 + number}"))) for number in range(40)
    }


def test_every_record_has_one_line_with_a_readable_golden_id(table, tmp_path):
    out = tmp_path / "xref.csv"
    match(table, out=out)
    rows = rows_of(out)
    assert [(row["source"], row["source_key"]) for row in rows] == sorted(
        ("people", f"p{number}") for number in range(160)
    )
    assert all(parse(row["golden_id"]) == row["golden_id"] for row in rows)


def test_the_result_does_not_depend_on_the_order_of_files_and_rows_or_how_rows_are_cut_into_files(tmp_path):
    rows = people()
    whole = write(tmp_path / "all.csv", rows)
    random.Random(3).shuffle(rows)
    parts = [write(tmp_path / f"part{place}.csv", rows[place::3]) for place in range(3)]
    results = []
    for place, files in enumerate(([whole], parts, parts[::-1])):
        xref, pairs = tmp_path / f"xref{place}.csv", tmp_path / f"pairs{place}.csv"
        assert match(*files, out=xref, pairs=pairs, source_column="system")[0] == 0
        results.append((xref.read_bytes(), pairs.read_bytes()))
    assert results[0] == results[1] == results[2]


def test_pairs_carry_weight_probability_and_a_level_for_each_comparison(table, tmp_path):
    pairs = tmp_path / "pairs.csv"
    match(table, out=tmp_path / "xref.csv", pairs=pairs, domain="generic", source_column="system")
    rows = rows_of(pairs)
    assert list(rows[0])[:6] == [
        "left_source", "left_key", "right_source", "right_key", "weight", "probability",
    ]  # fmt: skip
    assert {"first_name", "last_name", "email", "city", "dob"} <= set(list(rows[0])[6:])
    best = rows[0]
    assert (best["left_source"], best["right_source"], best["email"]) == ("crm", "shop", "exact")
    assert float(best["probability"]) > 0.99
    weights = [float(row["weight"]) for row in rows]
    assert weights == sorted(weights, reverse=True)


def test_the_plan_says_of_every_column_what_it_is_and_why(table, tmp_path):
    _, said, _ = match(table, out=tmp_path / "xref.csv")
    assert "Domain: customer (customer: 5 of 6 columns" in said
    assert "names the record: by its name, and all values differ" in said
    assert "family_name: its name says 'last name'" in said
    assert "left out: the name says nothing" in said  # system
    grid = [line for line in said.splitlines() if "160" in line and "120" in line]
    assert len(grid) == 1  # records and clusters


def test_rows_that_cannot_take_part_are_named_and_counted(tmp_path):
    rows = people(40, 0)
    rows += [("p3", "Zoe", "", "", "", "", "crm"), ("", "No", "Key", "", "Ulm", "", "crm")]
    path = write(tmp_path / "people.csv", rows)
    path.write_text(path.read_text(encoding="utf-8") + 'p99,"never closed,,,,,\n', encoding="utf-8")
    out, report = tmp_path / "xref.csv", tmp_path / "report.csv"
    code, said, _ = match(path, out=out, report=report, id_column="id")
    assert code == 0
    assert "Rows that take no part: 3" in said
    assert [(row["row"], row["rule"], row["row_left_out"]) for row in rows_of(report)] == [
        ("44", "broken_quotes", "yes"),
        ("43", "missing_key", "yes"),
        ("42", "duplicate_key", "yes"),
    ]
    assert (
        "people.csv, row 42, key p3, column id: The source 'people' has this key twice: row 5 says more"
        in said
    )
    assert len(rows_of(out)) == 40
    assert match(path, out=out, strict=True)[0] == 1


def test_which_of_two_rows_of_one_key_is_matched_does_not_depend_on_their_order(tmp_path):
    rows = people(30, 10)
    twice = [*rows, ("p3", "Zoe", "Other", "zoe@other.example.org", "Ulm", "1999-09-09", "crm")]
    results = []
    for place, some in enumerate((twice, twice[::-1])):
        xref = tmp_path / f"xref{place}.csv"
        match(write(tmp_path / "people.csv", some), out=xref)
        results.append(xref.read_bytes())
    assert results[0] == results[1]


def test_a_value_that_cannot_be_used_is_told_and_its_row_stays(tmp_path):
    rows = [*people(40, 0), ("p40", "Anna", "Berg", "anna@berg.example.org", "Ulm", "1980-13-45", "crm")]
    out = tmp_path / "xref.csv"
    code, said, _ = match(write(tmp_path / "people.csv", rows), out=out, strict=True)
    assert code == 0
    assert "people.csv, row 42, key p40, column dob: '1980-13-45' is no date of the form iso." in said
    assert len(rows_of(out)) == 41


def test_without_a_key_rows_are_named_by_their_numbers_and_it_is_said(tmp_path):
    path = write(
        tmp_path / "films.csv", [("Dune", "1965"), ("Solaris", "1961"), ("Dune", "1965")], ("title", "year")
    )
    out = tmp_path / "xref.csv"
    _, said, _ = match(path, out=out)
    assert "no column names a record, so each one is named by the number of its row" in said
    assert [row["source_key"] for row in rows_of(out)] == ["2", "3", "4"]


def test_linking_compares_records_of_different_sources_only(tmp_path):
    rows = people(60, 20)
    rows += [(f"q{row[0]}", *row[1:]) for row in rows[20:30]]  # twice in the CRM
    table, pairs = write(tmp_path / "all.csv", rows), tmp_path / "pairs.csv"
    code, said, _ = match(table, out=tmp_path / "x.csv", pairs=pairs, source_column="system", link_only=True)
    assert code == 0
    assert "Only records of different sources were compared" in said
    assert {(row["left_source"], row["right_source"]) for row in rows_of(pairs)} == {("crm", "shop")}


def test_one_to_one_keeps_one_record_of_each_source_in_a_cluster(tmp_path):
    rows = people(60, 20)
    rows += [(f"q{row[0]}", *row[1:]) for row in rows[:10]]  # twice in the CRM and once in the shop
    table, out = write(tmp_path / "all.csv", rows), tmp_path / "xref.csv"
    match(table, out=out, source_column="system", link_only=True, one_to_one=True)
    for members in clusters_of(out):
        assert len({source for source, _ in members}) == len(members)


MAPPING = """
domain = "customer"
key = "nr"
[attributes]
kind = { constant = "person" }
given_name = "vn"
family_name = "nn"
emails = "m"
birth_date = { column = "geb", date = "iso" }
"""


def test_a_mapping_says_which_column_is_what(tmp_path):
    mapping = tmp_path / "kunden.toml"
    mapping.write_text(MAPPING, encoding="utf-8")
    columns = ("nr", "vn", "nn", "m", "ort", "geb", "system")
    table, out = write(tmp_path / "kunden.csv", people(), columns), tmp_path / "xref.csv"
    code, said, _ = match(table, out=out, mapping=str(mapping))
    assert code == 0
    assert "given_name: the mapping kunden.toml says so" in said
    assert sum(len(members) == 2 for members in clusters_of(out)) == 40


def test_ndjson_and_csv_are_matched_together(tmp_path):
    rows = people()
    crm = write(tmp_path / "crm.csv", [row for row in rows if row[-1] == "crm"])
    shop = tmp_path / "shop.ndjson"
    texts = [json.dumps(dict(zip(COLUMNS, row, strict=True))) for row in rows if row[-1] == "shop"]
    shop.write_text("\n".join(texts), encoding="utf-8")
    out = tmp_path / "xref.csv"
    assert match(shop, crm, out=out)[0] == 0
    assert frozenset((("crm", "p0"), ("shop", "p120"))) in clusters_of(out)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"id_column": "nr"}, "people.csv has no column 'nr' (--id); it has id, first_name"),
        ({"id_column": "city"}, "The column 'city' names no records"),
        ({"source_column": "src"}, "No file has the column 'src' (--source-column)"),
        ({"link_only": True}, "--link-only compares records of different sources, and all are of 'people'."),
        ({"domain": "product"}, "No column of people.csv is known to the domain product"),
        ({"mapping": "sap.BusinessPartner", "domain": "product"}, "is for the domain customer, not product"),
        (
            {"mapping": "sap.BusinessPartner"},
            "has no column 'BusinessPartner', which the mapping takes the key from",
        ),
        ({"mapping": "nix.toml"}, "nix.toml cannot be read"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_sentence_and_nothing_is_written(
    table, tmp_path, options, sentence
):
    out = tmp_path / "xref.csv"
    code, _, complained = match(table, out=out, **options)
    assert code == 2
    assert sentence in complained
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_to_is_refused_before_the_work(table, tmp_path):
    code, said, complained = match(table, out=tmp_path / "none" / "xref.csv")
    assert (code, said) == (2, "")
    assert complained.strip() == f"The folder {tmp_path / 'none'} of xref.csv does not exist; make it first."


def test_two_files_whose_rows_have_nothing_but_numbers_are_refused_where_they_share_a_source(tmp_path):
    files = []
    for place in ("a", "b"):
        (tmp_path / place).mkdir()
        files.append(write(tmp_path / place / "films.csv", [("Dune", "1965")], ("title", "year")))
    code, _, complained = match(*files, out=tmp_path / "xref.csv")
    assert code == 2
    assert "films.csv and films.csv are both of the source 'films'" in complained


def test_no_service_is_needed_and_another_process_with_another_hash_seed_writes_the_same(table, tmp_path):
    here, there = (
        [tmp_path / "xref1.csv", tmp_path / "pairs1.csv"],
        [tmp_path / "xref2.csv", tmp_path / "pairs2.csv"],
    )
    match(table, out=here[0], pairs=here[1])
    nowhere = {
        "DATABASE_URL": "postgresql://nobody:nothing@127.0.0.1:1/nothing",
        "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
        "PYTHONHASHSEED": "1",
    }
    command = [
        sys.executable,
        "manage.py",
        "match_files",
        str(table),
        "--out",
        str(there[0]),
        "--pairs",
        str(there[1]),
    ]
    done = subprocess.run(command, env={**os.environ, **nowhere}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert [path.read_bytes() for path in there] == [path.read_bytes() for path in here]


def test_charts_and_combinations_are_written_where_asked(table, tmp_path):
    out, drawn, combined = tmp_path / "xref.csv", tmp_path / "charts", tmp_path / "combinations.csv"
    code, said, _ = match(table, out=out, charts=drawn, combinations=combined, domain="customer")
    assert code == 0
    assert sorted(path.name for path in drawn.iterdir()) == [
        f"{name}.svg"
        for name in ("blocking", "levels", "precision-recall", "unlinkable", "waterfall", "weights")
    ]
    rows = rows_of(combined)
    assert [int(row["pairs"]) for row in rows] == sorted((int(row["pairs"]) for row in rows), reverse=True)
    assert all(row["left_example"].startswith("people") for row in rows)
    assert f"{drawn}" in said and f"{combined}" in said


def test_a_file_where_charts_should_go_is_refused_before_any_work(table, tmp_path):
    out = tmp_path / "xref.csv"
    code, _, complained = match(table, out=out, charts=table)
    assert (code, out.exists()) == (2, False)
    assert "is a file; name a folder for the charts" in complained


def test_the_plan_says_what_no_record_has_and_the_summary_what_was_closed(tmp_path):
    crowd: list[tuple[str, ...]] = [
        (f"p{row}", "Anna", "Berg", f"m{row}@x.example", "Ulm", "", "crm") for row in range(150)
    ]
    path = write(tmp_path / "crowd.csv", crowd)
    _, said, _ = match(path, out=tmp_path / "xref.csv", domain="customer")
    assert "No record has " in said and "birth_date" in said
    assert "Note: " in said
