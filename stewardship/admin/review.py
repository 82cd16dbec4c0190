"""Questions to people, what they decided, and what is held back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mdm import domains
from mdm.compliance.policy import visible
from mdm.compliance.reading import title_of
from mdm.models import Hold, Judgement, Membership, MergeTally, Overlay, ReviewTask, SourceRecord
from mdm.resolution.decisions import REASONS
from mdm.resolution.explanation import gate_words
from mdm.resolution.queueing import found
from stewardship.access import reader
from stewardship.admin.base import (
    DomainFilter,
    OpenFirstFilter,
    ReadOnlyAdmin,
    WithdrawableAdmin,
    badge,
    code_tag,
)
from stewardship.formatting import term_words
from stewardship.screens import golden_page, review_page, waiting_page


class TaskFilter(OpenFirstFilter):
    """Open questions first."""

    choices_shown = (("unqueued", "Not queued"), ("decided", "Decided"), ("obsolete", "Obsolete"))


class KindFilter(admin.SimpleListFilter):
    """Why it is asked."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the kinds of questions."""
        return [(str(value), str(label).capitalize()) for value, label in ReviewTask.Kind.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the questions of the chosen kind."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(ReviewTask)
class ReviewTaskAdmin(ReadOnlyAdmin):
    """The queue, the heaviest question first; and the possible matches that are not in it."""

    search_fields = ("left__source_key",)
    search_help_text = "Golden id or the start of a source key"
    list_filter = (DomainFilter, KindFilter, TaskFilter)
    list_select_related = ("left__membership__golden", "right__membership__golden")
    list_before_template = "stewardship/review_list_top.html"
    ordering = ("-weight", "id")

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        """Return the columns; names are made of what the reader may see."""
        principal = reader(request)

        def title(row: Membership) -> str:
            golden = row.golden
            if golden is None:
                return "pending"
            return title_of(golden.domain, visible(principal, golden.domain, golden.attributes))

        @admin.display(description="Are these the same?", ordering="-weight")
        def question(task: ReviewTask) -> SafeString:
            return format_html(
                '<span class="au-pair"><b>{}</b><i>{}</i><b>{}</b></span>',
                title(task.left.membership),
                "or" if task.left_id != task.right_id else "still",
                title(task.right.membership) if task.left_id != task.right_id else "the same?",
            )

        return (question, "weight_shown", "probability_shown", "kind_shown", "domain", "asked_at")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the queue with a link for each domain."""
        chosen = request.GET.get("domain", "")
        asked = set(ReviewTask.objects.filter(status="open").values_list("domain", flat=True).distinct())
        links = [("", "All")]
        links += [(code, f"{one.label}s") for code, one in domains.registered().items() if code in asked]
        unqueued = ReviewTask.objects.filter(status=ReviewTask.Status.UNQUEUED)
        more = {
            "domain_links": [(code, label, code == chosen) for code, label in links],
            "domain": chosen,
            "unqueued": (unqueued.filter(domain=chosen) if chosen else unqueued).count(),
            "shows_unqueued": request.GET.get("status") == ReviewTask.Status.UNQUEUED,
        }
        shown: HttpResponse = super().changelist_view(request, {**(extra_context or {}), **more})
        return shown

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ReviewTask], search_term: str
    ) -> tuple[QuerySet[ReviewTask], bool]:
        """Find the tasks about a golden id, as a person says it, or about a record by its key."""
        return (found(queryset, search_term) if search_term else queryset), False

    @admin.display(description="Weight", ordering="weight")
    def weight_shown(self, task: ReviewTask) -> str:
        """Return the weight in bits."""
        return f"{task.weight / 1000:.1f} bits"

    @admin.display(description="Probability", ordering="probability")
    def probability_shown(self, task: ReviewTask) -> str:
        """Return the model's own probability."""
        # What is asked is in doubt: no rounding shall say that it is certain.
        return "> 99.9%" if task.probability > 0.999 else f"{task.probability:.1%}"

    @admin.display(description="Asked", ordering="created_at")
    def asked_at(self, task: ReviewTask) -> SafeString:
        """Return since when it waits."""
        at = task.created_at
        return format_html('<span class="au-nowrap" title="{}">{}</span>', f"{at:%H:%M}", f"{at:%Y-%m-%d}")

    @admin.display(description="Why it is asked", ordering="kind")
    def kind_shown(self, task: ReviewTask) -> SafeString:
        """Return the kind and the gate."""
        if task.gate:
            return badge(f"held back: {gate_words(task.gate)}", "warn")
        return badge(task.get_kind_display(), "gold")

    def get_urls(self) -> list[URLPattern]:
        """Add the addresses of the queue to those of the admin."""
        site = self.admin_site
        own = [
            path("next/", site.admin_view(review_page.first), name="review-next"),
            path("<int:task_id>/decide/", site.admin_view(review_page.decide), name="review-decide"),
            path("<int:task_id>/answer/", site.admin_view(waiting_page.answer), name="review-answer"),
            path("<int:task_id>/queue/", site.admin_view(review_page.take), name="review-take"),
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show the page of one question."""
        task = self.get_object(request, object_id)
        if task is None or request.method == "POST" or not self.has_view_permission(request, task):
            return self.refused(request, object_id)
        if waiting_page.is_about_one(task):
            return waiting_page.show(request, task, self.admin_site)
        return review_page.show(request, task, self.admin_site)


def _record_link(record: SourceRecord) -> SafeString:
    page = reverse("admin:mdm_sourcerecord_change", args=[record.pk])
    return format_html('<a class="au-link" href="{}">{}</a>', page, str(record))


@admin.register(Judgement)
class JudgementAdmin(WithdrawableAdmin):
    """What people have decided; in force until withdrawn."""

    withdrawal = ("undo", "judgement", "Undo")
    list_display = ("id", "kind_shown", "records", "actor", "reason_shown", "created_at", "standing")
    list_filter = (DomainFilter, "decision", "kind", "rank", "actor")
    list_select_related = ("left__object_type__source", "right__object_type__source")
    ordering = ("-id",)
    fields = (
        "standing", "domain", "decision", "kind", "rank", "left_name", "right_name", "keeps_code", "term",
        "actor", "reason_shown", "created_at", "withdrawn_at", "withdrawn_by", "withdrawn_reason",
    )  # fmt: skip
    readonly_fields = ("left_name", "right_name", "keeps_code", "term", "reason_shown", "standing")

    @admin.display(description="Decision", ordering="kind")
    def kind_shown(self, judgement: Judgement) -> SafeString:
        """Return the decision."""
        return badge(judgement.get_kind_display(), golden_page.TONES.get(judgement.kind, ""))

    @admin.display(description="Records")
    def records(self, judgement: Judgement) -> SafeString:
        """Return the names of both records."""
        sides = [
            f"{end} and {len(side) - 1} more"
            if judgement.kind == Judgement.Kind.APART and side[1:]
            else str(end)
            for end, side in (
                (judgement.left, judgement.left_records),
                (judgement.right, judgement.right_records),
            )
            if end is not None
        ]
        return format_html("{}", " · ".join(sides))

    @admin.display(description="Left record")
    def left_name(self, judgement: Judgement) -> SafeString:
        """Return the name of the left record, which opens its page."""
        return _record_link(judgement.left)

    @admin.display(description="Right record")
    def right_name(self, judgement: Judgement) -> SafeString:
        """Return the name of the right record, which opens its page."""
        return _record_link(judgement.right) if judgement.right else code_tag("—")

    @admin.display(description="Stands")
    def term(self, judgement: Judgement) -> str:
        """Return how long it stands."""
        return term_words(judgement) or "for good"

    @admin.display(description="Keeps")
    def keeps_code(self, judgement: Judgement) -> SafeString:
        """Return the golden id that was asked to survive."""
        return code_tag(judgement.keeps.code if judgement.keeps else "—")

    @admin.display(description="Reason")
    def reason_shown(self, judgement: Judgement) -> str:
        """Return the reason in words."""
        return f"{REASONS.get(judgement.reason_code, judgement.reason_code)}. {judgement.reason}".strip()


@admin.register(Hold)
class HoldAdmin(ReadOnlyAdmin):
    """What waits for a person, a budget or a date."""

    list_display = ("id", "gate", "domain", "status", "reason", "created_at", "wakes_on", "closed_by")
    list_filter = (DomainFilter, "status", "gate")
    ordering = ("-id",)


@admin.register(MergeTally)
class MergeTallyAdmin(ReadOnlyAdmin):
    """How much of each day's budget of merges is spent."""

    list_display = ("day", "domain", "merges")
    list_filter = (DomainFilter,)
    ordering = ("-day", "domain")


@admin.register(Overlay)
class OverlayAdmin(ReadOnlyAdmin):
    """Updates that would have turned a record into somebody else, and what was said of them."""

    list_display = ("id", "source_key", "domain", "status", "conflicts", "arrived_at", "closed_by")
    list_filter = (DomainFilter, "status")
    search_fields = ("source_key",)
    ordering = ("-id",)
    fields = (
        "record", "source_key", "domain", "origin", "status", "conflicts", "arrived_at", "changed_at",
        "closed_at", "closed_by", "closed_reason",
    )  # fmt: skip
