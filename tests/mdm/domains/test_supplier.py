"""A new domain is one new file: supplier registers, validates, matches and survives without any other."""

from datetime import UTC, date, datetime
from pathlib import Path

from matching.engines.local import resolve
from matching.model import default_model
from mdm import domains
from mdm.domains import supplier
from mdm.ingestion.validate import canonicalise
from mdm.survivorship.compute import compute
from mdm.survivorship.plan import plan_of
from mdm.survivorship.values import Member

ERP = {
    "legal_name": "Müller & Söhne GmbH",
    "tax_ids": [{"scheme": "vat", "value": "DE136695976", "country": "DE"}],
    "phones": ["+4930123456"],
    "address": {
        "street": "Hauptstr.",
        "house_number": "5",
        "postcode": "10115",
        "city": "Berlin",
        "country": "DE",
    },
    "payment_terms": "N30",
}
CRM = {
    "legal_name": "Mueller und Soehne",
    "tax_ids": [{"scheme": "vat", "value": "DE136695976", "country": "DE"}],
    "emails": ["einkauf@mueller-soehne.de"],
    "address": {"postcode": "10115", "city": "Berlin", "country": "DE"},
    "payment_terms": "N60",
}
OTHER = {
    "legal_name": "Huber Werkzeuge AG",
    "tax_ids": [{"scheme": "vat", "value": "ATU13585627", "country": "AT"}],
    "address": {"postcode": "1010", "city": "Wien", "country": "AT"},
}
NAMES = [("erp", "Supplier", "1"), ("crm", "Vendor", "A"), ("erp", "Supplier", "2")]


def test_it_registers_by_lying_there() -> None:
    assert domains.get("supplier") is supplier.DOMAIN
    mentions = [
        path.name
        for path in Path(supplier.__file__).parent.glob("*.py")
        if "supplier" in path.read_text(encoding="utf-8").lower()
    ]
    assert mentions == ["supplier.py"]


def test_it_validates() -> None:
    written = {
        "legal_name": " Acme  ",
        "phones": ["030 123456"],
        "address": {"country": "Deutschland", "city": "Berlin"},
        "status": "ACTIVE",
    }
    canonical, problems = canonicalise(written, "supplier")
    assert canonical["phones"] == ["+4930123456"]
    assert canonical["address"] == {"country": "DE", "city": "Berlin"}
    assert (canonical["legal_name"], canonical["status"]) == ("Acme", "active")
    assert problems == []
    _, problems = canonicalise({"legal_name": "Acme", "status": "asleep", "shoe_size": "7"}, "supplier")
    assert sorted(problem.rule for problem in problems) == ["unknown_attribute", "unknown_choice"]


def test_it_matches() -> None:
    found = resolve(supplier.MATCH_SPEC, [ERP, CRM, OTHER], NAMES, model=default_model(supplier.MATCH_SPEC))
    labels = dict(zip(found.frame.names, found.labels().tolist(), strict=True))
    assert labels[NAMES[0]] == labels[NAMES[1]]
    assert labels[NAMES[2]] != labels[NAMES[0]]


def test_its_values_survive() -> None:
    day = datetime(2026, 1, 1, tzinfo=UTC)
    members = [
        Member(name=name, attributes=record, content_changed_at=day)
        for name, record in zip(NAMES[:2], (ERP, CRM), strict=True)
    ]
    golden = compute(plan_of(supplier.SURVIVORSHIP), members, today=date(2026, 6, 1)).attributes
    assert golden["legal_name"] == "Müller & Söhne GmbH"  # the ERP is trusted more
    assert golden["payment_terms"] == "N30"  # and owns the terms
    assert golden["emails"] == ["einkauf@mueller-soehne.de"]
    assert golden["phones"] == ["+4930123456"]
    assert supplier.title(golden) == "Müller & Söhne GmbH"
