"""The small hub of the API's tests, people of every role, and a question to be decided."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone

from mdm.compliance import audit
from mdm.models import ReviewTask, SourceRecord
from tests.mdm.api.hub import Hub, build_hub, person


@pytest.fixture
def hub(db: None) -> Hub:
    """Give the small hub, resolved."""
    return build_hub()


def ask() -> ReviewTask:
    """Open a question: is Anna Berg of the ERP Bernd Cramer of the shop?"""
    left = SourceRecord.objects.get(source_key="0000000017")
    right = SourceRecord.objects.get(source_key="S9")
    with audit.entry(actor="test", action="ask", cause="a test"):
        return ReviewTask.objects.create(
            domain="customer",
            kind=ReviewTask.Kind.POSSIBLE_MATCH,
            left=left,
            right=right,
            weight=5_000,
            probability=0.7,
            created_at=timezone.now(),
        )


@pytest.fixture
def task(hub: Hub) -> ReviewTask:
    """Give an open question."""
    return ask()


@pytest.fixture
def signed_in(db: None) -> Callable[[str], Client]:
    """Give a function that returns the browser of somebody of this role."""

    def sign_in(role: str) -> Client:
        client = Client()
        if role == "onlooker":
            # May open every page, but has no role: the policy gate shows no value at all.
            user = person("onlooker")
            user.is_staff = True
            user.save()
            group, _ = Group.objects.get_or_create(name="onlookers")
            group.permissions.set(
                Permission.objects.filter(content_type__app_label="mdm", codename__startswith="view_")
            )
            user.groups.set([group])
        else:
            user = person(role, role)
        client.force_login(user)
        return client

    return sign_in
