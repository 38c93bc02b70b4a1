"""The cookie that holds a browser's form token: sealed by the hub, and without any time in it.

Flask's own seal holds the hour by the hub's clock, and refuses what is older than a limit or
from the future. A board without a clock chip starts in any year: each jump of its clock would
take the tokens of all open pages. Nothing in this cookie says who somebody is; who is signed in
stands in cookies of their own, which the hub looks up.
"""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature, URLSafeSerializer


class ClocklessSessions(SecureCookieSessionInterface):
    """Sessions as Flask keeps them in a cookie, but for the time."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        """What the cookie holds; nothing where the hub did not seal it."""
        kept = request.cookies.get(self.get_cookie_name(app), "")
        try:
            return SecureCookieSession(self._seal(app).loads(kept))
        except BadSignature:
            return SecureCookieSession()

    def get_signing_serializer(self, app: Flask) -> Any:
        """What seals the cookie."""
        return self._seal(app)

    def _seal(self, app: Flask) -> URLSafeSerializer:
        return URLSafeSerializer(
            str(app.secret_key),
            salt="clockless session",
            serializer=self.serializer,
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )
