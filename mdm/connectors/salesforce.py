"""Salesforce REST: pages by SOQL, golden ids written back in composite calls of 200 rows, creation by upsert.

`MDM_Id__c` is an external id that is not unique: two accounts of one customer both carry its golden id.
Existing rows are written by their own Id; external-id upsert serves creation by the hub alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx

from mdm.connectors.base import Answer, CallRefused, Payload, PlatformRefused, Sending, Verdict
from mdm.connectors.http import AT_ONCE_SECONDS, CALL_SECONDS, PATIENT_SECONDS, Line, read_json, said
from mdm.connectors.salesforce_account import account_fields

ROWS_A_CALL = 200
GOLDEN_FIELD = "MDM_Id__c"
OVERLOAD = "REQUEST_LIMIT_EXCEEDED"
# A duplicate external id passes when the next pull brings the rows that carry it: nothing is to create then.
TRY_AGAIN = frozenset(
    {"UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE", OVERLOAD, "QUERY_TIMEOUT", "DUPLICATE_EXTERNAL_ID"}
)


class Salesforce:
    """One Salesforce org, with a token that is fetched again when it has expired."""

    batch_size = ROWS_A_CALL

    def __init__(
        self,
        *,
        base_url: str,
        client_id: str,
        client_secret: str,
        version: str = "v62.0",
        call_seconds: float = CALL_SECONDS,
    ) -> None:
        self.call_seconds = call_seconds
        self._line = Line(base_url, seconds=call_seconds, overload=OVERLOAD)
        self._credentials = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
        }
        self._root = f"/services/data/{version}"
        self._token = ""
        self._fields: dict[str, str] = {}

    def pull(self, object_type: str, *, since: datetime | None = None) -> Iterator[list[Payload]]:
        """Yield pages of all rows of an object, deleted ones included, oldest change first."""
        condition = f" WHERE SystemModstamp >= {since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if since else ""
        fields = self._all_fields(object_type)
        return self._query(
            f"SELECT {fields} FROM {object_type}{condition} ORDER BY SystemModstamp, Id", deleted=True
        )

    def send(self, batch: Sequence[Sending], *, deadline: float) -> list[Answer]:
        """Write golden ids on existing rows by Id, or create missing ones by external id."""
        with self._line.until(deadline):
            return self._create(batch) if batch[0].remote_key is None else self._update(batch)

    def ping(self) -> None:
        """Read the limits of the org."""
        self._call("GET", f"{self._root}/limits")

    def close(self) -> None:
        """Hang up for good."""
        self._line.close()

    def carried(self, object_type: str) -> Iterator[tuple[str, str]]:
        """Yield (Id, golden id) of every row that carries one and is not deleted."""
        query = f"SELECT Id, {GOLDEN_FIELD} FROM {object_type} WHERE {GOLDEN_FIELD} != null ORDER BY Id"
        for page in self._query(query):
            for row in page:
                yield row["Id"], row[GOLDEN_FIELD]

    def golden_ids(self, object_type: str, payload: Payload) -> list[str]:
        """Return the golden id of a pulled row."""
        return [payload[GOLDEN_FIELD]] if payload.get(GOLDEN_FIELD) else []

    def _query(self, query: str, *, deleted: bool = False) -> Iterator[list[Payload]]:
        url: str | None = f"{self._root}/{'queryAll' if deleted else 'query'}?q={quote(query)}"
        while url:
            page = _accepted(self._call("GET", url, patience=PATIENT_SECONDS))
            yield page["records"]
            url = page.get("nextRecordsUrl")

    def _all_fields(self, object_type: str) -> str:
        if object_type not in self._fields:
            url = f"{self._root}/sobjects/{object_type}/describe"
            described = _accepted(self._call("GET", url, patience=PATIENT_SECONDS))
            self._fields[object_type] = ",".join(field["name"] for field in described["fields"])
        return self._fields[object_type]

    def _update(self, batch: Sequence[Sending]) -> list[Answer]:
        rows = [
            {
                "attributes": {"type": sending.object_type},
                "Id": sending.remote_key,
                GOLDEN_FIELD: sending.golden_code,
            }
            for sending in batch
        ]
        return _answers(batch, self._rows("/composite/sobjects", rows))

    def _create(self, batch: Sequence[Sending]) -> list[Answer]:
        """Upsert by golden id, which finds the rows that an earlier try made; then read the rows back."""
        object_type = batch[0].object_type
        rows = [
            {
                "attributes": {"type": object_type},
                GOLDEN_FIELD: sending.golden_code,
                **account_fields(sending.attributes),
            }
            for sending in batch
        ]
        answers = _answers(batch, self._rows(f"/composite/sobjects/{object_type}/{GOLDEN_FIELD}", rows))
        made = ", ".join(f"'{answer.remote_key}'" for answer in answers if answer.verdict == "ok")
        if not made:
            return answers
        query = f"SELECT {self._all_fields(object_type)} FROM {object_type} WHERE Id IN ({made})"
        payloads = {row["Id"]: row for page in self._query(query) for row in page}
        return [
            replace(answer, payload=payloads[answer.remote_key]) if answer.verdict == "ok" else answer
            for answer in answers
        ]

    def _rows(self, path: str, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Send one composite call; both kinds of it may be repeated, as a row is found by Id or external
        id.
        """
        results: list[dict[str, Any]] = _accepted(
            self._call("PATCH", self._root + path, json={"allOrNone": False, "records": rows})
        )
        return results

    def _call(
        self, method: str, url: str, *, patience: float = AT_ONCE_SECONDS, **options: Any
    ) -> httpx.Response:
        """Make a call with the token; one that has expired is fetched again once."""
        headers = self._bearer(patience)
        try:
            return self._line.call(
                method, url, repeatable=True, patience=patience, headers=headers, **options
            )
        except PlatformRefused:
            self._token = ""
            headers = self._bearer(patience)
            return self._line.call(
                method, url, repeatable=True, patience=patience, headers=headers, **options
            )

    def _bearer(self, patience: float) -> dict[str, str]:
        if not self._token:
            response = self._line.call(
                "POST", "/services/oauth2/token", repeatable=True, patience=patience, data=self._credentials
            )
            if response.status_code != 200:
                raise PlatformRefused(f"Salesforce gave no token: {said(response)}")
            self._token = response.json()["access_token"]
        return {"Authorization": f"Bearer {self._token}"}


def _accepted(response: httpx.Response) -> Any:
    if response.status_code != 200:
        raise CallRefused(said(response))
    return read_json(response)


def _answers(batch: Sequence[Sending], results: Sequence[Mapping[str, Any]]) -> list[Answer]:
    """Return one answer a row: HTTP 200 says nothing of the rows, each has its own success and errors."""
    answers = []
    for sending, result in zip(batch, results, strict=True):
        if result.get("success"):
            status = "created" if result.get("created") else "updated"
            answers.append(Answer(sending.lane_id, "ok", status, remote_key=result["id"]))
            continue
        error: Mapping[str, str] = next(iter(result.get("errors", [])), {})
        code = error.get("statusCode", "UNKNOWN")
        verdict: Verdict = "retry" if code in TRY_AGAIN else "refused"
        answers.append(Answer(sending.lane_id, verdict, code, error.get("message", "")))
    return answers
