"""The token route: password and refresh grants, lives on the sandbox's clock, several tokens valid at once."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from jpo_mcp.clock import Clock
from jpo_mcp.sandbox.protocol import Reply, dumps, envelope

ACCESS_SECONDS = 3_600
REFRESH_SECONDS = 28_800


@dataclass(slots=True)
class Tokens:
    """Issued tokens and when each ends. Issuing a new one does not revoke the older ones."""

    clock: Clock
    username: str
    password: str
    _access: dict[str, float] = field(default_factory=dict[str, float], repr=False)
    _refresh: dict[str, float] = field(default_factory=dict[str, float], repr=False)

    def accepts(self, authorization: str) -> bool:
        """Whether this Authorization header carries a live access token."""
        scheme, _, token = authorization.partition(" ")
        return scheme.lower() == "bearer" and self._access.get(token, 0.0) > self.clock.now()

    def grant(self, form: bytes) -> Reply:
        """The answer to a form sent to the token route."""
        sent = {name: values[0] for name, values in parse_qs(form.decode("utf-8", "replace")).items()}
        kind = sent.get("grant_type")
        if kind not in {"password", "refresh_token"}:
            return envelope("400")
        allowed = self._knows(sent) if kind == "password" else self._may_refresh(sent)
        return self._issue() if allowed else envelope("212")

    def revoke(self) -> None:
        """End every token now."""
        self._access.clear()
        self._refresh.clear()

    def _knows(self, sent: dict[str, str]) -> bool:
        name = hmac.compare_digest(sent.get("username", "").encode(), self.username.encode())
        return name & hmac.compare_digest(sent.get("password", "").encode(), self.password.encode())

    def _may_refresh(self, sent: dict[str, str]) -> bool:
        return self._refresh.get(sent.get("refresh_token", ""), 0.0) > self.clock.now()

    def _issue(self) -> Reply:
        access, refresh = (secrets.token_urlsafe(48) for _ in range(2))
        self._access[access] = self.clock.now() + ACCESS_SECONDS
        self._refresh[refresh] = self.clock.now() + REFRESH_SECONDS
        body = {
            "access_token": access,
            "expires_in": ACCESS_SECONDS,
            "refresh_expires_in": REFRESH_SECONDS,
            "refresh_token": refresh,
            "token_type": "Bearer",
            "id_token": secrets.token_urlsafe(48),
            "not-before-policy": 0,
            "session_state": secrets.token_hex(16),
            "scope": "openid profile",
        }
        return Reply(200, dumps(body), headers={"cache-control": "no-store"})
