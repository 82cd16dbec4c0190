"""`/api/v1/decisions/…`: who is who, decided by people: each with a reason, and with a preview."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from mdm.api.v1 import describing
from mdm.api.v1 import judging_shapes as shapes
from mdm.api.v1.access import ScopedView, by_of, principal
from mdm.api.v1.golden import PRIVATE, find
from mdm.api.v1.problems import Problem
from mdm.compliance.policy import visible
from mdm.ingestion.keys import BadKey, normalise_key
from mdm.models import ObjectType, SourceRecord
from mdm.resolution.decisions import Decision, confirm, merge, not_a_match, split
from mdm.resolution.judging import By, DecisionRefused
from mdm.resolution.outcome import Outcome, outcome
from mdm.resolution.placing import isolate, move, rematch
from mdm.resolution.verdicts import Term

DECIDE = frozenset({"golden:decide"})
Given = dict[str, Any]
Work = Callable[[By], Decision]

REFUSALS = describing.problems(
    s400="The request is not as described, or an id is no golden id.",
    s404="A golden id or a record is not known.",
    s409="It is not as you saw it, or contradicts what stands; `conflicts` lists why.",
    s422="The reason or the term is not enough.",
)


class DecisionView(ScopedView, ABC):
    """One kind of decision: what it takes, and how it is made."""

    scopes = DECIDE
    shape: ClassVar[type[shapes.Versions]]

    @abstractmethod
    def work_of(self, given: Given) -> Work:
        """Return the decision that was asked for."""

    def post(self, request: Request) -> Response:
        """Make the decision, or rehearse it, and answer with what it does."""
        wanted = self.shape(data=request.data)
        wanted.is_valid(raise_exception=True)
        given: Given = wanted.validated_data
        done = outcome_of(request, self.work_of(given), given)
        return Response(shown(done, request, rehearsed=given["preview"]), headers=PRIVATE)


def documented(
    operation: str, shape: type[shapes.Versions], summary: str, description: str
) -> Callable[[type[DecisionView]], type[DecisionView]]:
    """Let a view take this shape, and describe it in the OpenAPI document."""

    def describe(view: type[DecisionView]) -> type[DecisionView]:
        view.shape = shape
        described: type[DecisionView] = extend_schema_view(
            post=extend_schema(
                operation_id=operation, summary=summary, description=description, request=shape,
                responses={200: shapes.DecisionMade, **REFUSALS}, tags=["Decisions"],
            )
        )(view)  # fmt: skip
        return described

    return describe


def outcome_of(request: Request, work: Work, given: Given) -> Outcome:
    """Make or rehearse a decision; what is refused becomes a problem."""
    by = by_of(request, given)
    try:
        return outcome(lambda: work(by), rehearse=given["preview"])
    except DecisionRefused as refused:
        conflicts = list(refused.conflicts)
        raise Problem(409, "conflict", refused.summary, str(refused), conflicts=conflicts) from None
    except LookupError as error:
        raise Problem(404, "unknown", "It is not known", str(error)) from None
    except ValueError as error:
        raise Problem(422, "bad-term", "This cannot be decided so", str(error)) from None


def shown(done: Outcome, request: Request, *, rehearsed: bool) -> dict[str, Any]:
    """Return an outcome as plain JSON, values as far as the reader may see them."""
    reader = principal(request)
    return {
        "judgements": list(done.judgement_ids),
        "preview": rehearsed,
        "golden": [
            {
                "id": golden.code,
                "new": golden.new,
                "status": golden.status,
                "kind": golden.kind,
                "attributes": visible(reader, done.domain, golden.attributes),
                "before": [name_of(name) for name in golden.before],
                "after": [name_of(name) for name in golden.after],
            }
            for golden in done.goldens
        ],
        "messages": [
            {
                "destination": one.destination,
                "object_type": one.object_type,
                "source_key": one.source_key,
                "golden_id": one.code,
            }
            for one in done.messages
        ],
    }


def name_of(name: tuple[str, str, str]) -> dict[str, str]:
    """Return the name of a source record as plain JSON."""
    return dict(zip(("source", "object_type", "source_key"), name, strict=True))


def records_named(names: Sequence[Mapping[str, str]], pointer: str) -> list[int]:
    """Return the ids of source records by their names, keys in any spelling; raises a 404 problem."""
    ids = []
    for place, name in enumerate(names):
        kind = ObjectType.objects.filter(source__code=name["source"], code=name["object_type"]).first()
        try:
            key = normalise_key(kind.key_rule, name["source_key"]) if kind else ""
        except BadKey:
            key = ""
        found = SourceRecord.objects.filter(object_type=kind, source_key=key) if kind else None
        record = found.values_list("pk", flat=True).first() if found is not None else None
        if record is None:
            said = f"There is no record {name['source']}/{name['object_type']} {name['source_key']}."
            fault = {"pointer": f"{pointer}/{place}" if len(names) > 1 else pointer, "detail": said}
            raise Problem(404, "unknown-record", "This record is not known", said, errors=[fault])
        ids.append(record)
    return ids


def codes_of(texts: Sequence[str]) -> list[str]:
    """Return golden ids as they are written; raises a 400 or 404 problem."""
    return [find(text).code for text in texts]


def versions_of(given: Given) -> dict[str, int] | None:
    """Return the versions that were seen, by golden ids as they are written."""
    if "versions" not in given:
        return None
    return {find(text).code: version for text, version in given["versions"].items()}


@documented(
    "merge",
    shapes.MergeWanted,
    "Hold golden records to be one",
    "Merge them; `keep` names the id that survives.",
)
class MergeView(DecisionView):
    """Golden records are one."""

    def work_of(self, given: Given) -> Work:
        """Return the merge."""
        codes, versions = codes_of(given["golden"]), versions_of(given)
        keep = find(given["keep"]).code if "keep" in given else None
        return lambda by: merge(codes, keep=keep, versions=versions, by=by)


@documented(
    "not_a_match",
    shapes.NotAMatchWanted,
    "Hold golden records to be different",
    "Keep them apart: for good, until a day, or until one of them says something else.",
)
class NotAMatchView(DecisionView):
    """Golden records are different."""

    def work_of(self, given: Given) -> Work:
        """Return the decision for its term."""
        codes, versions = codes_of(given["golden"]), versions_of(given)
        term = Term(given.get("until"), given["until_change"], tuple(given.get("attributes", ())))
        return lambda by: not_a_match(codes, term=term, versions=versions, by=by)


@documented(
    "split",
    shapes.SplitWanted,
    "Take source records out of a golden record",
    "Take the listed records out; none of them is with one that stays any more.",
)
class SplitView(DecisionView):
    """Source records leave a golden record."""

    def work_of(self, given: Given) -> Work:
        """Return the split."""
        code, versions = find(given["golden"]).code, versions_of(given)
        records = records_named(given["records"], "/records")
        return lambda by: split(code, records, versions=versions, by=by)


@documented(
    "move",
    shapes.MoveWanted,
    "Move source records to another golden record",
    "Take the listed records out of theirs and hold them to be one with the other.",
)
class MoveView(DecisionView):
    """Source records belong to another golden record."""

    def work_of(self, given: Given) -> Work:
        """Return the move."""
        to, versions = find(given["to"]).code, versions_of(given)
        records = records_named(given["records"], "/records")
        return lambda by: move(records, to, versions=versions, by=by)


@documented(
    "isolate",
    shapes.RecordWanted,
    "Let a source record stand alone until it is released",
    "Isolate it; undoing the judgement releases it.",
)
class IsolateView(DecisionView):
    """A source record stands alone."""

    def work_of(self, given: Given) -> Work:
        """Return the isolation."""
        (record,) = records_named([given["record"]], "/record")
        versions = versions_of(given)
        return lambda by: isolate(record, versions=versions, by=by)


@documented(
    "rematch",
    shapes.RecordsWanted,
    "Release what people decided about source records, and match them anew",
    "Match them as if nobody had decided; undoing that puts in force again what it released.",
)
class RematchView(DecisionView):
    """Source records are matched anew."""

    def work_of(self, given: Given) -> Work:
        """Return the new match."""
        records, versions = records_named(given["records"], "/records"), versions_of(given)
        return lambda by: rematch(records, versions=versions, by=by)


@documented("confirm", shapes.GoldenWanted, "Confirm a golden record as looked at and right", "Confirm it.")
class ConfirmView(DecisionView):
    """A golden record is right."""

    def work_of(self, given: Given) -> Work:
        """Return the confirmation."""
        code, versions = find(given["golden"]).code, versions_of(given)
        return lambda by: confirm(code, versions=versions, by=by)
