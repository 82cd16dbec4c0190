"""Customer records in the formats of the four platforms.

A sole trader is one entity in truth: a person in the CRM and in the desk, in the ERP a BusinessPartner of
category 2 with
LegalForm ``EK`` and in the shop sometimes an account of type ``freelance``; a mapping should send kind
unknown for both.
"""

from datetime import date
from typing import Any

from mdm.sandbox.sample.dice import Dice
from mdm.sandbox.sample.entities import Address
from mdm.sandbox.sample.formats import (
    desk_time,
    salesforce_time,
    sap_date,
    shop_date,
    street_line,
    tax_text,
)
from mdm.sandbox.sample.records import Record
from mdm.sandbox.sample.tables_places import COUNTRIES

Row = dict[str, Any]

SHOP_COLUMNS = (
    "customer_no",
    "account_type",
    "company",
    "contact_person",
    "salutation",
    "first_name",
    "last_name",
    "email",
    "phone",
    "street",
    "zip",
    "city",
    "country",
    "vat_id",
    "newsletter",
    "registered_on",
    "last_order_on",
    "currency",
    "language",
    "status",
)
_TERMS = ("0001", "NT30", "NT30", "NT14", "NT60", "0002")


def _results(rows: list[Row]) -> Row:
    return {"results": rows}


def _erp_address(dice: Dice, record: Record) -> list[Row]:
    address = record.address or Address("", "", "", "", "", "", record.country, "", "")
    street, house = address.street, address.house
    if address.unit:
        house = f"{house}/{address.unit}" if record.country in ("PL", "RU", "UA") else house
    if street and dice.chance(0.22):
        street, house = street_line(street, house, "", record.country), ""
    return [
        {
            "BusinessPartner": record.key,
            "AddressID": str(20000 + int(record.key) % 900000),
            "StreetName": street,
            "HouseNumber": house,
            "StreetPrefixName": address.unit if record.country in ("US", "GB") else "",
            "CityName": address.city,
            "PostalCode": address.postcode,
            "Region": address.region,
            "Country": record.country,
            "Language": COUNTRIES[record.country][2].upper(),
            "to_EmailAddress": _results(
                [
                    {"OrdinalNumber": str(at + 1), "IsDefaultEmailAddress": at == 0, "EmailAddress": email}
                    for at, email in enumerate(record.emails)
                ]
            ),
            "to_PhoneNumber": _results(
                [
                    {
                        "OrdinalNumber": str(at + 1),
                        "DestinationLocationCountry": record.country,
                        "PhoneNumber": phone,
                    }
                    for at, phone in enumerate(record.phones)
                ]
            ),
            "to_MobilePhoneNumber": _results(
                [
                    {
                        "OrdinalNumber": str(len(record.phones) + at + 1),
                        "DestinationLocationCountry": record.country,
                        "PhoneNumber": phone,
                    }
                    for at, phone in enumerate(record.mobiles)
                ]
            ),
            "to_URLAddress": _results([{"WebsiteURL": record.website}] if record.website else []),
        }
    ]


def erp_partner(dice: Dice, record: Record) -> Row:
    """An A_BusinessPartner entity with its navigation collections inlined."""
    organisation = record.kind != "person"
    language = COUNTRIES[record.country][2]
    name = record.company if organisation else record.family
    return {
        "BusinessPartner": record.key,
        "BusinessPartnerCategory": "2" if organisation else "1",
        "BusinessPartnerGrouping": "BP02",
        "Customer": record.key,
        "FirstName": "" if organisation else record.given,
        "MiddleName": "" if organisation else record.middle,
        "LastName": "" if organisation else " ".join(part for part in (record.family, record.suffix) if part),
        "AcademicTitle": "" if organisation else record.prefix,
        "BirthName": "" if organisation else record.birth_name,
        "BirthDate": _birth(record.birth),
        "OrganizationBPName1": record.company if organisation else "",
        "OrganizationBPName2": record.company_more if organisation else "",
        "OrganizationBPName3": record.trading if organisation else "",
        "LegalForm": record.form_code,
        "SearchTerm1": name.upper()[:20].strip(),
        "CorrespondenceLanguage": language.upper(),
        "BusinessPartnerIsBlocked": dice.chance(0.01),
        "IsMarkedForArchiving": dice.chance(0.01),
        "CreationDate": sap_date(record.created),
        "LastChangeDate": sap_date(record.seen),
        "to_BusinessPartnerAddress": _results(_erp_address(dice, record)),
        "to_BusinessPartnerTax": _results(
            [
                {
                    "BusinessPartner": record.key,
                    "BPTaxType": tax.tax_type,
                    "BPTaxNumber": tax_text(dice, tax.value, "erp"),
                }
                for tax in record.taxes
            ]
        ),
        "to_BuPaIdentification": _results(_erp_duns(record)),
        "to_Customer": _erp_customer(dice, record),
    }


