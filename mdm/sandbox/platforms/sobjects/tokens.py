"""OAuth 2.0 client credentials: short-lived bearer tokens that are lost on a restart."""

import hmac
import secrets
import threading
import time
from urllib.parse import parse_qs

from mdm.sandbox.platforms.web import Request, Response, json_response

MOST_TOKENS = 1_000


class Tokens:
    """The tokens that this process has given out and that are still good."""

    def __init__(self, client_id: str, client_secret: str, seconds: int) -> None:
        self.client_id = client_id
        self.client_secret = client_secret
        self.seconds = seconds
        self._guard = threading.Lock()
        self._good: dict[str, float] = {}
        self._epoch = 0

    def issue(self, request: Request, epoch: int) -> Response:
        """Answer the token endpoint."""
        form = {
            name: values[-1] for name, values in parse_qs(request.body.decode("utf-8", "replace")).items()
        }
        if form.get("grant_type") != "client_credentials":
            return json_response(
                400, {"error": "unsupported_grant_type", "error_description": "grant type not supported"}
            )
        secret = form.get("client_secret", "").encode()
        if form.get("client_id") != self.client_id or not hmac.compare_digest(
            secret, self.client_secret.encode()
        ):
            return json_response(
                400, {"error": "invalid_client", "error_description": "invalid client credentials"}
            )
        token = "00DAu0000000001!" + secrets.token_urlsafe(48)
        with self._guard:
            self._follow(epoch)
            if len(self._good) >= MOST_TOKENS:
                del self._good[next(iter(self._good))]
            self._good[token] = time.monotonic() + self.seconds
        return json_response(
            200,
            {
                "access_token": token,
                "instance_url": request.base_url(),
                "id": f"{request.base_url()}/id/00DAu0000000001EAA/005Au0000000001IAB",
                "token_type": "Bearer",
                "scope": "api",
                "issued_at": str(int(time.time() * 1000)),
                "signature": secrets.token_urlsafe(32),
            },
        )

    def accepts(self, request: Request, epoch: int) -> bool:
        """Say whether the request carries a token that is good now."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        with self._guard:
            self._follow(epoch)
            until = self._good.get(token, 0.0)
        return scheme.lower() == "bearer" and time.monotonic() < until

    def _follow(self, epoch: int) -> None:
        """Drop all tokens when the fault plan has moved on to another epoch."""
        if epoch != self._epoch:
            self._good.clear()
            self._epoch = epoch
