"""`/api/v1/loads`: loads of files, each as one thing: listed, and taken back as a whole."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mdm.api.v1 import describing, shapes
from mdm.api.v1.access import ScopedView, by_of
from mdm.api.v1.golden import PRIVATE, READ
from mdm.api.v1.problems import Problem
from mdm.api.v1.shapes import Shape
from mdm.api.v1.waking import wake_resolution
from mdm.compliance import audit
from mdm.ingestion.effects import Effect, effect_of
from mdm.ingestion.loads import Load, load_of, newest_loads
from mdm.ingestion.pipeline import rehearsal
from mdm.ingestion.undoing import Undone, undo
from mdm.resolution.due import waiting_domains
from mdm.resolution.many import resolve_many
from mdm.rulesets.active import active

DECIDE = frozenset({"golden:decide"})
MOST_ROWS = 5_000
"""What a request may take back; `manage.py undo_load` takes any number."""


class LoadSeen(Shape):
    """One load of files of one object type."""

    load = serializers.CharField(help_text="Its name; `manage.py load` prints it.")
    began_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField()
    actor = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)
    files = serializers.ListField(child=serializers.CharField())
    object_type = serializers.CharField()
    rows = serializers.IntegerField()
    refused = serializers.IntegerField(help_text="Rows that are in quarantine, or were.")
    undone_at = serializers.DateTimeField(allow_null=True, help_text="When it was taken back; null: never.")


class Loads(Shape):
    """The newest loads."""

    loads = LoadSeen(many=True)


class LoadEffect(Shape):
    """What a preview says of the golden records."""

    created = serializers.IntegerField()
    joined = serializers.IntegerField(help_text="Records that come to golden records that stand.")
    merged = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="Golden id that stays: the ids that go into it.",
    )
    split = serializers.IntegerField()
    ended = serializers.IntegerField(help_text="Golden records that nobody is in any more.")
    questions = serializers.IntegerField()


class LoadUndone(Shape):
    """What became of the records of a load."""

    preview = serializers.BooleanField()
    retired = serializers.IntegerField(help_text="Records that the load brought.")
    restored = serializers.IntegerField(help_text="Records that say again what they said before.")
    kept = serializers.ListField(
        child=serializers.CharField(), help_text="Records that somebody changed since, by whom and when."
    )
    dropped = serializers.IntegerField(help_text="Versions of the load that were held back.")
    decided = serializers.ListField(
        child=serializers.CharField(), help_text="What people decided since about its records; it stands."
    )
    effect = LoadEffect(allow_null=True, help_text="Of a preview; else workers resolve what is due now.")


class LoadsView(ScopedView):
    """The newest loads."""

    scopes = READ

    @extend_schema(
        operation_id="loads",
        summary="Loads of files, the newest first",
        responses={200: Loads},
        tags=["Loads"],
    )
    def get(self, request: Request) -> Response:
        """Answer with a hundred of them."""
        return Response({"loads": [_seen(one) for one in newest_loads()]}, headers=PRIVATE)


class LoadUndoView(ScopedView):
    """The undo of one load."""

    scopes = DECIDE

    @extend_schema(
        operation_id="undo_load",
        summary="Take a load back as a whole, or say what that would do",
        parameters=[OpenApiParameter("load", str, "path", description="As listed.")],
        request=shapes.Because,
        responses={
            200: LoadUndone,
            **describing.problems(
                s400="The request is not as described.",
                s404="There is no such load.",
                s422="The reason is not enough, or the load is too large for a request.",
            ),
        },
        tags=["Loads"],
    )
    def post(self, request: Request, load: str) -> Response:
        """Up to 5,000 rows; `manage.py undo_load` takes back larger ones."""
        because = shapes.Because(data=request.data)
        because.is_valid(raise_exception=True)
        given: dict[str, Any] = because.validated_data
        by = by_of(request, given)
        try:
            if load_of(load).rows > MOST_ROWS:
                advice = f"It has more than {MOST_ROWS:,} rows: run `manage.py undo_load {load}`."
                raise Problem(422, "too-large", "The load is too large for a request", advice)
        except LookupError as unknown:
            raise Problem(404, "unknown", "This is not known", str(unknown)) from None
        reason = f"{by.reason_code}: {by.reason}".removesuffix(": ")
        who: dict[str, Any] = {"actor": by.actor, "reason": reason, "user_id": by.user_id}
        if given["preview"]:
            undone, effect = _rehearsed(load, who)
        else:
            undone, effect = undo(load, **who), None
            for domain in waiting_domains():
                wake_resolution(domain)
        told = {"preview": given["preview"], **asdict(undone), "effect": effect and asdict(effect)}
        return Response(told, headers=PRIVATE)


def _rehearsed(load: str, who: dict[str, Any]) -> tuple[Undone, Effect]:
    """Undo and resolve, and keep nothing of it."""
    with rehearsal(actor=who["actor"], cause=f"undo of load {load}"):
        undone = undo(load, **who)
        for domain in waiting_domains():
            if active(domain) is not None:
                resolve_many(domain, actor=who["actor"], cause=f"undo of load {load}")
        return undone, effect_of([audit.current().pk])


def _seen(load: Load) -> dict[str, Any]:
    told = asdict(load)
    return {"load": told.pop("name"), **told}
