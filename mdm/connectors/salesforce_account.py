"""A golden customer as the fields of a Salesforce Account."""

from collections.abc import Mapping
from typing import Any

LENGTHS = {
    "LastName": 80,
    "FirstName": 40,
    "BillingCity": 40,
    "BillingPostalCode": 20,
    "BillingState": 80,
    "Phone": 40,
}
LONGEST = 255


def account_fields(golden: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields that have a value; a last name makes a person account, a name a business account."""
    address = golden.get("billing_address") or golden.get("shipping_address") or {}
    street = " ".join(str(address[name]) for name in ("street", "house_number") if address.get(name))
    email = next(iter(golden.get("emails") or ()), None)
    fields = {
        **(_person(golden, email) if golden.get("kind") == "person" else _organisation(golden, email)),
        "Phone": next(iter(golden.get("phones") or ()), None),
        "Website": golden.get("website"),
        "BillingStreet": street or address.get("line"),
        "BillingCity": address.get("city"),
        "BillingPostalCode": address.get("postcode"),
        "BillingState": address.get("region"),
        "BillingCountry": address.get("country"),
    }
    return {name: str(value)[: LENGTHS.get(name, LONGEST)] for name, value in fields.items() if value}


def _person(golden: Mapping[str, Any], email: str | None) -> dict[str, str | None]:
    return {
        "FirstName": golden.get("given_name"),
        "LastName": golden.get("family_name") or golden.get("full_name"),
        "PersonBirthdate": golden.get("birth_date"),
        "PersonEmail": email,
    }


def _organisation(golden: Mapping[str, Any], email: str | None) -> dict[str, str | None]:
    names = " ".join(str(golden[name]) for name in ("given_name", "family_name") if golden.get(name))
    return {
        "Name": golden.get("legal_name") or golden.get("trading_name") or golden.get("full_name") or names,
        "Email__c": email,
    }
