"""The admin of golden records is registered and answers at its address."""

import django

django.setup()

from django.contrib import admin  # noqa: E402 - after setup
from django.urls import reverse  # noqa: E402 - after setup

from mdm.models import GoldenRecord  # noqa: E402 - after setup

assert GoldenRecord in admin.site._registry
assert reverse("admin:mdm_goldenrecord_changelist") == "/admin/mdm/goldenrecord/"
