"""What the tests of the SAP simulator say to it, and the records that they load."""

import httpx

PARTNERS = "/sap/opu/odata/sap/API_BUSINESS_PARTNER"
PRODUCTS = "/sap/opu/odata/sap/API_PRODUCT_SRV"
FIRST = "0001000001"


def partner(number: int) -> dict:
    key = f"{1_000_000 + number:010d}"
    return {
        "BusinessPartner": key,
        "BusinessPartnerCategory": "2",
        "OrganizationBPName1": f"Firma {number} GmbH",
        "LastChangeDate": f"/Date({1_600_000_000_000 + number * 86_400_000})/",
        "to_BusinessPartnerAddress": {
            "results": [
                {
                    "AddressID": str(number),
                    "CityName": "Köln",
                    "PostalCode": "50667",
                    "Country": "DE",
                    "to_EmailAddress": {"results": [{"EmailAddress": f"info@firma{number}.example"}]},
                    "to_PhoneNumber": {"results": [{"PhoneNumber": "0221 100"}]},
                    "to_MobilePhoneNumber": {"results": [{"PhoneNumber": "0171 100"}]},
                }
            ]
        },
        "to_BusinessPartnerTax": {"results": [{"BPTaxType": "DE0", "BPTaxNumber": f"DE{number:09d}"}]},
        "to_BuPaIdentification": {"results": []},
        "to_Customer": {
            "Customer": key,
            "to_CustomerCompany": {"results": [{"CompanyCode": "1010", "PaymentTerms": "NT30"}]},
        },
    }


def product(number: int) -> dict:
    return {
        "Product": f"MAT-{number}",
        "ProductType": "HAWA",
        "Brand": "Elmia",
        "LastChangeDateTime": "/Date(1700000000000+0000)/",
        "to_Description": {"results": [{"Language": "EN", "ProductDescription": f"Cleaner {number}"}]},
    }


def create(client: httpx.Client, **fields) -> str:
    """Create an organisation and return its number."""
    body = {"BusinessPartnerCategory": "2", "OrganizationBPName1": "Neu AG", **fields}
    answer = client.post(f"{PARTNERS}/A_BusinessPartner", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["d"]["BusinessPartner"]


def error_of(answer: httpx.Response) -> dict:
    return answer.json()["error"]


def golden(number: str, golden_id: str) -> dict:
    return {"BusinessPartner": number, "BPIdentificationType": "ZMDM", "BPIdentificationNumber": golden_id}
