"""``embedlab serve``: from a folder of pages to a listening service."""

import asyncio
import errno
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType

import uvicorn

from embedlab.errors import CommandError
from embedlab.numerics import Array
from embedlab.service.access import NO_KEYS, Keys, parse_rate, read_keys
from embedlab.service.app import create_app
from embedlab.service.connections import server_config
from embedlab.service.encoders import Encoder, hashed_encoder, minilm_encoder
from embedlab.service.engine import Engine, Limits
from embedlab.service.logs import log, place_of, start_logging
from embedlab.service.refusals import RefusalError, closing
from embedlab.service.snapshots import open_snapshot


class ServeError(CommandError):
    """The service cannot start; the message says why, and what to do."""


@dataclass(frozen=True)
class Options:
    """What the command line says.

    Attributes:
        book: The folder of the pages.
        index: The file of the index; None: a file in _build/, named after the encoder.
        host: Where to listen.
        port: 0: any that is free.
        keys: The file of keys; None: the environment.
        no_key: Let everyone ask.
        encoder: "minilm" or "hashed".
        limits: What requests may ask for.
    """

    book: Path
    index: Path | None
    host: str
    port: int
    keys: Path | None
    no_key: bool
    encoder: str
    limits: Limits


def serve_book(options: Options, say: Callable[[str], None]) -> None:
    """Build the index where it is missing or out of date, and serve until told to end.

    Args:
        options: What the command line says.
        say: Prints a line.

    Raises:
        ServeError: If something is missing, taken or damaged.
    """
    try:
        keys = _keys(options)
        parse_rate(options.limits.rate)
        listener = _bind(options.host, options.port)
    except ValueError as error:
        raise ServeError(str(error)) from error
    with listener:
        ending = threading.Event()
        encoder = _interruptible(_encoder(options.encoder), ending)
        path = options.index or Path("_build") / f"search-{encoder.name}.npz"
        if not path.exists():
            say(f"Building the index {path} ...")
        try:
            engine = Engine(
                encoder, lambda: open_snapshot(options.book, path, encoder), limits=options.limits
            )
        except (ValueError, ArithmeticError, OSError) as error:
            remedy = "remove the file of the index, or name another one with --index"
            is_index = str(path) in str(error)
            raise ServeError(f"{error}" + f"; {remedy}" * is_index) from error
        _run(engine, keys, listener, say, ending)


def _keys(options: Options) -> Keys:
    if options.no_key and options.keys is not None:
        raise ServeError("--keys and --no-key exclude each other; leave one of them out")
    return NO_KEYS if options.no_key else read_keys(options.keys, os.environ)


def _encoder(name: str) -> Encoder:
    if name == "hashed":
        return hashed_encoder()
    try:
        return minilm_encoder()
    except (ImportError, ValueError, OSError) as error:
        remedy = "or start with  --encoder hashed, which needs no weights and finds words only"
        raise ServeError(f"all-MiniLM-L6-v2 cannot be used: {error}; {remedy}") from error


def _interruptible(encoder: Encoder, ending: threading.Event) -> Encoder:
    """Return an encoder that begins no further block of a book once the service is to end.

    A reload runs in a thread, which nobody can stop from outside, and the process ends with its
    last thread: it would go on for as long as a whole book takes.
    """

    def encode_documents(texts: Sequence[str]) -> Array:
        if ending.is_set():
            raise closing()
        return encoder.encode_documents(texts)

    return replace(encoder, encode_documents=encode_documents)


def _bind(host: str, port: int) -> socket.socket:
    """Return a socket that has the address, before anything takes time; it does not listen yet."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise ServeError(f"host must be an address of this machine, got {host!r}") from error
    listener = socket.socket(family, kind, protocol)
    try:
        # Without this a restart would have to wait until old connections are forgotten.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise _no_address(host, port, error) from error
    return listener


def _no_address(host: str, port: int, error: OSError) -> ServeError:
    reasons = {
        errno.EADDRINUSE: f"port {port} is taken; choose another one with --port, 0 for any",
        errno.EACCES: f"port {port} is reserved for the system; choose one above 1023 with --port",
        errno.EADDRNOTAVAIL: f"host must be an address of this machine, got {host!r}",
    }
    return ServeError(reasons.get(error.errno or 0, f"cannot listen at {host}:{port}: {error}"))


class _Server(uvicorn.Server):
    """Uvicorn's server, which calls a function once it listens, and sets an event at its end."""

    def __init__(
        self, config: uvicorn.Config, on_start: Callable[[], None], ending: threading.Event
    ) -> None:
        super().__init__(config)
        self._on_start, self._ending = on_start, ending

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_start()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._ending.set()
        super().handle_exit(sig, frame)


def _run(
    engine: Engine,
    keys: Keys,
    listener: socket.socket,
    say: Callable[[str], None],
    ending: threading.Event,
) -> None:
    """Serve until SIGTERM or Ctrl-C; what is running then is finished."""
    start_logging()
    host, port = listener.getsockname()[:2]
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    index = engine.snapshot

    def on_start() -> None:
        if hasattr(signal, "SIGHUP"):
            tasks: set[asyncio.Task[None]] = set()

            def reload() -> None:
                task = asyncio.get_running_loop().create_task(_reload(engine))
                # The loop itself keeps no task alive.
                tasks.add(task)
                task.add_done_callback(tasks.discard)

            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, reload)
        log("started", index=index.version, model=engine.encoder.name, paragraphs=len(index))
        key = " WITHOUT A KEY" if keys is NO_KEYS else ""
        say(
            f"Serving {len(index)} paragraphs{key} at {address} "
            f"(model {engine.encoder.name}, index {index.version}); Ctrl-C ends it"
        )

    server = _Server(server_config(create_app(engine, keys)), on_start, ending)

    def ended(number: int, frame: FrameType | None) -> None:
        # Uvicorn raises the signal again once all is done; that is no reason to die of it.
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ended)
    try:
        listener.listen()
    except OSError as error:
        raise _no_address(host, port, error) from error
    server.run(sockets=[listener])
    log("ended")


async def _reload(engine: Engine) -> None:
    """Reload because of a signal, whose sender reads the log."""
    try:
        snapshot = await engine.reload()
        log("reloaded", index=snapshot.version, paragraphs=len(snapshot))
    except RefusalError as refusal:
        log("reload refused", level=logging.ERROR, reason=refusal.detail, index=refusal.remedy)
    except Exception as error:
        log("reload failed", level=logging.ERROR, failure=place_of(error))
