"""Simulators as the demo runs them: processes of their own, spoken to over HTTP."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from mdm.sandbox.platforms.sobjects.ids import long_id
from tests.mdm.sandbox.crm_calls import ACCOUNTS, account, sign_in
from tests.mdm.sandbox.sap_calls import PARTNERS, partner, product

CHECKOUT = Path(__file__).resolve().parents[3]
NO_FAULTS = {
    "fail_every": 0,
    "fail_phase": "alternate",
    "latency_ms": 0,
    "rate_limit": 0,
    "daily_limit": 5_000_000,
    "lock_keys": [],
}


@dataclass
class Simulator:
    """One running simulator process and the file of its store."""

    process: subprocess.Popen[str]
    url: str
    store: Path

    def stop(self) -> int:
        """End it with SIGTERM and return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=10)

    def plan(self, **faults) -> dict:
        """Change the fault plan and return it."""
        answer = httpx.post(f"{self.url}/_sandbox/faults", json=faults)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def stats(self) -> dict:
        """Return the counters."""
        return httpx.get(f"{self.url}/_sandbox/stats").json()


Start = Callable[..., Simulator]


@pytest.fixture(scope="module")
def start() -> Iterator[Start]:
    """Start simulators by module name; all of them end with the test module."""
    processes: list[subprocess.Popen[str]] = []

    def _start(module: str, store: Path, *options: str) -> Simulator:
        command = [
            sys.executable,
            "-m",
            f"mdm.sandbox.{module}",
            "--store",
            str(store),
            "--port",
            "0",
            *options,
        ]
        process = subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
        processes.append(process)
        assert process.stdout is not None
        line = json.loads(process.stdout.readline())
        assert line["ready"] is True
        return Simulator(process, f"http://127.0.0.1:{line['port']}", store)

    yield _start
    for process in processes:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _write_lines(path: Path, records: Iterable[dict]) -> None:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


@pytest.fixture(scope="session")
def small_sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a few thousand records of our own for both platforms."""
    directory = tmp_path_factory.mktemp("sample")
    _write_lines(directory / "erp_business_partners.ndjson", (partner(number) for number in range(1, 1204)))
    _write_lines(directory / "erp_products.ndjson", (product(number) for number in range(1, 6)))
    _write_lines(directory / "crm_accounts.ndjson", (account(number) for number in range(1, ACCOUNTS + 1)))
    cleaner = {"Id": long_id("01t5g0000000001"), "Name": "Cleaner", "Brand__c": "Elmia", "Pack_Size__c": 6}
    _write_lines(directory / "crm_products.ndjson", [cleaner])
    return directory


@pytest.fixture(scope="module")
def sap(start: Start, small_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Simulator:
    """The SAP simulator with the small sample, one a test module."""
    return start("sap", tmp_path_factory.mktemp("erp") / "sap.sqlite", "--load", str(small_sample))


@pytest.fixture
def erp(sap: Simulator) -> Iterator[httpx.Client]:
    """A client of it as a connector is one: Basic authentication, session cookie and CSRF token."""
    with httpx.Client(base_url=sap.url, auth=("MDM_HUB", "sandbox"), timeout=10) as client:
        answer = client.head(f"{PARTNERS}/", headers={"X-CSRF-Token": "Fetch"})
        client.headers["X-CSRF-Token"] = answer.headers["x-csrf-token"]
        yield client
    sap.plan(**NO_FAULTS)


@pytest.fixture(scope="module")
def salesforce(start: Start, small_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Simulator:
    """The Salesforce simulator with the small sample, one a test module."""
    return start("salesforce", tmp_path_factory.mktemp("crm") / "crm.sqlite", "--load", str(small_sample))


@pytest.fixture
def crm(salesforce: Simulator) -> Iterator[httpx.Client]:
    """A client of it with a good token."""
    with sign_in(salesforce.url) as client:
        yield client
    salesforce.plan(**NO_FAULTS)
