"""Errors as RFC 9457 problem documents: type, title, status, detail, instance, and one entry per fault."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
TYPES = "urn:aurum:problem:"
NO_KEY = "Send an API key as `Authorization: Bearer aurum_…`; an admin issues keys under API keys."

Fault = dict[str, str]
"""One entry of `errors`: `pointer` (a JSON pointer into the request body) and `detail` (a sentence)."""


class Problem(Exception):
    """Ends a request with a problem document; `slug` is the stable name of its type."""

    def __init__(
        self, code: int, slug: str, title: str, detail: str, *, errors: Sequence[Fault] = (), **more: Any
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.slug = slug
        self.title = title
        self.detail = detail
        self.errors = list(errors)
        self.more = more


def answer(problem: Problem, instance: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return the problem as a response of its own media type."""
    body: dict[str, Any] = {
        "type": f"{TYPES}{problem.slug}",
        "title": problem.title,
        "status": problem.code,
        "detail": problem.detail,
        "instance": instance,
        **problem.more,
    }
    if problem.errors:
        body["errors"] = problem.errors
    return Response(body, status=problem.code, headers=dict(headers or {}), content_type=MEDIA_TYPE)


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response:
    """Return every exception of a view as a problem; one that nobody foresaw is logged and becomes a 500."""
    set_rollback()
    instance = context["request"].get_full_path()
    headers: dict[str, str] = {}
    if isinstance(error, exceptions.APIException):
        challenge = getattr(error, "auth_header", None)
        if challenge:
            headers["WWW-Authenticate"] = challenge
        wait = getattr(error, "wait", None)
        if wait:
            headers["Retry-After"] = str(round(wait))
    return answer(problem_of(error), instance, headers)


def problem_of(error: Exception) -> Problem:
    """Return the problem that an exception stands for."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, exceptions.ValidationError):
        faults = list(faults_of(error.detail))
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        return Problem(
            status.HTTP_400_BAD_REQUEST,
            "bad-request",
            "The request is not as described",
            f"The request has {count}: {faults[0]['pointer'] or 'body'}: {faults[0]['detail']}",
            errors=faults,
        )
    if isinstance(error, exceptions.ParseError):
        return Problem(400, "bad-json", "The body is no JSON", str(error.detail))
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        detail = NO_KEY if isinstance(error, exceptions.NotAuthenticated) else str(error.detail)
        return Problem(401, "not-authenticated", "Nobody is signed in", detail)
    if isinstance(error, exceptions.PermissionDenied | PermissionDenied):
        return Problem(403, "not-allowed", "This is not allowed", _sentence(error))
    if isinstance(error, exceptions.NotFound | Http404):
        return Problem(404, "not-found", "There is nothing here", "There is nothing at this address.")
    if isinstance(error, exceptions.APIException):
        # The default of 405 is a pattern to be filled.
        wrong_method = isinstance(error, exceptions.MethodNotAllowed)
        title = "This method is not allowed here" if wrong_method else str(error.default_detail).rstrip(".")
        return Problem(error.status_code, error.default_code.replace("_", "-"), title, str(error.detail))
    log.error("A request failed: %s", error, exc_info=error)
    return Problem(
        500, "failed", "The request failed", "The hub failed at this request; the reason stands in its log."
    )


def faults_of(detail: Any, pointer: str = "") -> Iterable[Fault]:
    """Yield one fault for each sentence in the nested detail of a validation error."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            part = "" if name == "non_field_errors" else f"/{str(name).replace('~', '~0').replace('/', '~1')}"
            yield from faults_of(inner, pointer + part)
    elif isinstance(detail, list | tuple):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, Mapping | list)
            yield from faults_of(inner, f"{pointer}/{index}" if nested else pointer)
    else:
        yield {"pointer": pointer, "detail": str(detail)}


def _sentence(error: Exception) -> str:
    detail = getattr(error, "detail", None)
    return str(detail or "Your account or key does not allow this.")
