"""A small hub over HTTP, and keys for every scope."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from mdm.compliance import api_keys
from mdm.compliance.roles import ensure_roles
from tests.mdm.api.hub import Hub, build_hub


@pytest.fixture
def hub(db: None) -> Iterator[Hub]:
    """Give the small hub, resolved."""
    yield build_hub()


@pytest.fixture
def key(db: None) -> Callable[..., str]:
    """Give a function that issues a key with these scopes and returns its text."""
    ensure_roles()
    owner, _ = User.objects.get_or_create(username="integration")

    def issue(*scopes: str, **more: Any) -> str:
        return api_keys.issue(name="test", scopes=scopes, owner=owner, actor="test", cause="a test", **more)[
            1
        ]

    return issue


@dataclass
class Api:
    """The API as a program with one key sees it, over HTTP."""

    client: Client
    headers: dict[str, str]

    def get(self, path: str, **more: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", headers={**self.headers, **more.pop("headers", {})}, **more)

    def post(self, path: str, body: Any, **more: Any) -> Any:
        return self.client.post(
            f"/api/v1/{path}", body, content_type="application/json", headers=self.headers, **more
        )


@pytest.fixture
def api(key: Callable[..., str]) -> Callable[..., Api]:
    """Give a function that returns the API for a key with these scopes; without scopes nobody asks."""

    def ask(*scopes: str) -> Api:
        headers = {"Authorization": f"Bearer {key(*scopes)}"} if scopes else {}
        return Api(Client(), headers)

    return ask
