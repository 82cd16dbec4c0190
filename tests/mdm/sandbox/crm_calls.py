"""What the tests of the Salesforce simulator say to it, and the records that they load."""

import httpx

from mdm.sandbox.platforms.sobjects.ids import check_suffix

DATA = "/services/data/v62.0"
CREDENTIALS = {"grant_type": "client_credentials", "client_id": "aurum", "client_secret": "sandbox"}
ACCOUNTS = 4_503


def account_id(number: int) -> str:
    short = f"0015g00000{number:05d}"
    return short + check_suffix(short)


def account(number: int) -> dict:
    return {
        "Id": account_id(number),
        "Name": f"Firma {number} GmbH",
        "BillingCity": "Köln" if number % 2 else "Bonn",
        "Type": "Customer",
        "ERP_Number__c": None,
        "MDM_Id__c": None,
        "SystemModstamp": f"2024-01-{number % 28 + 1:02d}T00:00:00.000+0000",
    }


def sign_in(url: str) -> httpx.Client:
    token = httpx.post(f"{url}/services/oauth2/token", data=CREDENTIALS).json()["access_token"]
    return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=10)


def query(client: httpx.Client, text: str, resource: str = "query") -> httpx.Response:
    return client.get(f"{DATA}/{resource}", params={"q": text})


def create(client: httpx.Client, object_name: str = "Account", **fields) -> str:
    answer = client.post(f"{DATA}/sobjects/{object_name}", json=fields or {"Name": "Neu AG"})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def codes(answer: httpx.Response) -> list[str]:
    return [error["errorCode"] for error in answer.json()]


def account_row(**fields) -> dict:
    return {"attributes": {"type": "Account"}, **fields}
