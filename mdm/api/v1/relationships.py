"""`/api/v1/…/relationships` and `…/tree`: how golden records stand to each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from mdm import relationships
from mdm.api.v1 import describing
from mdm.api.v1 import relationship_shapes as shapes
from mdm.api.v1.access import ScopedView, by_of, principal
from mdm.api.v1.golden import PRIVATE, READ, find
from mdm.api.v1.overrides import OVERRIDE, REFUSALS
from mdm.api.v1.problems import Problem
from mdm.relationships.problems import problems, seen
from mdm.relationships.reading import Direction, Relationship, relationships_of, waiting_of
from mdm.relationships.stewarding import Related, end, relate, withdraw_relationship
from mdm.relationships.tree import DEEPEST, Node, tree_of
from mdm.resolution.decisions import preview
from mdm.resolution.judging import DecisionRefused
from mdm.xref.redirect import resolved

TYPE = OpenApiParameter(
    "type", str, enum=sorted(relationships.registered()), description="Only of this type."
)
TREE_TYPE = OpenApiParameter(
    "type", str, default="parent_account", description="A type that makes trees: `household`, `contains`, …"
)
DIRECTION = OpenApiParameter(
    "direction", str, enum=["out", "in"], description="Only those that go from it (out), or come to it (in)."
)
ON = OpenApiParameter("on", str, description="On this day (YYYY-MM-DD); `any`: of ever; today unless given.")
DEPTH = OpenApiParameter("depth", int, default=10, description=f"Levels below the top, up to {DEEPEST}.")
ASKED = describing.problems(s400="The request is not as described.", s404="The id was never issued.")


class GoldenRelationshipsView(ScopedView):
    """The relationships of one golden record."""

    scopes = READ
    write_scopes = OVERRIDE

    @extend_schema(
        operation_id="golden_relationships",
        summary="How a golden record stands to others",
        parameters=[describing.CODE, TYPE, DIRECTION, ON],
        responses={200: shapes.Relationships, **ASKED},
        tags=["Relationships"],
    )
    def get(self, request: Request, golden_id: str) -> Response:
        """Answer for the record that holds the id's records now; each relationship stands once."""
        golden = resolved(find(golden_id))
        who, on = principal(request), day_asked(request)
        direction = direction_asked(request)
        try:
            found = relationships_of(
                golden, who, type_=request.query_params.get("type"), direction=direction, on=on
            )
        except LookupError as error:
            raise bad("type", str(error)) from None
        waiting = waiting_of(golden, who)
        body = {
            "id": golden.code,
            "on": on,
            "relationships": [shown(one) for one in found],
            "waiting": [asdict(one) for one in waiting],
        }
        return Response(body, headers=PRIVATE)

    @extend_schema(
        operation_id="relate_golden",
        summary="Say how a golden record stands to another, or that it no longer does",
        parameters=[describing.CODE],
        request=shapes.RelationshipWanted,
        responses={200: shapes.RelationshipMade, 201: shapes.RelationshipMade, **REFUSALS},
        tags=["Relationships"],
    )
    def post(self, request: Request, golden_id: str) -> Response:
        """Say it and answer 201; with `preview` the same is done, rolled back, and answered with 200."""
        wanted = shapes.RelationshipWanted(data=request.data)
        wanted.is_valid(raise_exception=True)
        given: dict[str, Any] = wanted.validated_data
        golden, by = resolved(find(golden_id)), by_of(request, given)
        other = resolved(find(given["to"]))

        def work() -> Related:
            if given["ended"]:
                return end(given["type"], golden.code, other.code, last_day=given.get("valid_to"), by=by)
            return relate(
                given["type"], golden.code, other.code, valid_from=given.get("valid_from"),
                valid_to=given.get("valid_to"), attributes=given["attributes"],
                versions={golden.code: given["version"]} if "version" in given else None, by=by,
            )  # fmt: skip

        return answered(work, rehearse=given["preview"], made=201)


class RelationshipWithdrawnView(ScopedView):
    """The end of a steward's word on a relationship."""

    scopes = OVERRIDE

    @extend_schema(
        operation_id="withdraw_relationship",
        summary="Take back what a steward said of a relationship",
        request=shapes.Because,
        responses={200: shapes.RelationshipMade, **REFUSALS},
        tags=["Relationships"],
    )
    def post(self, request: Request, number: int) -> Response:
        """Withdraw it; what sources say, or a steward said before, counts again."""
        because = shapes.Because(data=request.data)
        because.is_valid(raise_exception=True)
        given: dict[str, Any] = because.validated_data
        by = by_of(request, given)
        return answered(lambda: withdraw_relationship(number, by=by), rehearse=given["preview"], made=200)


