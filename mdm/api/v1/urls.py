"""The addresses of version 1."""

from __future__ import annotations

from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from mdm.api.v1 import decisions
from mdm.api.v1.debt import OverrideDebtView
from mdm.api.v1.golden import GoldenHistoryView, GoldenView
from mdm.api.v1.health import HealthView, LiveView
from mdm.api.v1.judgements import JudgementsView, JudgementUndoneView
from mdm.api.v1.key_verbs import RekeyView, ReuseKeyView
from mdm.api.v1.loads import LoadsView, LoadUndoView
from mdm.api.v1.nowhere import NowhereView
from mdm.api.v1.overrides import GoldenOverridesView, OverrideWithdrawnView
from mdm.api.v1.possible import PossibleMatchesView, PossibleMatchQueuedView
from mdm.api.v1.records import RecordsView
from mdm.api.v1.relationships import (
    GoldenRelationshipsView,
    GoldenTreeView,
    RelationshipProblemsView,
    RelationshipWithdrawnView,
)
from mdm.api.v1.rules import (
    AttributesView,
    CodeListsView,
    CrosswalkView,
    SimulationView,
    UnmappedCodesView,
)
from mdm.api.v1.search import SearchView
from mdm.api.v1.waiting import HoldAnswerView, HoldsView, OverlayAnswerView, OverlaysView
from mdm.api.v1.xref import XrefHistoryView, XrefLookupView, XrefView

app_name = "api-v1"

urlpatterns = [
    path("health", HealthView.as_view(), name="health"),
    path("health/live", LiveView.as_view(), name="live"),
    path("schema", SpectacularAPIView.as_view(), name="schema"),
    path("docs", SpectacularSwaggerView.as_view(url_name="api-v1:schema"), name="docs"),
    path("records", RecordsView.as_view(), name="records"),
    # A key may hold slashes; nothing else stands below records.
    path("records/<str:source>/<str:object_type>/<path:key>/rekey", RekeyView.as_view(), name="record-rekey"),
    path(
        "records/<str:source>/<str:object_type>/<path:key>/reuse-key",
        ReuseKeyView.as_view(),
        name="record-reuse-key",
    ),
    path("search", SearchView.as_view(), name="search"),
    path("xref/lookup", XrefLookupView.as_view(), name="xref-lookup"),
    # A key may hold slashes, so the longer address comes first.
    path(
        "xref/<str:source>/<str:object_type>/<path:key>/history",
        XrefHistoryView.as_view(),
        name="xref-history",
    ),
    path("xref/<str:source>/<str:object_type>/<path:key>", XrefView.as_view(), name="xref"),
    path("golden/<str:golden_id>", GoldenView.as_view(), name="golden"),
    path("golden/<str:golden_id>/history", GoldenHistoryView.as_view(), name="golden-history"),
    path("golden/<str:golden_id>/overrides", GoldenOverridesView.as_view(), name="golden-overrides"),
    path(
        "golden/<str:golden_id>/relationships", GoldenRelationshipsView.as_view(), name="golden-relationships"
    ),
    path("golden/<str:golden_id>/tree", GoldenTreeView.as_view(), name="golden-tree"),
    path("relationships/problems", RelationshipProblemsView.as_view(), name="relationship-problems"),
    path(
        "relationships/<int:number>/withdraw",
        RelationshipWithdrawnView.as_view(),
        name="relationship-withdraw",
    ),
    path("overrides/<int:number>/withdraw", OverrideWithdrawnView.as_view(), name="override-withdraw"),
    path("decisions/merge", decisions.MergeView.as_view(), name="merge"),
    path("decisions/not-a-match", decisions.NotAMatchView.as_view(), name="not-a-match"),
    path("decisions/split", decisions.SplitView.as_view(), name="split"),
    path("decisions/move", decisions.MoveView.as_view(), name="move"),
    path("decisions/isolate", decisions.IsolateView.as_view(), name="isolate"),
    path("decisions/rematch", decisions.RematchView.as_view(), name="rematch"),
    path("decisions/confirm", decisions.ConfirmView.as_view(), name="confirm"),
    path("judgements", JudgementsView.as_view(), name="judgements"),
    path("judgements/<int:number>/undo", JudgementUndoneView.as_view(), name="judgement-undo"),
    path("loads", LoadsView.as_view(), name="loads"),
    path("loads/<str:load>/undo", LoadUndoView.as_view(), name="load-undo"),
    path("holds", HoldsView.as_view(), name="holds"),
    re_path(
        r"^holds/(?P<number>[0-9]+)/(?P<answer>release|keep-together)$",
        HoldAnswerView.as_view(),
        name="hold-answer",
    ),
    path("overlays", OverlaysView.as_view(), name="overlays"),
    re_path(
        r"^overlays/(?P<number>[0-9]+)/(?P<answer>accept|reuse|refuse)$",
        OverlayAnswerView.as_view(),
        name="overlay-answer",
    ),
    path("possible-matches", PossibleMatchesView.as_view(), name="possible-matches"),
    path(
        "possible-matches/<int:number>/queue", PossibleMatchQueuedView.as_view(), name="possible-match-queue"
    ),
    path("domains/<str:domain>/attributes", AttributesView.as_view(), name="attributes"),
    path("domains/<str:domain>/code-lists", CodeListsView.as_view(), name="code-lists"),
    path("domains/<str:domain>/unmapped-codes", UnmappedCodesView.as_view(), name="unmapped-codes"),
    path("domains/<str:domain>/cross-walk", CrosswalkView.as_view(), name="cross-walk"),
    path("domains/<str:domain>/override-debt", OverrideDebtView.as_view(), name="override-debt"),
    path(
        "domains/<str:domain>/rule-sets/<int:number>/simulation", SimulationView.as_view(), name="simulation"
    ),
    re_path(r"^.*$", NowhereView.as_view()),
]
