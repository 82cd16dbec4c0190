"""The SAP simulator: authentication, CSRF, routing to the two services, batches, and the views of its
page."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mdm.sandbox.platforms.faults import Counters, FaultPlan
from mdm.sandbox.platforms.odata.batch import BatchEntry, encode_batch, read_batch, run_changeset
from mdm.sandbox.platforms.odata.entities import SERVICES
from mdm.sandbox.platforms.odata.errors import ODataError, error_response, not_found
from mdm.sandbox.platforms.odata.loading import Loader
from mdm.sandbox.platforms.odata.metadata import metadata_document
from mdm.sandbox.platforms.odata.rows import schema
from mdm.sandbox.platforms.odata.service import WRITING, Operation, read, service_document, write
from mdm.sandbox.platforms.odata.sessions import Sessions, token_refused, unauthorised
from mdm.sandbox.platforms.odata.views import THEME, count_totals, find_record, list_rows
from mdm.sandbox.platforms.odata.writes import Writer
from mdm.sandbox.platforms.simulator import Platform
from mdm.sandbox.platforms.store import Store
from mdm.sandbox.platforms.views import ListedRow, ObjectTotals, RecordView
from mdm.sandbox.platforms.web import Request, Response

PREFIX = "/sap/opu/odata/sap/"


class SapPlatform(Platform):
    """API_BUSINESS_PARTNER and API_PRODUCT_SRV over one SQLite store."""

    theme = THEME

    def __init__(self, path: Path, faults: FaultPlan, *, user: str, password: str) -> None:
        super().__init__(faults, Counters())
        self.store = Store(path, schema())
        self.sessions = Sessions(user, password)

    def load(self, directory: Path) -> int:
        """Load the sample into an empty store and return the number of root entities; a filled store stays as
        it is."""
        with self.store.write() as connection:
            for table in ("business_partner", "product"):
                if connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone():
                    return 0
            return Loader(connection).load(directory)

    def serve_api(self, request: Request) -> Response:
        """Answer one OData call; every error leaves as an OData error document."""
        user = self.sessions.authenticate(request)
        if user is None:
            return unauthorised()
        headers: Mapping[str, str] = {}
        if request.headers.get("x-csrf-token", "").lower() == "fetch":
            headers = self.sessions.fetch(request, self.faults.session_epoch)
        try:
            response = self._route(request, user)
        except ODataError as error:
            response = error_response(error)
        if not headers:
            return response
        return Response(
            response.status, response.body, response.content_type, {**response.headers, **headers}
        )

    def _route(self, request: Request, user: str) -> Response:
        service, _, resource = request.path.removeprefix(PREFIX).partition("/")
        if not request.path.startswith(PREFIX) or service not in SERVICES:
            raise ODataError(
                403, "/IWFND/MED/170", f"No service found for namespace '', name '{service}', version '0001'"
            )
        sets = SERVICES[service]
        root_url = f"{request.base_url()}{PREFIX}{service}"
        operation = Operation(
            request.method, resource, request.query, request.headers, request.body, sets, root_url
        )
        if request.method in ("GET", "HEAD"):
            return self._read(service, operation)
        if request.method not in WRITING:
            raise ODataError(405, "/IWFND/CM_MGW/405", f"Method {request.method} is not supported")
        if not self.sessions.accepts(request, self.faults.session_epoch):
            return token_refused()
        if resource == "$batch":
            return self._batch(operation, user)
        return self._write(operation, user)

    def _read(self, service: str, operation: Operation) -> Response:
        if operation.resource == "":
            return service_document(operation)
        if operation.resource == "$metadata":
            text = metadata_document(service, operation.sets)
            return Response(
                200, text.encode(), "application/xml;charset=utf-8", {"DataServiceVersion": "2.0"}
            )
        with self.store.read() as connection:
            return read(connection, operation)

    def _write(self, operation: Operation, user: str) -> Response:
        if operation.resource == "":
            raise not_found("")
        with self.store.write() as connection:
            writer = Writer(connection, user, self.faults)
            response = write(writer, operation)
            writer.finish()
        self.counters.add("writes", writer.done)
        return response

    def _batch(self, operation: Operation, user: str) -> Response:
        if operation.method != "POST":
            raise ODataError(405, "/IWFND/CM_MGW/405", "A batch is sent by POST")
        entries = read_batch(operation.body, operation.headers.get("content-type", ""), operation)
        return encode_batch([self._batch_entry(entry, user) for entry in entries])

    def _batch_entry(self, entry: BatchEntry, user: str) -> Any:
        """Return one response, or the responses of a changeset that holds; a refused one is rolled back
        whole."""
        try:
            if not entry.changeset:
                with self.store.read() as connection:
                    return read(connection, entry.operations[0][1])
            with self.store.write() as connection:
                writer = Writer(connection, user, self.faults)
                responses = run_changeset(entry, lambda operation: write(writer, operation))
                writer.finish()
        except ODataError as error:
            self.counters.add("rejected")
            return error_response(error)
        self.counters.add("writes", writer.done)
        return responses

    def failure(self, status: int) -> Response:
        """Return a 500 as Gateway words it, or the web dispatcher's 503 with its HTML body."""
        if status == 503:
            body = b"<html><head><title>503</title></head><body>Service Unavailable</body></html>"
            return Response(503, body, "text/html;charset=utf-8", {"Retry-After": "1"})
        return error_response(ODataError(500, "/IWFND/CM_MGW/500", "An internal server error occurred"))

    def over_limit(self) -> Response:
        """Return the 429 of an API gateway in front of the system."""
        return error_response(
            ODataError(429, "TooManyRequests", "Rate limit exceeded", headers={"Retry-After": "1"})
        )

    def totals(self) -> list[ObjectTotals]:
        """Count business partners and products and the golden ids that they hold."""
        with self.store.read() as connection:
            return count_totals(connection)

    def list_rows(
        self, object_name: str, search: str, newest_first: bool, offset: int
    ) -> tuple[int, list[ListedRow]]:
        """Return how many rows match and one page of them."""
        with self.store.read() as connection:
            return list_rows(connection, object_name, search, newest_first, offset)

    def find_record(self, object_name: str, key: str) -> RecordView | None:
        """Return a business partner or product with all its parts and its change log."""
        with self.store.read() as connection:
            return find_record(connection, self.store, object_name.removeprefix("A_"), key)
