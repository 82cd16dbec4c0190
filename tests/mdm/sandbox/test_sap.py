"""The SAP simulator reads as OData V2 does: addresses, filters, pages, expansions."""

import httpx
import pytest

from tests.mdm.sandbox.sap_calls import FIRST, PARTNERS, PRODUCTS, error_of


def test_a_call_without_credentials_is_refused(sap):
    answer = httpx.get(f"{sap.url}{PARTNERS}/A_BusinessPartner")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Basic")


def test_one_partner_comes_with_metadata_defaults_and_deferred_navigations(erp):
    answer = erp.get(f"{PARTNERS}/A_BusinessPartner('{FIRST}')")
    found = answer.json()["d"]
    assert answer.status_code == 200
    assert found["OrganizationBPName1"] == "Firma 1 GmbH"
    assert found["BusinessPartnerName"] == "Firma 1 GmbH"
    assert (
        found["FirstName"] == "" and found["BirthDate"] is None and found["BusinessPartnerIsBlocked"] is False
    )
    assert found["__metadata"]["etag"] == answer.headers["etag"]
    assert found["__metadata"]["type"] == "API_BUSINESS_PARTNER.A_BusinessPartnerType"
    assert found["to_BuPaIdentification"]["__deferred"]["uri"].endswith(f"('{FIRST}')/to_BuPaIdentification")


def test_a_key_is_found_without_its_leading_zeros(erp):
    found = erp.get(f"{PARTNERS}/A_BusinessPartner('1000001')").json()["d"]
    assert found["BusinessPartner"] == FIRST


def test_expansion_goes_several_levels_deep(erp):
    expand = (
        "to_BusinessPartnerAddress/to_EmailAddress,to_BusinessPartnerAddress/to_MobilePhoneNumber,"
        "to_BusinessPartnerTax,to_Customer/to_CustomerCompany"
    )
    found = erp.get(f"{PARTNERS}/A_BusinessPartner('{FIRST}')", params={"$expand": expand}).json()["d"]
    address = found["to_BusinessPartnerAddress"]["results"][0]
    assert address["to_EmailAddress"]["results"][0]["EmailAddress"] == "info@firma1.example"
    assert [entry["PhoneNumber"] for entry in address["to_MobilePhoneNumber"]["results"]] == ["0171 100"]
    assert "__deferred" in address["to_PhoneNumber"]
    assert found["to_BusinessPartnerTax"]["results"][0]["BPTaxNumber"] == "DE000000001"
    assert found["to_Customer"]["to_CustomerCompany"]["results"][0]["PaymentTerms"] == "NT30"


def test_a_navigation_is_read_by_its_own_address(erp):
    found = erp.get(f"{PARTNERS}/A_BusinessPartner('{FIRST}')/to_BusinessPartnerAddress").json()["d"]
    assert [entry["CityName"] for entry in found["results"]] == ["Köln"]


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ("BusinessPartner eq '1000007'", 1),  # a literal gets its leading zeros as well
        ("BusinessPartner gt '0001000001' and BusinessPartner le '0001000004'", 3),
        ("LastChangeDate ge datetime'2023-12-01T00:00:00' and BusinessPartner le '1001203'", 30),
        ("startswith(OrganizationBPName1,'Firma 12')", 15),
        ("substringof('rma 1203 ',OrganizationBPName1) eq true", 1),
        ("(BusinessPartner eq '1000007' or BusinessPartner eq '1000008') and not (BirthDate ne null)", 2),
        ("BusinessPartnerIsBlocked eq true", 0),
        ("OrganizationBPName1 eq 'O''Neill'", 0),
    ],
)
def test_a_filter_selects(erp, condition, count):
    params = {"$filter": condition, "$inlinecount": "allpages", "$top": "0"}
    answer = erp.get(f"{PARTNERS}/A_BusinessPartner", params=params)
    assert answer.json()["d"]["__count"] == str(count)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("$filter", "Nickname eq 'x'"),  # no such property
        ("$filter", "LastChangeDate ge '2023'"),  # a literal of another type
        ("$filter", "BusinessPartner eq"),  # cut off
        ("$filter", "BusinessPartner in ('1')"),  # OData V4
        ("$orderby", "Nickname"),
        ("$select", "Nickname"),
        ("$expand", "to_Friends"),
        ("$top", "-1"),
        ("$apply", "x"),
        ("$skiptoken", "???"),
    ],
)
def test_a_query_that_cannot_be_read_is_refused(erp, option, value):
    answer = erp.get(f"{PARTNERS}/A_BusinessPartner", params={option: value})
    assert answer.status_code == 400
    assert error_of(answer)["message"]["value"]


def test_order_skip_top_and_select_work_together(erp):
    params = {"$orderby": "LastChangeDate desc", "$skip": "1", "$top": "2", "$select": "BusinessPartner"}
    rows = erp.get(
        f"{PARTNERS}/A_BusinessPartner", params={**params, "$filter": "BusinessPartner le '0001001203'"}
    ).json()["d"]["results"]
    numbers = [row["BusinessPartner"] for row in rows]
    assert all(set(row) == {"__metadata", "BusinessPartner"} for row in rows)
    assert len(numbers) == 2 and numbers == sorted(numbers, reverse=True)


@pytest.mark.parametrize("order", ["", "CityName", "PostalCode desc"])
def test_next_links_lead_through_all_rows_once(erp, order):
    params = {"$orderby": order} if order else {}
    page = erp.get(f"{PARTNERS}/A_BusinessPartnerAddress", params=params).json()["d"]
    sizes, keys = [], []
    while True:
        sizes.append(len(page["results"]))
        keys += [row["AddressID"] for row in page["results"]]
        if "__next" not in page:
            break
        page = erp.get(page["__next"]).json()["d"]
    assert sizes[:2] == [500, 500] and all(size <= 500 for size in sizes)
    assert len(set(keys)) == len(keys) >= 1203


def test_top_beyond_a_page_is_kept_over_next_links(erp):
    page = erp.get(f"{PARTNERS}/A_BusinessPartner", params={"$top": "700"}).json()["d"]
    last = erp.get(page["__next"]).json()["d"]
    assert (len(page["results"]), len(last["results"])) == (500, 200)
    assert "__next" not in last


def test_count_answers_a_number(erp):
    answer = erp.get(f"{PRODUCTS}/A_Product/$count")
    assert answer.text == "5"


def test_metadata_and_service_root_name_the_entity_sets(erp):
    assert "A_BuPaIdentification" in erp.get(f"{PARTNERS}/").json()["d"]["EntitySets"]
    metadata = erp.get(f"{PRODUCTS}/$metadata")
    assert metadata.headers["content-type"].startswith("application/xml")
    assert 'Property Name="YY1_GoldenId_PRD" Type="Edm.String" MaxLength="20"' in metadata.text


@pytest.mark.parametrize(
    "path", ["A_Nothing", "A_BusinessPartner('99')", f"A_BusinessPartner('{FIRST}')/to_Nothing"]
)
def test_what_does_not_exist_is_404(erp, path):
    answer = erp.get(f"{PARTNERS}/{path}")
    assert answer.status_code == 404
    assert error_of(answer)["code"].startswith("/IWBEP/")
