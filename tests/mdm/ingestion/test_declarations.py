"""The mappings that Aurum ships, on rows as the platforms send them."""

from datetime import date

import pytest

from mdm.ingestion.mapping import declared
from mdm.ingestion.stating import checked
from mdm.ingestion.validate import validate
from mdm.relationships.stated import Stated


def canonical(name, row):
    mapping = declared(name)
    result = mapping.apply(row)
    checked = validate(result, mapping)
    assert checked.refusal is None, checked.refusal
    return result.key, checked.attributes


PARTNER = {
    "BusinessPartner": "1014029",
    "BusinessPartnerCategory": "1",
    "FirstName": "Kevin",
    "LastName": "Roberts Jr.",
    "BirthDate": "/Date(-559267200000)/",
    "LegalForm": "",
    "CorrespondenceLanguage": "EN",
    "BusinessPartnerIsBlocked": False,
    "LastChangeDate": "/Date(1772323200000)/",
    "to_BusinessPartnerAddress": {
        "results": [
            {
                "StreetName": "Queens Ave 79",
                "HouseNumber": "",
                "CityName": "Manchester",
                "PostalCode": "M16 7QL",
                "Country": "GB",
                "to_EmailAddress": {"results": [{"EmailAddress": "kevin@example.org"}]},
                "to_PhoneNumber": {"results": []},
                "to_MobilePhoneNumber": {"results": [{"PhoneNumber": "07810 660908"}]},
                "to_URLAddress": {"results": []},
            }
        ]
    },
    "to_BusinessPartnerTax": {"results": [{"BPTaxType": "GB0", "BPTaxNumber": "GB 980 7806 84"}]},
    "to_Customer": {
        "to_CustomerCompany": {
            "results": [
                {"CompanyCode": "1010", "PaymentTerms": "NT60"},
                {"CompanyCode": "2000", "PaymentTerms": "NT30"},
            ]
        },
        "to_CustomerSalesArea": {
            "results": [
                {"SalesOrganization": "1010", "DistributionChannel": "10", "CustomerPaymentTerms": "NT14"}
            ]
        },
    },
}


def test_a_person_of_the_erp():
    key, attributes = canonical("sap.BusinessPartner", PARTNER)
    assert key == "0001014029"
    assert attributes == {
        "kind": "person",
        "given_name": "Kevin",
        "family_name": "Roberts",
        "name_suffix": "Jr.",
        "birth_date": "1952-04-12",
        "language": "en",
        "payment_terms": {"1010": "NT60", "2000": "NT30", "1010/10/-": "NT14"},
        "status": "active",
        "emails": ["kevin@example.org"],
        "phones": ["+447810660908"],
        "billing_address": {
            "street": "Queens Ave",
            "house_number": "79",
            "postcode": "M16 7QL",
            "city": "Manchester",
            "country": "GB",
        },
        "tax_ids": [{"value": "GB 980 7806 84", "country": "GB", "scheme": "vat"}],
    }


KINDS = [
    # category, legal form, first name line, second; kind, legal name, trading name
    (
        "2",
        "GH",
        "Jortec Bau Gesellschaft mit beschränkter",
        "Haftung",
        "organisation",
        "Jortec Bau Gesellschaft mit beschränkter Haftung",
        None,
    ),
    (
        "2",
        "EK",
        "Erlwald Fotografie",
        "Uwe Erlwald",
        "unknown",
        "Erlwald Fotografie",
        "Uwe Erlwald",
    ),  # one person trades
    ("1", "", "", "", "person", None, None),
]


@pytest.mark.parametrize(("category", "form", "first", "second", "kind", "legal", "trading"), KINDS)
def test_the_erps_category_and_legal_form_tell_the_kind(category, form, first, second, kind, legal, trading):
    row = {"BusinessPartnerCategory": category, "LegalForm": form, "OrganizationBPName1": first}
    _, attributes = canonical("sap.BusinessPartner", PARTNER | row | {"OrganizationBPName2": second})
    assert (attributes["kind"], attributes.get("legal_name"), attributes.get("trading_name")) == (
        kind,
        legal,
        trading,
    )


