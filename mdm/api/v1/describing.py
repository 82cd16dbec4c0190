"""Words that the descriptions of several views share."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from mdm.api.v1 import shapes
from mdm.api.v1.problems import MEDIA_TYPE

SOURCE = OpenApiParameter("source", str, OpenApiParameter.PATH, description="Source system, such as `crm`.")
OBJECT = OpenApiParameter(
    "object_type", str, OpenApiParameter.PATH, description="Its kind of object: `Account`."
)
KEY = OpenApiParameter("key", str, OpenApiParameter.PATH, description="The key of the record there.")
CODE = OpenApiParameter(
    "golden_id",
    str,
    OpenApiParameter.PATH,
    description="Any golden id ever issued; dashes and case are free.",
)
MOMENT = OpenApiParameter("at", str, description="Only the span at this moment (ISO 8601).")
AS_OF = OpenApiParameter("at", str, description="As it stood at this moment (ISO 8601), not now.")
FOLLOW = OpenApiParameter("follow", bool, default=True, description="false: show a retired id itself.")
PROVENANCE = OpenApiParameter("provenance", bool, default=False, description="true: with the reasons.")


def problems(**sentences: str) -> dict[Any, OpenApiResponse]:
    """Return the problem responses of a view: `problems(s404="The key is not known.")`."""
    common = {"s401": "Nobody is signed in.", "s403": "The scope for this is missing."}
    return {
        (int(code[1:]), MEDIA_TYPE): OpenApiResponse(shapes.ProblemDocument, description=sentence)
        for code, sentence in sorted((common | sentences).items())
    }
