"""A downstream system may ask the cross-reference API only as a known user."""

import django

django.setup()

from django.test import RequestFactory  # noqa: E402 - after setup
from django.urls import resolve  # noqa: E402 - after setup

ADDRESS = "/api/v1/xref/crm/Account/0015e000003Rk7XAAS"

found = resolve(ADDRESS)
answer = found.func(RequestFactory().get(ADDRESS), *found.args, **found.kwargs)
assert answer.status_code in {401, 403}, answer.status_code
