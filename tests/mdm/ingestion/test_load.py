"""manage.py load, as a person uses it."""

import csv
import io

import pytest
from django.core.management import call_command

from mdm.ingestion.documents import BadMapping
from mdm.ingestion.stored_mappings import keep_mapping, mapping_named, mapping_of
from mdm.models import AuditEntry, ObjectType, QuarantinedRow, SourceMapping, SourceRecord

ROWS = """customer_no;account_type;first_name;last_name;email;country;registered_on
k1;private;Anna;Berg;anna@example.org;SE;24.12.2020
k2;private;Bo;Holm;bo@example.org;Ruritania;24.12.2020
"""


@pytest.fixture
def shop(tmp_path):
    path = tmp_path / "kunden.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def load(*arguments, source="shop", object_type="customer", domain="customer"):
    """Run the command and return (exit code, what it printed, its errors)."""
    out, errors = io.StringIO(), io.StringIO()
    code: object = 0
    where = ["--source", source, "--object", object_type, "--domain", domain]
    try:
        call_command("load", *map(str, arguments), *where, stdout=out, stderr=errors, no_color=True)
    except SystemExit as leaving:
        code = leaving.code
    return code, out.getvalue(), errors.getvalue()


def test_a_load_says_what_became_of_the_rows(db, shop):
    code, printed, _ = load(shop)
    assert code == 0
    assert "Created the source system 'shop' and its object type 'customer' in the domain customer" in printed
    assert "kunden.csv: CSV, utf-8 (plain ASCII), 7 columns separated by semicolons" in printed
    assert "not in this file: city, company, currency" in printed
    assert "1 × unknown_country, first in row 3, column country: 'Ruritania' is no country." in printed
    assert (SourceRecord.objects.get().source_key, QuarantinedRow.objects.get().source_key) == ("K1", "K2")
    assert ObjectType.objects.get().mapping == "shop.customer"
    assert AuditEntry.objects.filter(actor="manage.py load", cause="kunden.csv").exists()


def test_strict_leaves_with_1_when_a_row_was_quarantined(db, shop):
    assert load(shop, "--strict")[0] == 1


def test_a_dry_run_keeps_nothing_and_reports_every_row(db, shop, tmp_path):
    report = tmp_path / "report.csv"
    code, printed, _ = load(shop, "--dry-run", "--report", report)
    assert (code, "Would be, of 2 rows" in printed) == (0, True)
    assert "nothing is kept" in printed
    assert SourceRecord.objects.count() == QuarantinedRow.objects.count() == ObjectType.objects.count() == 0
    with report.open(encoding="utf-8", newline="") as file:
        rows = [
            (row["row"], row["source_key"], row["outcome"], row["rule"], row["column"])
            for row in csv.DictReader(file)
        ]
    assert rows == [("2", "K1", "created", "", ""), ("3", "K2", "quarantined", "unknown_country", "country")]


OWN = """domain = "customer"
key = "customer_no"
[attributes]
given_name = "first_name"
family_name = "last_name"
emails = "email"
"""


def test_a_mapping_of_ones_own_is_kept_with_the_object_type(db, shop, tmp_path):
    own = tmp_path / "kunden.toml"
    own.write_text(OWN, encoding="utf-8")
    _, printed, _ = load(shop, "--mapping", own, object_type="Kunde")
    assert "Its mapping is kept as 'shop.Kunde'." in printed
    kept = ObjectType.objects.get()
    assert (kept.mapping, SourceMapping.objects.get().document) == ("shop.Kunde", OWN)
    assert mapping_of(kept).columns() == {"customer_no", "first_name", "last_name", "email"}
    own.unlink()
    assert load(shop, object_type="Kunde")[0] == 0, "the object type's own mapping needs no naming"


def test_a_kept_mapping_stands_before_a_shipped_one_of_its_name(db, shop):
    keep_mapping("shop.customer", OWN, actor="anna", cause="a test")
    assert mapping_named("shop.customer").columns() == {"customer_no", "first_name", "last_name", "email"}
    assert "country" not in load(shop)[1], "our own reads no country, so none is unknown"


@pytest.mark.parametrize(
    ("name", "document", "says"),
    [("a/b", OWN, "no name of a mapping"), ("a", "domain =", "a: this is no valid TOML")],
)
def test_what_cannot_be_used_is_not_kept(db, name, document, says):
    with pytest.raises(BadMapping, match=says):
        keep_mapping(name, document, actor="anna", cause="a test")
    assert not SourceMapping.objects.exists()


UNUSABLE = [
    # arguments, object type, domain, a part of the sentence
    (["none.csv"], "customer", "customer", "No such file"),
    (["kunden.csv"], "Kunde", "customer", "let --suggest-mapping propose one"),
    (["kunden.csv", "--mapping", "none.toml"], "customer", "customer", "cannot be read"),
    (["kunden.csv", "--mapping", "shop.kunde"], "customer", "customer", "There is no mapping 'shop.kunde'"),
    (
        ["kunden.csv", "--mapping", "shop.product"],
        "customer",
        "customer",
        "is for the domain product, not customer",
    ),
    (["kunden.csv", "--mapping", "desk.contact"], "customer", "customer", "has no column 'id'"),
    (["kunden.csv", "--format", "xlsx"], "customer", "customer", "said to be xlsx"),
]


@pytest.mark.parametrize(("arguments", "object_type", "domain", "sentence"), UNUSABLE)
def test_what_cannot_be_used_leaves_with_2_and_a_sentence(
    db, shop, monkeypatch, arguments, object_type, domain, sentence
):
    monkeypatch.chdir(shop.parent)
    code, _, errors = load(*arguments, object_type=object_type, domain=domain)
    assert (code, sentence in errors) == (2, True), errors
    assert SourceRecord.objects.count() == 0


def test_a_suggested_mapping_is_printed_written_and_loads(db, shop, tmp_path):
    written = tmp_path / "kunden.toml"
    code, printed, _ = load(shop, "--suggest-mapping", "--mapping", written)
    assert code == 0
    assert "first_name" in printed
    assert "its name says 'first name'" in printed
    assert SourceRecord.objects.count() == 0
    assert load(shop, "--mapping", written)[0] == 0
    assert SourceRecord.objects.get().attributes == {
        "kind": "person",
        "given_name": "Anna",
        "family_name": "Berg",
        "emails": ["anna@example.org"],
    }
