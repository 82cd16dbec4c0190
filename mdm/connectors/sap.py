"""SAP S/4HANA OData V2: business partners and products, golden ids written back in $batch.

The golden id of a partner is an identification of type ZMDM, of which a partner has at most one; its number
is part of the key, so that a change is a delete and a create in one changeset. A product carries it in an
extension field.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx

from mdm.connectors.base import (
    Answer,
    CallRefused,
    Payload,
    PlatformRefused,
    PlatformUnavailable,
    Sending,
    Verdict,
)
from mdm.connectors.http import CALL_SECONDS, PATIENT_SECONDS, Line, read_json, said
from mdm.connectors.odata_batch import Request, Response, pack, unpack
from mdm.connectors.sap_partner import partner_document

PARTNERS = "/sap/opu/odata/sap/API_BUSINESS_PARTNER"
PRODUCTS = "/sap/opu/odata/sap/API_PRODUCT_SRV"
GOLDEN_TYPE = "ZMDM"
GOLDEN_FIELD = "YY1_GoldenId_PRD"
OPERATIONS_A_BATCH = 100
PARTNER_PARTS = (
    "to_BusinessPartnerAddress/to_EmailAddress,to_BusinessPartnerAddress/to_PhoneNumber,"
    "to_BusinessPartnerAddress/to_MobilePhoneNumber,to_BusinessPartnerAddress/to_URLAddress,"
    "to_BusinessPartnerTax,to_BuPaIdentification,to_BusinessPartnerContact/to_ContactRelationship,"
    "to_Customer/to_CustomerCompany,to_Customer/to_CustomerSalesArea/to_PartnerFunction"
)
# A partner knows the day of its last change only: `since` must reach back to the start of that day.
PULLED = {
    "BusinessPartner": (
        f"{PARTNERS}/A_BusinessPartner",
        PARTNER_PARTS,
        "LastChangeDate",
        "%Y-%m-%dT00:00:00",
    ),
    "Product": (f"{PRODUCTS}/A_Product", "to_Description", "LastChangeDateTime", "%Y-%m-%dT%H:%M:%S"),
}


class Sap:
    """One SAP system; the CSRF token and the session cookie are fetched when a write needs them."""

    batch_size = OPERATIONS_A_BATCH

    def __init__(
        self, *, base_url: str, user: str, password: str, call_seconds: float = CALL_SECONDS
    ) -> None:
        self.call_seconds = call_seconds
        self._line = Line(
            base_url, seconds=call_seconds, auth=(user, password), headers={"Accept": "application/json"}
        )
        self._csrf: dict[str, str] = {}

    def pull(self, object_type: str, *, since: datetime | None = None) -> Iterator[list[Payload]]:
        """Yield pages of all objects with their parts, in key order."""
        address, parts, changed, form = PULLED[object_type]
        condition = f"&$filter={_since(changed, form, since)}" if since is not None else ""
        return self._pages(f"{address}?$expand={parts}&$orderby={object_type}{condition}&$format=json")

    def send(self, batch: Sequence[Sending], *, deadline: float) -> list[Answer]:
        """Write golden ids on partners or products, or create partners."""
        with self._line.until(deadline):
            if batch[0].object_type == "Product":
                return self._mark_products(batch)
            if batch[0].remote_key is None:
                return self._create_partners(batch)
            return self._mark_partners(batch)

    def ping(self) -> None:
        """Read the service document."""
        self._line.call("GET", f"{PARTNERS}/?$format=json", repeatable=True)

    def close(self) -> None:
        """Hang up for good."""
        self._line.close()

    def carried(self, object_type: str) -> Iterator[tuple[str, str]]:
        """Yield (key, golden id) of every partner or product that carries one."""
        if object_type == "Product":
            key, field = "Product", GOLDEN_FIELD
            url = f"{PRODUCTS}/A_Product?$select={key},{field}&$filter={field} ne ''&$format=json"
        else:
            key, field = "BusinessPartner", "BPIdentificationNumber"
            condition = f"BPIdentificationType eq '{GOLDEN_TYPE}'"
            url = f"{PARTNERS}/A_BuPaIdentification?$select={key},{field}&$filter={condition}&$format=json"
        for page in self._pages(url):
            for row in page:
                yield row[key], row[field]

    def golden_ids(self, object_type: str, payload: Payload) -> list[str]:
        """Return the golden ids of a pulled partner or product."""
        if object_type == "Product":
            return [payload[GOLDEN_FIELD]] if payload.get(GOLDEN_FIELD) else []
        held = (payload.get("to_BuPaIdentification") or {}).get("results", ())
        return [row["BPIdentificationNumber"] for row in held if row["BPIdentificationType"] == GOLDEN_TYPE]

    def _pages(self, url: str | None) -> Iterator[list[Payload]]:
        while url:
            page = _document(self._line.call("GET", url, repeatable=True, patience=PATIENT_SECONDS))
            yield page["results"]
            url = page.get("__next")

    def _mark_products(self, batch: Sequence[Sending]) -> list[Answer]:
        requests = [
            [Request("PATCH", f"A_Product({_key(one)})", {GOLDEN_FIELD: one.golden_code}, if_match="*")]
            for one in batch
        ]
        written = self._batch(PRODUCTS, requests)
        return [_answer(one, responses[-1]) for one, responses in zip(batch, written, strict=True)]

    def _mark_partners(self, batch: Sequence[Sending]) -> list[Answer]:
        """Look which golden ids the partners carry, then write where it differs: safe to repeat at any point.

        A refused write is looked at once more: somebody may have written between our look and our write.
        """
        answers, refused = self._mark_where_different(batch)
        if refused:
            again, still_refused = self._mark_where_different([sending for sending, _ in refused])
            answers += again + [_answer(sending, response) for sending, response in still_refused]
        return answers

    def _mark_where_different(
        self, batch: Sequence[Sending]
    ) -> tuple[list[Answer], list[tuple[Sending, Response]]]:
        held = self._held([str(one.remote_key) for one in batch])
        differing = [one for one in batch if held.get(str(one.remote_key)) != [one.golden_code]]
        answers = [
            Answer(one.lane_id, "ok", "already so", remote_key=one.remote_key)
            for one in batch
            if one not in differing
        ]
        changes = [_replacement(one, held.get(str(one.remote_key), [])) for one in differing]
        refused = []
        for one, written in zip(differing, self._batch(PARTNERS, changes), strict=True):
            if written[-1].status in (400, 404):
                refused.append((one, written[-1]))
            else:
                answers.append(_answer(one, written[-1]))
        return answers, refused

    def _held(self, partners: Sequence[str]) -> dict[str, list[str]]:
        """Return partner → the golden ids that it carries, by one read."""
        any_of = " or ".join(f"BusinessPartner eq '{_text(partner)}'" for partner in partners)
        held: dict[str, list[str]] = {}
        for row in self._identifications(f"BPIdentificationType eq '{GOLDEN_TYPE}' and ({any_of})"):
            held.setdefault(row["BusinessPartner"], []).append(row["BPIdentificationNumber"])
        return held

    def _identifications(self, condition: str) -> list[dict[str, Any]]:
        # Inside a batch, because a condition on a hundred keys is longer than an address may be.
        ((response,),) = self._batch(
            PARTNERS, [[Request("GET", f"A_BuPaIdentification?$filter={quote(condition)}&$format=json")]]
        )
        if response.transient:
            raise PlatformUnavailable(response.message)
        if response.status != 200:
            raise CallRefused(response.message)
        rows: list[dict[str, Any]] = response.json()["d"]["results"]
        return rows

    def _create_partners(self, batch: Sequence[Sending]) -> list[Answer]:
        """Create partners, except those that an earlier try, whose answer we never heard, did create."""
        any_of = " or ".join(f"BPIdentificationNumber eq '{one.golden_code}'" for one in batch)
        found = {
            row["BPIdentificationNumber"]: row["BusinessPartner"]
            for row in self._identifications(f"BPIdentificationType eq '{GOLDEN_TYPE}' and ({any_of})")
        }
        there = [(one, found[one.golden_code], "found") for one in batch if one.golden_code in found]
        missing = [one for one in batch if one.golden_code not in found]
        made = self._batch(PARTNERS, [[_creation(one)] for one in missing])
        answers = []
        for one, (response,) in zip(missing, made, strict=True):
            if response.status == 201:
                there.append((one, response.json()["d"]["BusinessPartner"], "201"))
            else:
                answers.append(_answer(one, response))
        return answers + self._read_back(there)

    def _read_back(self, created: Sequence[tuple[Sending, str, str]]) -> list[Answer]:
        """Return the answers for created partners with the records as `pull` would bring them."""
        reads = [
            [Request("GET", f"A_BusinessPartner('{_text(key)}')?$expand={PARTNER_PARTS}&$format=json")]
            for _, key, _ in created
        ]
        answers = []
        for (one, key, status), (response,) in zip(created, self._batch(PARTNERS, reads), strict=True):
            if response.status == 200:
                payload = response.json()["d"]
                answers.append(Answer(one.lane_id, "ok", status, remote_key=key, payload=payload))
            else:
                detail = f"It was created as {key}, but could not be read back: {response.message}"
                answers.append(Answer(one.lane_id, "retry", str(response.status), detail))
        return answers

    def _batch(self, service: str, entries: Sequence[Sequence[Request]]) -> list[list[Response]]:
        """Send entries (a read, or the writes of a changeset) and return the answers to each."""
        answers: list[list[Response]] = []
        portion: list[Sequence[Request]] = []
        for entry in entries:
            if sum(map(len, portion)) + len(entry) > OPERATIONS_A_BATCH:
                answers += self._post_batch(service, portion)
                portion = []
            portion.append(entry)
        return answers + self._post_batch(service, portion)

    def _post_batch(self, service: str, entries: Sequence[Sequence[Request]]) -> list[list[Response]]:
        """Post one $batch under a CSRF token; a refused token is fetched again once."""
        if not entries:
            return []
        body, content_type = pack(entries)
        only_reads = all(one.method == "GET" for entry in entries for one in entry)
        for last_try in (False, True):
            headers = {"Content-Type": content_type, **self._token(service)}
            try:
                response = self._line.call(
                    "POST", f"{service}/$batch", repeatable=only_reads, content=body, headers=headers
                )
                break
            except PlatformRefused:
                self._csrf = {}
                if last_try:
                    raise
        if response.status_code != 202:
            raise CallRefused(said(response))
        try:
            return unpack(response.content, response.headers["Content-Type"], entries)
        except ValueError as error:
            raise PlatformUnavailable(f"The answer to a batch cannot be read: {error}") from error

    def _token(self, service: str) -> Mapping[str, str]:
        if not self._csrf:
            response = self._line.call(
                "GET", f"{service}/", repeatable=True, headers={"X-CSRF-Token": "Fetch"}
            )
            if "X-CSRF-Token" not in response.headers:
                raise PlatformRefused(f"{service} gave no CSRF token: {said(response)}")
            self._csrf = {"X-CSRF-Token": response.headers["X-CSRF-Token"]}
        return self._csrf


def _since(changed: str, form: str, since: datetime) -> str:
    return (
        f"{changed} ge datetime{'offset' if changed.endswith('Time') else ''}'{since.astimezone(UTC):{form}}'"
    )


def _text(value: str) -> str:
    """Return a text as it stands between the quotes of an address."""
    return quote(value.replace("'", "''"), safe="")


def _key(sending: Sending) -> str:
    return f"'{_text(str(sending.remote_key))}'"


def _creation(sending: Sending) -> Request:
    document = partner_document(sending.attributes, golden_type=GOLDEN_TYPE, golden_code=sending.golden_code)
    return Request("POST", "A_BusinessPartner", document)


def _replacement(sending: Sending, held: Sequence[str]) -> list[Request]:
    """Return the writes of one changeset that leave the partner with exactly this golden id."""
    partner = f"BusinessPartner={_key(sending)},BPIdentificationType='{GOLDEN_TYPE}'"
    gone = [
        Request(
            "DELETE",
            f"A_BuPaIdentification({partner},BPIdentificationNumber='{_text(number)}')",
            if_match="*",
        )
        for number in held
    ]
    document = {
        "BusinessPartner": sending.remote_key,
        "BPIdentificationType": GOLDEN_TYPE,
        "BPIdentificationNumber": sending.golden_code,
    }
    return [*gone, Request("POST", "A_BuPaIdentification", document)]


def _answer(sending: Sending, response: Response) -> Answer:
    verdict: Verdict = "ok" if response.status < 300 else "retry" if response.transient else "refused"
    detail = "" if verdict == "ok" else response.message
    return Answer(sending.lane_id, verdict, str(response.status), detail, sending.remote_key)


def _document(response: httpx.Response) -> dict[str, Any]:
    if response.status_code >= 300:
        raise CallRefused(said(response))
    found: dict[str, Any] = read_json(response)["d"]
    return found
