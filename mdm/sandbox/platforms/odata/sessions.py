"""Who calls: Basic authentication and the CSRF token that SAP ties to a session cookie."""

import base64
import binascii
import hmac
import secrets
import threading

from mdm.sandbox.platforms.web import Request, Response

COOKIE = "SAP_SESSIONID_S4H_100"
MOST_SESSIONS = 5_000


class Sessions:
    """The open sessions of one server; they are lost on a restart, and a client fetches a new token then."""

    def __init__(self, user: str, password: str) -> None:
        self.user = user
        self.password = password
        self._guard = threading.Lock()
        self._tokens: dict[str, str] = {}
        self._epoch = 0

    def authenticate(self, request: Request) -> str | None:
        """Return the name of the user whose Basic credentials the request carries, or None."""
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        try:
            name, _, password = base64.b64decode(text, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        known = name == self.user and hmac.compare_digest(password.encode(), self.password.encode())
        return name if known and scheme.lower() == "basic" else None

    def fetch(self, request: Request, epoch: int) -> dict[str, str]:
        """Return the headers that hand out a token: the session's own, or that of a new session with its
        cookie."""
        session = _cookie(request)
        with self._guard:
            self._follow(epoch)
            if session in self._tokens:
                return {"x-csrf-token": self._tokens[session]}
            if len(self._tokens) >= MOST_SESSIONS:
                self._tokens.pop(next(iter(self._tokens)))
            session, token = secrets.token_urlsafe(24), secrets.token_urlsafe(18)
            self._tokens[session] = token
        return {"x-csrf-token": token, "set-cookie": f"{COOKIE}={session}; path=/; HttpOnly"}

    def accepts(self, request: Request, epoch: int) -> bool:
        """Say whether the request's token belongs to the session of its cookie."""
        with self._guard:
            self._follow(epoch)
            token = self._tokens.get(_cookie(request))
        return token is not None and hmac.compare_digest(token, request.headers.get("x-csrf-token", ""))

    def _follow(self, epoch: int) -> None:
        """Drop all sessions when the fault plan has moved on to another epoch."""
        if epoch != self._epoch:
            self._tokens.clear()
            self._epoch = epoch


def _cookie(request: Request) -> str:
    for entry in request.headers.get("cookie", "").split(";"):
        name, _, value = entry.strip().partition("=")
        if name == COOKIE:
            return value
    return ""


def unauthorised() -> Response:
    """Return SAP's answer to missing or wrong credentials."""
    return Response(
        401,
        b"<html><body><h1>Logon failed</h1></body></html>",
        "text/html;charset=utf-8",
        {"WWW-Authenticate": 'Basic realm="SAP NetWeaver Application Server [S4H/100]"'},
    )


def token_refused() -> Response:
    """Return SAP's answer to a write without a valid token."""
    return Response(
        403, b"CSRF token validation failed", "text/plain;charset=utf-8", {"x-csrf-token": "Required"}
    )
