"""Serves the pages from threads: one for each live page, and some over."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from functools import partial
from typing import Any, cast

from waitress import wasyncore
from waitress.server import create_server

from hub.errors import WebError
from hub.web.factory import create_app, read_ahead
from hub.web.parts import Parts
from hub.web.unread import Channel

#: Each live page of a phone holds a thread; measured: 8 threads hold 8 pages and then
#: nothing else is answered, 80 hold 60 and still answer at once.
THREADS = 80
#: The largest list of learners and the form around it; all else may have far less, see
#: `factory.LARGEST_FORM`. What is over half a megabyte waits in a file, not in memory.
LARGEST_BODY = 5 * 2**20


class WebServer:
    """The hub's HTTP server on a port of its own."""

    def __init__(self, parts: Parts, *, host: str, port: int) -> None:
        self._parts = parts
        self._host = host
        self._port = port
        self._is_over = threading.Event()
        self._open: dict[int, Any] = {}

    @property
    def port(self) -> int:
        """The port that pages are served on."""
        return self._port

    @property
    def pid(self) -> int:
        """The process that serves them."""
        return os.getpid()

    def start(self) -> None:
        """Opens the port; raises WebError when it is taken."""
        app = create_app(self._parts, self._is_over)
        try:
            self._server = create_server(
                app,
                map=self._open,
                host=self._host,
                port=self._port,
                threads=THREADS,
                # Nobody needs to be told with each answer what serves it.
                ident="",
                max_request_body_size=LARGEST_BODY,
                channel_timeout=120,
                asyncore_use_poll=True,
            )
        except OSError as error:
            raise WebError(
                f"Port {self._port} is taken by another program ({error.strerror}). Set "
                "http_port in settings.toml, or start with --port."
            ) from error
        cast(Any, self._server).channel_class = Channel
        self._port = int(cast(Any, self._server).effective_port)
        self._thread = threading.Thread(target=self._server.run, name="web", daemon=True)
        self._thread.start()
        ahead = (app, self._is_over)
        threading.Thread(target=read_ahead, args=ahead, name="pages", daemon=True).start()

    def stop(self) -> None:
        """Ends live pages, then closes the port and every connection.

        A browser keeps its connections for later: left open they would swallow its next
        requests, and the serving thread would not end.
        """
        self._is_over.set()
        self._parts.progress.changed()
        self._server.task_dispatcher.shutdown(timeout=2)
        if self._thread.is_alive():
            # Another wake-up may let the loop close everything before this one is written;
            # then the trigger is shut already, and the work is done.
            with suppress(OSError):
                cast(Any, self._server).trigger.pull_trigger(
                    partial(wasyncore.close_all, self._open)
                )
            self._thread.join(timeout=2)