def test_a_product_of_the_erp():
    row = {
        "Product": "MAT-71034",
        "ProductGroup": "FOOD02",
        "BaseUnit": "KAR",
        "ProductStandardID": "4006381333931",
        "NetWeight": "5",
        "WeightUnit": "KGM",
        "SizeOrDimensionText": "5 kg",
        "CrossPlantStatus": "Z9",
        "YY1_PackSize_PRD": "6",
        "to_Description": {
            "results": [
                {"Language": "DE", "ProductDescription": "Kaffee"},
                {"Language": "EN", "ProductDescription": "Coffee"},
            ]
        },
    }
    assert canonical("sap.Product", row) == (
        "MAT-71034",
        {
            "name": "Coffee",
            "description": "Kaffee",
            "category": "Coffee",
            "unit": "KAR",  # its own code, which the code list reads as case
            "pack_size": 6,
            "size": "5 kg",
            "lifecycle_status": "discontinued",
            "gtins": [{"value": "4006381333931", "level": "case"}],
            "net_content": {"amount": "5", "unit": "kg"},
        },
    )


def test_a_person_account_and_a_business_account_of_the_crm():
    person = {
        "Id": "0015g000000DCUl",
        "IsPersonAccount": True,
        "Name": "Linda Sudham",
        "FirstName": "Linda",
        "LastName": "Sudham",
    }
    assert canonical(
        "salesforce.Account",
        person | {"BillingCountry": "United Kingdom", "PersonMobilePhone": "07810463815"},
    ) == (
        "0015g000000DCUlAAO",
        {
            "kind": "person",
            "full_name": "Linda Sudham",
            "given_name": "Linda",
            "family_name": "Sudham",
            "phones": ["+447810463815"],
        },
    )
    company = {
        "Id": "0015g000000DCUl",
        "IsPersonAccount": False,
        "Name": "Sudham Ltd",
        "ParentId": "0015g000000CkczAAC",
    }
    _, attributes = canonical("salesforce.Account", company)
    assert attributes == {
        "kind": "organisation",
        "legal_name": "Sudham Ltd",
    }


def test_an_account_names_the_account_above_it_and_a_contact_its_account():
    above = {"object_type": "Account", "source_key": "0015g000000CkczAAC"}
    account = declared("salesforce.Account").apply({"Id": "0015g000000DCUl", "ParentId": "0015g000000Ckcz"})
    (parent,) = account.relationships
    assert (parent["type"], parent["forward"], parent["other"]) == ("parent_account", True, above)
    row = {"Id": "0035g000000L5wsAAC", "AccountId": "0015g000000CkczAAC", "Title": "Buyer"}
    (contact,) = declared("salesforce.Contact").apply(row).relationships
    assert (contact["type"], contact["other"], contact["attributes"]) == (
        "contact_of",
        above,
        {"role": "Buyer"},
    )


def test_a_partner_marked_for_archiving_is_inactive_and_stays_resolvable():
    marked = {**PARTNER, "IsMarkedForArchiving": True, "BusinessPartnerIsBlocked": True}
    assert declared("sap.BusinessPartner").apply(marked).status == "active"
    assert canonical("sap.BusinessPartner", marked)[1]["status"] == "inactive"


def test_a_product_flagged_for_deletion_is_discontinued_and_stays_resolvable():
    flagged = {"Product": "4711", "ProductStandardID": "4006381333931", "IsMarkedForDeletion": True}
    assert declared("sap.Product").apply(flagged).status == "active"
    assert canonical("sap.Product", flagged)[1]["lifecycle_status"] == "discontinued"


def test_a_row_of_the_crm_that_lost_a_merge_is_deleted_and_names_the_one_that_stayed():
    row = {"Id": "0015g000000DCUl", "IsDeleted": True, "MasterRecordId": "0015g000000DCUmAAO"}
    for name in ("Account", "Contact", "Lead"):
        lost = declared(f"salesforce.{name}").apply(row)
        assert (lost.status, lost.merged_into) == ("deleted", "0015g000000DCUmAAO")
    alone = declared("salesforce.Account").apply({**row, "MasterRecordId": None})
    assert (alone.status, alone.merged_into) == ("deleted", "")
    converted = declared("salesforce.Lead").apply({"Id": "0015g000000DCUl", "IsConverted": True})
    assert converted.status == "retired"


def test_a_partner_marked_for_archiving_is_deleted_once_its_customer_is_marked_for_deletion():
    statuses = [
        declared("sap.BusinessPartner").apply(
            {**PARTNER, "IsMarkedForArchiving": archived, "to_Customer": {"DeletionIndicator": deleted}}
        )
        for archived, deleted in ((False, True), (True, False), (True, True))
    ]
    assert [one.status for one in statuses] == ["active", "active", "deleted"]


AREA = {"SalesOrganization": "1010", "DistributionChannel": "10", "Division": "00"}


