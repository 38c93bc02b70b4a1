"""What the server itself turns away, before any page is asked: told in the hub's own words.

A message that is too large, or none of HTTP, never comes to a page; the server's own answer
would be two English words and its name. Who sent it speaks a language that nobody knows yet:
so all of them stand there.
"""

from __future__ import annotations

from typing import Any, cast

from markupsafe import Markup
from waitress.channel import HTTPChannel
from waitress.task import ErrorTask

from hub.insight.words import say
from hub.insight.words.teacher import OWN_NAMES
from models.domain.locales import locale

_LARGE = frozenset({413, 431})
_SERVER = 500
_PAGE = Markup(
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Mangotree</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"></head>'
    "<body><main>{}</main></body></html>"
)
_PART = Markup(
    '<section lang="{}" dir="{}"><h1>{}</h1><p><strong>{}</strong></p><p>{}</p><p>{}</p>'
    "</section>"
)


def page(status: int) -> str:
    """What is told with this status, in every language that teachers' pages speak."""
    kind = "large" if status in _LARGE else "broken" if status >= _SERVER else "bad"
    parts = Markup("").join(
        _PART.format(
            tag,
            locale(tag).direction,
            say(tag, "menu.trouble"),
            *(say(tag, f"trouble.{kind}{part}") for part in ("", "_means", "_do")),
        )
        for tag in OWN_NAMES
    )
    return _PAGE.format(parts)


class _Refusal(ErrorTask):
    """Answers what could not be read."""

    def execute(self) -> None:
        error = cast(Any, self.request).error
        body = page(error.code).encode()
        self.status = f"{error.code} {error.reason}"
        self.response_headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Cache-Control", "no-store"),
            ("Content-Security-Policy", "default-src 'none'"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class Channel(HTTPChannel):
    """A connection whose refusals are pages."""

    error_task_class = _Refusal
