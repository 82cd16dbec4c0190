"""The admin: every table can be looked at, what is derived can not be changed by hand."""

from django.contrib import admin

from stewardship.admin import (
    golden,
    overrides,
    people,
    publishing,
    records,
    relationships,
    review,
    rules,
    setup,
)

__all__ = [
    "golden",
    "overrides",
    "people",
    "publishing",
    "records",
    "relationships",
    "review",
    "rules",
    "setup",
]

admin.site.index_template = "stewardship/desk.html"