def test_partner_functions_and_contacts_of_a_partner_are_relationships():
    functions = [("SP", "1014029"), ("BP", "1014029"), ("BP", "17"), ("SH", "18")]
    area = {**AREA, "to_PartnerFunction": {"results": [
        {**AREA, "PartnerFunction": function, "BPCustomerNumber": number} for function, number in functions
    ]}}  # fmt: skip
    contact = {
        "BusinessPartnerPerson": "19",
        "ValidityStartDate": "/Date(1704067200000)/",
        "ValidityEndDate": "/Date(253402214400000)/",
        "to_ContactRelationship": {"ContactPersonFunctionName": "Buyer"},
    }
    row = {
        **PARTNER,
        "to_Customer": {"to_CustomerSalesArea": {"results": [area]}},
        "to_BusinessPartnerContact": {"results": [contact]},
    }
    mapped = declared("sap.BusinessPartner").apply(row)
    assert mapped.problems == []
    found, problems = checked(
        mapped.relationships, key=mapped.key, source="erp", object_type="BusinessPartner", domain="customer"
    )
    assert problems == []
    # Its own bill-to party is no relationship; the last day of a validity without end is none.
    assert found == (
        Stated(
            "bill_to", True, "erp", "BusinessPartner", "0000000017", attributes={"sales_area": "1010/10/00"}
        ),
        Stated(
            "contact_of",
            False,
            "erp",
            "BusinessPartner",
            "0000000019",
            date(2024, 1, 1),
            None,
            {"role": "Buyer"},
        ),
        Stated(
            "ship_to", True, "erp", "BusinessPartner", "0000000018", attributes={"sales_area": "1010/10/00"}
        ),
    )


def test_a_contact_says_whether_mail_is_welcome():
    row = {
        "Id": "0035g000000L5wsAAC",
        "AccountId": "0015g000000CkczAAC",
        "LastName": "Miller",
        "HasOptedOutOfEmail": True,
    }
    assert canonical("salesforce.Contact", row)[1] == {
        "kind": "person",
        "family_name": "Miller",
        "consent": {"email": False},
    }


def test_a_customer_of_the_shop():
    row = {
        "customer_no": "k207648",
        "account_type": "freelance",
        "first_name": "Jaime",
        "last_name": "Durán",
        "street": "Calle Mayor, 98",
        "zip": "28037",
        "city": "Madrid",
        "country": "ES",
        "newsletter": "ja",
        "status": "gesperrt",
        "last_order_on": "31.05.2022",
    }
    assert canonical("shop.customer", row) == (
        "K207648",
        {
            "kind": "unknown",
            "given_name": "Jaime",
            "family_name": "Durán",
            "status": "blocked",
            "billing_address": {
                "street": "Calle Mayor",
                "house_number": "98",
                "postcode": "28037",
                "city": "Madrid",
                "country": "ES",
            },
            "consent": {"email": True},
        },
    )
    assert str(declared("shop.customer").apply(row).changed_at) == "2022-05-31 00:00:00+02:00"


def test_an_article_of_the_shop():
    row = {
        "article_no": "A1",
        "title": "Coffee",
        "ean": "4006381333931",
        "price": "1.079,46",
        "content": "2,5 l",
        "available": "nein",
    }
    assert canonical("shop.product", row)[1] == {
        "sku": "A1",
        "name": "Coffee",
        "price": "1079.46",
        "size": "2,5 l",
        "lifecycle_status": "discontinued",
        "gtins": [{"value": "4006381333931", "level": "unknown"}],
        "net_content": {"amount": "2.5", "unit": "l"},
    }


def test_users_and_organisations_of_the_desk():
    user = {
        "id": 360000956766,
        "type": "user",
        "name": "Richter, Sabine",
        "phone": "+49 171 5659765",
        "locale": "de-AT",
    }
    assert canonical("desk.contact", user) == (
        "360000956766",
        {
            "kind": "person",
            "full_name": "Richter, Sabine",
            "given_name": "Sabine",
            "family_name": "Richter",
            "phones": ["+491715659765"],
            "language": "de",
        },
    )
    assert canonical("desk.contact", {"id": 1, "type": "organization", "name": "Wolf GmbH"})[1] == {
        "kind": "organisation",
        "legal_name": "Wolf GmbH",
    }


@pytest.mark.parametrize(
    ("mapping", "column", "unset"),
    [
        ("sap.BusinessPartner", "BirthDate", "/Date(0)/"),
        ("salesforce.Account", "PersonBirthdate", "1970-01-01"),
        ("salesforce.Contact", "Birthdate", "1970-01-01"),
    ],
)
def test_day_zero_of_the_clock_is_no_birth_date_of_a_platform(mapping, column, unset):
    row = {"BusinessPartner": "1", "Id": "0015g000000CjcGAAS", "LastName": "Roberts", column: unset}
    assert "birth_date" not in declared(mapping).apply(row).attributes
