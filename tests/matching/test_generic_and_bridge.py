"""Any table gets a plan; recordlinkage users get our kernels, and training really uses its classifier."""

from __future__ import annotations

import subprocess
import sys

import pandas as pd
import pytest
import recordlinkage

from matching.column_types import profile
from matching.generic import infer
from matching.readings import reading_of
from matching.recordlinkage_bridge import compare_feature
from matching.stateless import match_records
from tests.matching.people import population


@pytest.mark.parametrize(
    ("header", "values", "kind"),
    [
        ("contact", ["ann@a.org", "bob@b.org", "cid@c.org"], "email"),
        ("vorname", ["Anna", "Ben", "Clara"], "given_name"),
        ("Nachname", ["Weber", "Lopez", "Brown"], "family_name"),
        ("when", ["1980-02-17", "1991-11-03", "2001-07-30"], "date"),
        ("zip", ["10115", "20095", "80331"], "postcode"),
        ("list price", ["12.90", "7.50", "199.00"], "price"),
        ("tel", ["030 1234567", "+49 89 123456", "040/998877"], "phone"),
        ("model", ["ab1234x", "tx-9000", "q80-55"], "code"),
        ("title", ["red wool hat for winter", "blue cotton shirt", "green silk scarf long"], "name"),
        ("weight", ["1.5", "22", "3.75"], "number"),
        ("class", ["C07B**C07D**A61K", "H01L**G11B", "F16B, B60R, E06B"], "codes"),
        ("volume", ["43(3)", "12", "7(1)"], "name"),
        ("Lat", ["52.5", "51.45", "0.0"], "latitude"),
        ("long", ["a 1 b", "b 2 c", "c 3 d"], "name"),
    ],
)
def test_a_column_is_taken_for_what_it_holds(header: str, values: list[str], kind: str) -> None:
    assert profile(header, [f"{value}" for value in values] * 2).kind == kind


def test_a_list_of_codes_does_not_name_a_record() -> None:
    rows = [
        {
            "applicant": f"firm {chr(97 + row % 26)}{row % 7}",
            "classes": f"A{row}B*C{row % 9}D*E{row % 5}F*G{row % 7}H*J{row}K",
        }
        for row in range(200)
    ]
    spec = infer(rows).spec
    assert [(entry.column, entry.kernel) for entry in spec.comparisons] == [
        ("applicant", "text"),
        ("classes", "text"),
    ]
    assert spec.relations[0].shared == ("classes",)


def test_a_place_on_the_map_is_compared_once_and_nowhere_is_no_place() -> None:
    rows = [
        {"name": f"firm {row} {row % 7}", "lat": f"{40 + row % 9}.123", "lng": f"{row % 5}.5"}
        for row in range(200)
    ]
    spec = infer(rows).spec
    assert spec.comparison("lng").given == "lat"
    read = reading_of(spec.column("lat"))
    assert [list(read((text,))) for text in ("52.3702", "52.3683", "0.0", "")] == [
        ["52.37"],
        ["52.37"],
        [""],
        [""],
    ]


def test_the_plan_says_per_column_what_is_done_and_why() -> None:
    rows = [
        {"first_name": f"name{i}", "surname": f"family{i}", "email": f"u{i}@a.org", "junk": ""}
        for i in range(50)
    ]
    shown = str(infer(rows))
    assert "first_name  given_name   name" in shown
    assert "the header says given name" in shown
    assert "email" in shown.splitlines()[3]


def test_a_table_of_any_columns_is_matched_without_a_spec() -> None:
    records, names, truth = population(90)
    flat = [
        {
            key: value[0] if isinstance(value, list) else value
            for key, value in record.items()
            if key != "address"
        }
        for record in records
    ]
    matched = match_records(flat, names)
    groups = [{matched.resolution.frame.names[row] for row in group} for group in matched.resolution.groups]
    found = sum(any({names[i], names[j]} <= group for group in groups) for i, j in truth)
    assert found >= 0.8 * len(truth)


def test_our_kernels_are_compare_features_of_recordlinkage() -> None:
    left = pd.DataFrame({"name": ["robert", "anna", None]})
    right = pd.DataFrame({"name": ["bob", "anna", "carl"]})
    pairs = pd.MultiIndex.from_tuples([(0, 0), (1, 1), (2, 2)])
    found = recordlinkage.Compare([compare_feature("name", "name", "name", label="name")]).compute(
        pairs, left, right
    )
    assert found["name"].iloc[0] == pytest.approx(4 / 6)  # "form", the fifth of seven levels
    assert found["name"].iloc[1] == 1.0
    assert found["name"].isna().iloc[2]


BLOCKED = """
import sys
sys.modules["recordlinkage"] = None
from matching.frame import build_frame
from matching.training import train
from tests.matching.people import SPEC, population
records, names, _ = population(60)
train(build_frame(SPEC, records, names), SPEC)
"""


def test_training_takes_its_first_estimate_from_recordlinkage() -> None:
    ended = subprocess.run([sys.executable, "-c", BLOCKED], capture_output=True, text=True, check=False)
    assert ended.returncode != 0
    assert "recordlinkage" in ended.stderr


def test_importing_the_library_loads_none_of_the_heavy_packages() -> None:
    code = (
        "import sys, matching, matching.engines.local\n"
        "heavy = {'django', 'pandas', 'sklearn', 'recordlinkage'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or 0)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
