"""How connections are held: none waits for ever, for a request or for who should read an answer."""

import asyncio

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0
"""Longest time between the first byte of a connection, or of a request, and the end of its head."""
ANSWER_SECONDS = 10.0
"""Longest time that a client may take to read what has been sent to it."""
GRACE_SECONDS = 15
"""Longest time that requests which are running have, once the service has been told to end."""


class Impatient(H11Protocol):
    """Uvicorn's protocol, which by itself waits for ever, for a head and until an answer is read.

    A client that opens thousands of connections and sends or reads a byte now and then would take
    them all. The time of a body is measured where it is read.
    """

    head_seconds, answer_seconds = HEAD_SECONDS, ANSWER_SECONDS
    _head_timer: asyncio.TimerHandle | None = None
    _answer_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock of the first request."""
        super().connection_made(transport)
        # Writing pauses while anything at all waits to be sent: a connection that is being closed
        # lives on until its last byte is taken.
        transport.set_write_buffer_limits(high=0)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Read on; the clock runs from the first byte of a head to its last."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clocks."""
        self._stop()
        self._stop_answer()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Start the clock of what the client does not read."""
        super().pause_writing()
        self._answer_timer = self.loop.call_later(self.answer_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on writing: all has been read, or is on its way."""
        super().resume_writing()
        self._stop_answer()

    def _watch(self) -> None:
        if not self._awaits_head():
            self._stop()
        elif self._head_timer is None:
            self._head_timer = self.loop.call_later(self.head_seconds, self._give_up)

    def _awaits_head(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _stop(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _stop_answer(self) -> None:
        if self._answer_timer is not None:
            self._answer_timer.cancel()
            self._answer_timer = None

    def _give_up(self) -> None:
        self._head_timer = None
        if self._awaits_head():
            self.transport.close()


def server_config(app: ASGIApp, protocol: type[asyncio.Protocol] = Impatient) -> uvicorn.Config:
    """Return how the application is served: quietly, and by one process."""
    return uvicorn.Config(
        app,
        http=protocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,  # it would hold the queries
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