def _erp_duns(record: Record) -> list[Row]:
    """The D-U-N-S number (identification type BUP001) where the ERP knows it."""
    if not record.duns:
        return []
    row = {"BusinessPartner": record.key, "BPIdentificationType": "BUP001"}
    return [{**row, "BPIdentificationNumber": record.duns}]


def _erp_customer(dice: Dice, record: Record) -> Row:
    """The customer role with company code and sales area."""
    company = {"Customer": record.key, "CompanyCode": "1010", "PaymentTerms": dice.skewed(_TERMS)}
    area = {"Customer": record.key, "SalesOrganization": "1010", "Currency": COUNTRIES[record.country][1]}
    return {
        "Customer": record.key,
        "CustomerAccountGroup": "CUST",
        "to_CustomerCompany": _results([company]),
        "to_CustomerSalesArea": _results([{**area, "CustomerPaymentTerms": dice.skewed(_TERMS)}]),
    }


def _birth(iso: str) -> str | None:
    if not iso:
        return None
    return sap_date(date.fromisoformat(iso))


def _crm_address(dice: Dice, record: Record, prefix: str) -> Row:
    address = record.address
    if address is None:
        return {f"{prefix}{part}": None for part in ("Street", "City", "PostalCode", "State", "Country")}
    english, _, language, own = COUNTRIES[record.country]
    country = dice.weighted(((english, 6), (record.country, 2), (own, 2)))
    return {
        f"{prefix}Street": street_line(address.street, address.house, address.unit, record.country) or None,
        f"{prefix}City": address.city or None,
        f"{prefix}PostalCode": address.postcode or None,
        f"{prefix}State": address.region if record.country in ("US", "IT", "ES", "JP") and language else None,
        f"{prefix}Country": country,
    }


def _first(values: list[str]) -> str | None:
    return values[0] if values else None


def _salutation(record: Record) -> str:
    return {"m": "Mr.", "f": "Ms."}.get(record.sex, "")


def crm_account(dice: Dice, record: Record) -> Row:
    """A Salesforce Account; a private customer or sole trader is a person account."""
    person = record.kind == "person"
    family = " ".join(part for part in (record.family, record.suffix) if part)
    billing = _crm_address(dice, record, "Billing")
    shipping = {key.replace("Billing", "Shipping"): value for key, value in billing.items()}
    if not dice.chance(0.3):
        shipping = dict.fromkeys(shipping)
    minute = dice.below(1440)
    return {
        "Id": record.key,
        "IsDeleted": False,
        "IsPersonAccount": person,
        "Name": " ".join(part for part in (record.given, family) if part) if person else record.company,
        "Salutation": _salutation(record) if person and dice.chance(0.6) else None,
        "FirstName": record.given if person else None,
        "MiddleName": (record.middle or None) if person else None,
        "LastName": record.family if person else None,
        "Suffix": (record.suffix or None) if person else None,
        "Type": dice.pick(("Customer", "Customer", "Prospect")),
        "Phone": _first(record.phones),
        "Website": record.website or None,
        "PersonBirthdate": record.birth or None,
        "PersonEmail": _first(record.emails) if person else None,
        "PersonMobilePhone": _first(record.mobiles) if person else None,
        "Email__c": None if person else _first(record.emails),
        "Tax_Number__c": tax_text(dice, record.taxes[0].value, "crm") if record.taxes else None,
        **billing,
        **shipping,
        "ParentId": record.parent_key or None,
        "CurrencyIsoCode": COUNTRIES[record.country][1],
        "ERP_Number__c": None,
        "MDM_Id__c": None,
        "CreatedDate": salesforce_time(record.created, minute),
        "LastModifiedDate": salesforce_time(record.seen, minute),
        "SystemModstamp": salesforce_time(record.seen, minute),
    }


