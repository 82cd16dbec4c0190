"""The two platforms of the sandbox as tests run them: processes of their own, spoken to over HTTP.

Their stores are read with sqlite3 alone, as an auditor would: what counts is what the platform holds.
"""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from mdm.ingestion.keys import salesforce_suffix

CHECKOUT = Path(__file__).resolve().parents[1]
FILES = {
    "BusinessPartner": "erp_business_partners.ndjson",
    "Product": "erp_products.ndjson",
    "Account": "crm_accounts.ndjson",
    "Contact": "crm_contacts.ndjson",
    "Product2": "crm_products.ndjson",
}
Document = dict[str, Any]


@dataclass
class Platform:
    """One simulator with the file of its store; it can be killed and started again on the same port."""

    module: str
    store: Path
    options: tuple[str, ...] = ()
    port: int = 0
    process: subprocess.Popen[str] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [sys.executable, "-m", f"mdm.sandbox.{self.module}"]
        command += ["--store", str(self.store), "--port", str(self.port), *self.options]
        self.process = subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.port = int(json.loads(self.process.stdout.readline())["port"])

    def kill(self) -> None:
        assert self.process is not None and self.process.stdout is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def plan(self, **faults: Any) -> None:
        """Change the fault plan."""
        answer = httpx.post(f"{self.url}/_sandbox/faults", json=faults)
        assert answer.status_code == 200, answer.text

    def stats(self) -> dict[str, Any]:
        """Return the counters of the process."""
        return dict(httpx.get(f"{self.url}/_sandbox/stats").json())

    def edit(self, object_type: str, key: str, **fields: Any) -> None:
        """Change fields of a CRM row as one of its own users does."""
        answer = self._as_user("PATCH", object_type, key, json=fields)
        assert answer.status_code == 204, answer.text

    def delete(self, object_type: str, key: str) -> None:
        """Delete a CRM row as one of its own users does."""
        answer = self._as_user("DELETE", object_type, key)
        assert answer.status_code == 204, answer.text

    def merge(self, object_type: str, master: str, *losers: str) -> None:
        """Merge CRM rows as one of its own users does."""
        document = {"sObjectType": object_type, "masterId": master, "mergeIds": losers}
        answer = httpx.post(f"{self.url}/services/apexrest/merge", headers=self._signed_in(), json=document)
        assert answer.status_code == 200, answer.text

    def _as_user(self, method: str, object_type: str, key: str, **options: Any) -> httpx.Response:
        url = f"{self.url}/services/data/v62.0/sobjects/{object_type}/{key}"
        return httpx.request(method, url, headers=self._signed_in(), **options)

    def _signed_in(self) -> dict[str, str]:
        grant = {"grant_type": "client_credentials", "client_id": "aurum", "client_secret": "sandbox"}
        token = httpx.post(f"{self.url}/services/oauth2/token", data=grant).json()["access_token"]
        return {"Authorization": f"Bearer {token}"}

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return what the store answers."""
        with sqlite3.connect(f"file:{self.store}?mode=ro", uri=True) as store:
            found = store.execute(query).fetchall()
        store.close()
        return found

    def golden_ids(self) -> dict[str, str]:
        """Return key → golden ids, joined by a blank, of every row of the platform that carries one."""
        if self.module == "sap":
            query = (
                "SELECT BusinessPartner, group_concat(BPIdentificationNumber, ' ') FROM identification"
                " WHERE BPIdentificationType = 'ZMDM' GROUP BY 1"
                " UNION ALL SELECT Product, YY1_GoldenId_PRD FROM product WHERE YY1_GoldenId_PRD <> ''"
            )
        else:
            query = " UNION ALL ".join(
                f"SELECT Id, MDM_Id__c FROM {table} WHERE IsDeleted = 0 AND MDM_Id__c IS NOT NULL"
                for table in ("account", "contact", "product2")
            )
        return dict(sorted(self.rows(query)))


Start = Callable[..., Platform]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a platform with documents by object type: `start("sap", BusinessPartner=[…])`."""
    running: list[Platform] = []

    def _start(module: str, *options: str, **documents: Sequence[Document]) -> Platform:
        folder = tmp_path / f"{module}-{len(running)}"
        folder.mkdir()
        for object_type, entities in documents.items():
            lines = "".join(f"{json.dumps(entity)}\n" for entity in entities)
            (folder / FILES[object_type]).write_text(lines, encoding="utf-8")
        platform = Platform(module, folder / "store.sqlite", ("--load", str(folder), *options))
        platform.start()
        running.append(platform)
        return platform

    yield _start
    for platform in running:
        if platform.process is not None and platform.process.poll() is None:
            platform.kill()


def partner(number: int, name: str, **more: Any) -> Document:
    """Return a business partner that is an organisation, with one address."""
    return {
        "BusinessPartner": f"{number:010d}",
        "BusinessPartnerCategory": "2",
        "OrganizationBPName1": name,
        "LastChangeDate": "/Date(1600000000000)/",
        "to_BusinessPartnerAddress": {
            "results": [
                {
                    "StreetName": "Hafenstraße",
                    "HouseNumber": str(number),
                    "CityName": "Kiel",
                    "PostalCode": "24103",
                    "Country": "DE",
                }
            ]
        },
        **more,
    }


def product(number: int, text: str, **more: Any) -> Document:
    """Return a product with a German description."""
    return {
        "Product": str(number),
        "ProductType": "FERT",
        "to_Description": {"results": [{"Language": "DE", "ProductDescription": text}]},
        **more,
    }


def record_id(prefix: str, number: int) -> str:
    """Return a Salesforce id of 18 characters."""
    body = f"{prefix}Ax{number:010d}"
    return body + salesforce_suffix(body)


def account(number: int, name: str, **more: Any) -> Document:
    """Return a business account, at the address of the partner of the same number."""
    return {
        "Id": record_id("001", number),
        "Name": name,
        "IsPersonAccount": False,
        "BillingStreet": f"Hafenstraße {number}",
        "BillingCity": "Kiel",
        "BillingPostalCode": "24103",
        "BillingCountry": "DE",
        "SystemModstamp": "2024-05-01T10:00:00.000+0000",
        **more,
    }