class GoldenTreeView(ScopedView):
    """The whole tree that one golden record stands in."""

    scopes = READ

    @extend_schema(
        operation_id="golden_tree",
        summary="The ultimate parent of a golden record, and all below it",
        parameters=[describing.CODE, TREE_TYPE, ON, DEPTH],
        responses={200: shapes.Tree, **ASKED},
        tags=["Relationships"],
    )
    def get(self, request: Request, golden_id: str) -> Response:
        """Answer with the tree of that day and its totals; it ends whatever the sources say."""
        golden = resolved(find(golden_id))
        on = day_asked(request)
        if on is None:
            raise bad("on", "A tree is of one day.")
        depth = request.query_params.get("depth", "10")
        if not depth.isdecimal():
            raise bad("depth", f"{depth!r} is no number.")
        try:
            tree = tree_of(
                golden, principal(request), on=on, depth=int(depth),
                type_=request.query_params.get("type", "parent_account"),
            )  # fmt: skip
        except (LookupError, ValueError) as error:
            raise bad("type", str(error)) from None
        body = {
            "id": golden.code,
            "type": tree.type,
            "on": tree.on,
            "ultimate": tree.ultimate,
            "way": list(tree.way),
            "cycle": list(tree.cycle),
            "rivals": [{"child": child, "above": above} for child, above in tree.rivals],
            "cut": tree.cut,
            "root": node(tree.root),
        }
        return Response(body, headers=PRIVATE)


class RelationshipProblemsView(ScopedView):
    """What is wrong with relationships."""

    scopes = READ

    @extend_schema(
        operation_id="relationship_problems",
        summary="Circles, one parent too many, records that never came",
        parameters=[TYPE, ON],
        responses={200: shapes.Problems, **describing.problems(s400="The request is not as described.")},
        tags=["Relationships"],
    )
    def get(self, request: Request) -> Response:
        """Answer with what cannot be right on a day, computed now over all relationships."""
        on = day_asked(request)
        if on is None:
            raise bad("on", "Problems are those of one day.")
        try:
            found = seen(problems(on=on, type_=request.query_params.get("type")), principal(request))
        except LookupError as error:
            raise bad("type", str(error)) from None
        body = {
            "on": found.on,
            "counts": dict(found.counts),
            "problems": [asdict(one) for one in found.found],
            "unknown": [asdict(one) for one in found.unknown],
            "within": [
                {"type": type_, "golden_id": code, "statements": count} for type_, code, count in found.within
            ],
        }
        return Response(body, headers=PRIVATE)


def direction_asked(request: Request) -> Direction | None:
    """Return the direction that the query names, or None."""
    match request.query_params.get("direction"):
        case None:
            return None
        case "out":
            return "out"
        case "in":
            return "in"
        case other:
            raise bad("direction", f"{other!r} is neither out nor in.")


def day_asked(request: Request) -> date | None:
    """Return the day that the query names, today where it names none, None for `any`."""
    text = request.query_params.get("on")
    if text is None:
        return datetime.now(UTC).date()
    if text == "any":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise bad("on", f"{text!r} is no day (YYYY-MM-DD).") from None


def bad(name: str, detail: str) -> Problem:
    """Return the problem of a query parameter."""
    fault = {"pointer": f"?{name}", "detail": detail}
    return Problem(400, "bad-request", "The request is not as described", detail, errors=[fault])


def shown(one: Relationship) -> dict[str, Any]:
    """Return a relationship as plain JSON."""
    return {
        "type": one.type,
        "direction": one.direction,
        "label": one.label,
        "id": one.other_id,
        "kind": one.kind,
        "title": one.title,
        "days": [{"valid_from": first, "valid_to": last} for first, last in one.days],
        "attributes": dict(one.attributes),
        "said_by": [asdict(voice) for voice in one.said_by],
    }


def node(one: Node) -> dict[str, Any]:
    """Return a record of a tree, with all below it, as plain JSON."""
    names = ("id", "title", "kind", "records", "contacts", "more", "total", "total_records", "total_contacts")
    return {
        **{name: getattr(one, name) for name in names},
        "children": [node(child) for child in one.children],
    }


def answered(work: Callable[[], Related], *, rehearse: bool, made: int) -> Response:
    """Do the work, or rehearse it, and answer with what it changed; refusals become problems."""
    try:
        done = preview(work) if rehearse else work()
    except DecisionRefused as refused:
        raise Problem(
            409, "conflict", refused.summary, str(refused), conflicts=list(refused.conflicts)
        ) from None
    except LookupError as error:
        raise Problem(404, "unknown-relationship", "This relationship is not known", str(error)) from None
    except ValueError as error:
        raise Problem(422, "bad-relationship", "This cannot be", str(error)) from None
    events = [event.payload() for event in done.events]
    body = {"relationship": None if rehearse else done.number, "preview": rehearse, "changed": events}
    return Response(body, status=200 if rehearse else made, headers=PRIVATE)
