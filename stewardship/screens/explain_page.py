"""Why two records are one, or are not: both side by side, the weights as a waterfall, and the verdict."""

from __future__ import annotations

from django.contrib.admin.views.decorators import staff_member_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from mdm.compliance.reading import record_seen, title_of
from mdm.ingestion.keys import BadKey, normalise_key
from mdm.models import GoldenRecord, ObjectType, SourceRecord
from mdm.resolution.explanation import PairExplained, explain_pair
from mdm.xref.codes import BadGoldenId, parse
from stewardship.access import reader, require
from stewardship.comparing import side_by_side
from stewardship.screens.frame import page
from stewardship.waterfall import draw, picture


@staff_member_required
@require_GET
def explain(
    request: HttpRequest,
    source: str,
    object_type: str,
    key: str,
    source_2: str,
    object_type_2: str,
    key_2: str,
) -> HttpResponse:
    """Return the page of two records by their names."""
    require(request, "mdm.view_sourcerecord")
    left, right = find(source, object_type, key), find(source_2, object_type_2, key_2)
    principal = reader(request)
    try:
        told = explain_pair(left.pk, right.pk, principal=principal)
    except LookupError as error:
        raise Http404(str(error)) from None
    if request.GET.get("as") == "svg":
        return _picture(told)
    sides = [record_seen(record.pk, principal) for record in (left, right)]
    titles = [title_of(told.domain, side.attributes) for side in sides]
    context = {
        "told": told,
        "waterfall": draw(told),
        "sides": list(zip(sides, titles, strict=True)),
        "rows": side_by_side(told.domain, sides[0].attributes, sides[1].attributes),
    }
    return page(request, "explain.html", " and ".join(titles), context)


def _picture(told: PairExplained) -> HttpResponse:
    """Return the weights as an SVG file, for a mail or a report."""
    answer = HttpResponse(picture(told).to_svg(), content_type="image/svg+xml; charset=utf-8")
    answer["Content-Disposition"] = f'inline; filename="records-{told.left}-{told.right}.svg"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@staff_member_required
@require_GET
def golden(request: HttpRequest, code: str) -> HttpResponse:
    """Lead to the page of a golden record by its id, in any spelling."""
    try:
        found = GoldenRecord.objects.filter(code=parse(code)).first()
    except BadGoldenId as error:
        raise Http404(str(error)) from None
    if found is None:
        raise Http404(f"Golden id {code} was never issued.")
    return HttpResponseRedirect(reverse("admin:mdm_goldenrecord_change", args=[found.pk]))


def find(source: str, object_type: str, key: str) -> SourceRecord:
    """Return the source record of this name, or answer 404."""
    kind = ObjectType.objects.filter(source__code=source, code=object_type).first()
    if kind is None:
        raise Http404(f"There is no object type {object_type} at source {source}.")
    try:
        spelled = normalise_key(kind.key_rule, key)
    except BadKey as error:
        raise Http404(str(error)) from None
    record = SourceRecord.objects.filter(object_type=kind, source_key=spelled).first()
    if record is None:
        raise Http404(f"{kind} has never sent a record {key}.")
    return record
