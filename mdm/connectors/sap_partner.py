"""A golden customer as the deep A_BusinessPartner document that creates it in SAP.

A text longer than its field is cut, as SAP's own screens do. A region is left out unless it is SAP's code.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

NAME_LENGTH = 40
REGION_LENGTH = 3
ADDRESS_FIELDS = {
    "StreetName": ("street", 60),
    "HouseNumber": ("house_number", 10),
    "StreetPrefixName": ("unit", 40),
    "CityName": ("city", 40),
    "PostalCode": ("postcode", 10),
    "Country": ("country", 3),
}
PERSON_FIELDS = {"FirstName": "given_name", "MiddleName": "middle_name", "BirthName": "former_family_name"}
SEVERAL = {
    "to_EmailAddress": ("EmailAddress", "emails", 241),
    "to_PhoneNumber": ("PhoneNumber", "phones", 30),
}
MOST_OF_SEVERAL = 3


def partner_document(golden: Mapping[str, Any], *, golden_type: str, golden_code: str) -> dict[str, Any]:
    """Return the document: category by kind, names, one address with its e-mails and phones, VAT, the
    golden id.
    """
    document = (
        _organisation(golden, golden_code)
        if golden.get("kind") == "organisation"
        else _person(golden, golden_code)
    )
    document["to_BuPaIdentification"] = {
        "results": [{"BPIdentificationType": golden_type, "BPIdentificationNumber": golden_code}]
    }
    if golden.get("language"):
        document["CorrespondenceLanguage"] = str(golden["language"])[:2].upper()
    for navigation, rows in (
        ("to_BusinessPartnerAddress", _addresses(golden)),
        ("to_BusinessPartnerTax", _taxes(golden)),
    ):
        if rows:
            document[navigation] = {"results": rows}
    return document


def _organisation(golden: Mapping[str, Any], golden_code: str) -> dict[str, Any]:
    name = _first(golden, "legal_name", "trading_name", "full_name") or golden_code
    fields = {"BusinessPartnerCategory": "2", "OrganizationBPName1": name[:NAME_LENGTH].strip()}
    rest = name[NAME_LENGTH : 2 * NAME_LENGTH].strip()
    return {**fields, "OrganizationBPName2": rest} if rest else fields


def _person(golden: Mapping[str, Any], golden_code: str) -> dict[str, Any]:
    family = _first(golden, "family_name", "full_name", "legal_name") or golden_code
    document = {"BusinessPartnerCategory": "1", "LastName": family[:NAME_LENGTH].strip()}
    for field, name in PERSON_FIELDS.items():
        if golden.get(name):
            document[field] = str(golden[name])[:NAME_LENGTH].strip()
    if golden.get("birth_date"):
        born = datetime.combine(date.fromisoformat(golden["birth_date"]), datetime.min.time(), UTC)
        document["BirthDate"] = f"/Date({int(born.timestamp()) * 1000})/"
    return document


def _addresses(golden: Mapping[str, Any]) -> list[dict[str, Any]]:
    held = golden.get("billing_address") or golden.get("shipping_address") or {}
    if not held.get("street") and held.get("line"):
        held = {**held, "street": held["line"]}
    address: dict[str, Any] = {
        field: str(held[name])[:length] for field, (name, length) in ADDRESS_FIELDS.items() if held.get(name)
    }
    if 0 < len(str(held.get("region") or "")) <= REGION_LENGTH:
        address["Region"] = held["region"]
    for navigation, (field, name, length) in SEVERAL.items():
        values = [value for value in golden.get(name) or () if len(value) <= length][:MOST_OF_SEVERAL]
        if values:
            address[navigation] = {"results": [{field: value} for value in values]}
    return [address] if address else []


def _taxes(golden: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return one VAT number a country: SAP's tax number category of it is the country's code and a zero."""
    found: dict[str, str] = {}
    for tax_id in golden.get("tax_ids") or ():
        if tax_id.get("scheme") == "vat" and tax_id.get("country") and len(tax_id["value"]) <= 20:
            found.setdefault(f"{tax_id['country']}0", tax_id["value"])
    return [{"BPTaxType": category, "BPTaxNumber": number} for category, number in found.items()]


def _first(golden: Mapping[str, Any], *names: str) -> str:
    return next((str(golden[name]) for name in names if golden.get(name)), "")