def crm_contact(dice: Dice, record: Record) -> Row:
    """A Salesforce Contact of an Account."""
    minute = dice.below(1440)
    return {
        "Id": record.key,
        "IsDeleted": False,
        "AccountId": record.account_key or None,
        "Salutation": _salutation(record) if dice.chance(0.6) else None,
        "FirstName": record.given or None,
        "MiddleName": record.middle or None,
        "LastName": record.family,
        "Suffix": record.suffix or None,
        "Title": record.job or None,
        "Birthdate": record.birth or None,
        "Email": _first(record.emails),
        "Phone": _first(record.phones),
        "MobilePhone": _first(record.mobiles),
        **_crm_address(dice, record, "Mailing"),
        "HasOptedOutOfEmail": dice.chance(0.15),
        "MDM_Id__c": None,
        "CreatedDate": salesforce_time(record.created, minute),
        "LastModifiedDate": salesforce_time(record.seen, minute),
        "SystemModstamp": salesforce_time(record.seen, minute),
    }


def shop_customer(dice: Dice, record: Record) -> Row:
    """A row of the shop's export, by its columns."""
    address = record.address or Address("", "", "", "", "", "", record.country, "", "")
    kind = {"person": "private", "organisation": "business", "sole": "freelance"}[record.kind]
    _, currency, language, _ = COUNTRIES[record.country]
    return {
        "customer_no": record.key,
        "account_type": kind,
        "company": record.company,
        "contact_person": "",
        "salutation": {"m": "Herr", "f": "Frau"}.get(record.sex, "") if dice.chance(0.5) else "",
        "first_name": record.given,
        "last_name": " ".join(part for part in (record.family, record.suffix) if part),
        "email": _first(record.emails) or "",
        "phone": _first(record.mobiles + record.phones) or "",
        "street": street_line(address.street, address.house, address.unit, record.country),
        "zip": address.postcode,
        "city": address.city,
        "country": record.country,
        "vat_id": tax_text(dice, record.taxes[0].value, "shop") if record.taxes else "",
        "newsletter": "ja" if dice.chance(0.4) else "nein",
        "registered_on": shop_date(record.created),
        "last_order_on": shop_date(record.seen),
        "currency": currency,
        "language": language,
        "status": "aktiv",
    }


def desk_contact(dice: Dice, record: Record) -> Row:
    """A user or an organisation of the support desk's export."""
    minute = dice.below(1440)
    name = record.company
    if record.kind == "person":
        family = " ".join(part for part in (record.family, record.suffix) if part)
        given = " ".join(part for part in (record.given, record.middle) if part)
        name = dice.weighted(((f"{given} {family}".strip(), 8), (f"{family}, {given}".strip(", "), 2)))
        if record.country == "JP" and name[:1] > "\u3000":
            name = f"{family} {given}"
    return {
        "id": int(record.key),
        "type": "user" if record.kind == "person" else "organization",
        "name": name,
        "email": _first(record.emails),
        "phone": _first(record.mobiles + record.phones),
        "organization": record.account_name or None,
        "country": record.country if dice.chance(0.6) else None,
        "locale": COUNTRIES[record.country][2],
        "notes": record.job or None,
        "tags": [],
        "external_id": None,
        "created_at": desk_time(record.created, minute),
        "updated_at": desk_time(record.seen, minute),
    }
