"""Chapter 9's service as a process that listens: start, end, reload under load, rude clients."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

pytest.importorskip("fastapi")

import httpx
import uvicorn

from embedlab.cli import main
from embedlab.paragraphs import read_paragraphs
from embedlab.service import requests
from embedlab.service.access import NO_KEYS
from embedlab.service.app import Observer, create_app
from embedlab.service.command import Options, ServeError, serve_book
from embedlab.service.connections import HEAD_SECONDS, Impatient, server_config
from embedlab.service.encoders import hashed_encoder, minilm_encoder
from embedlab.service.engine import Engine, Limits
from embedlab.service.metrics import Metrics
from embedlab.service.snapshots import build_snapshot, open_snapshot

KEY = "reader-0123456789abcdef"
ADMIN = "admin-0123456789abcdef"
SERVE = [sys.executable, "-c", "from embedlab.cli import main; main()", "serve"]


@pytest.fixture
def book(tmp_path):
    folder = tmp_path / "book"
    folder.mkdir()
    for i in range(5):
        (folder / f"page{i}.md").write_text(f"# Page {i}\nHere page number {i} says something.")
    return folder


@contextlib.contextmanager
def serving(book, *options, serve=SERVE):
    """Start the command, yield its process and address, and end it whatever happens."""
    environment = os.environ | {"EMBEDLAB_KEYS": f"bo {KEY}; ada {ADMIN} admin"}
    command = [*serve, "--book", str(book), "--port", "0", "--encoder", "hashed", *options]
    with (book.parent / "log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=book.parent, env=environment, stdout=subprocess.PIPE, stderr=log, text=True
        )
    try:
        lines = iter(process.stdout.readline, "")
        line = next((line for line in lines if line.startswith("Serving")), "")
        assert line, (book.parent / "log").read_text()
        yield process, line.split(" at ")[1].split(" ")[0]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@contextlib.contextmanager
def listening(app, protocol=Impatient):
    """Serve an application from a thread of this process; yield where it listens."""
    server = uvicorn.Server(server_config(app, protocol))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive()
                time.sleep(0.01)
            yield listener.getsockname()
        finally:
            server.should_exit = True
            thread.join()


def app_for(book, **limits):
    encoder = hashed_encoder(64)
    engine = Engine(
        encoder,
        lambda: open_snapshot(book, book.parent / "index.npz", encoder),
        limits=Limits(**limits),
    )
    return create_app(engine, NO_KEYS)


def test_start_serve_and_end_without_dropping_what_runs(book):
    # A text waits a second for company, so that a request is running when the end comes.
    with serving(book, "--max-wait", "1000") as (process, address):
        with httpx.Client(base_url=address, headers={"X-API-Key": KEY}, timeout=30) as client:
            health = client.get("/healthz").json()
            assert (health["ready"], health["model"]) == (True, "hashed-512")
            assert health["index"]["paragraphs"] == 5
            assert client.get("/healthz").headers.get("server") is None

            def endless():
                for _ in range(100_000):
                    yield b" " * 1000

            # 100 MB in chunks without a length: refused after a small part of it.
            assert client.post("/embed", content=endless()).status_code == 413
            assert client.get("/healthz").status_code == 200

        answers = []

        def ask():
            headers = {"X-API-Key": KEY}
            found = httpx.get(f"{address}/search?query=three&k=1", headers=headers, timeout=30)
            answers.append(found)

        running = threading.Thread(target=ask)
        running.start()
        time.sleep(0.4)
        process.send_signal(signal.SIGTERM)
        running.join()
        assert [answer.status_code for answer in answers] == [200]
        assert process.wait(20) == 0
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{address}/healthz")
    lines = [json.loads(line) for line in (book.parent / "log").read_text().splitlines()]
    assert [lines[0]["event"], lines[-1]["event"]] == ["started", "ended"]
    assert KEY not in (book.parent / "log").read_text()


SLOW = """
import time
from dataclasses import replace
from embedlab.cli import main
from embedlab.service import command, encoders, snapshots

def slow_encoder():
    encoder = encoders.hashed_encoder()
    def encode_documents(texts):
        time.sleep(0.2)
        return encoder.encode_documents(texts)
    return replace(encoder, encode_documents=encode_documents)

command.hashed_encoder, snapshots._BLOCK = slow_encoder, 1
main()
"""


@pytest.mark.parametrize("by_signal", [True, False])
def test_a_reload_does_not_hold_up_the_end(book, by_signal):
    # Thirty seconds for the new pages.
    with serving(book, serve=[sys.executable, "-c", SLOW, "serve"]) as (process, address):
        for i in range(150):
            (book / f"new{i}.md").write_text(f"# New {i}\nA new page, number {i}.")
        answers = []

        def reload():
            headers = {"X-API-Key": ADMIN}
            answers.append(httpx.post(f"{address}/reload", headers=headers, timeout=30))

        asking = threading.Thread(target=reload)
        if by_signal:
            process.send_signal(signal.SIGHUP)
        else:
            asking.start()
        time.sleep(1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        if not by_signal:
            asking.join()
            [answer] = answers
            assert answer.status_code == 503
            assert answer.json()["error"] == "closing"
    log = (book.parent / "log").read_text()
    assert '"event": "ended"' in log
    assert not by_signal or "the service is being stopped" in log


def test_who_has_had_the_time_that_there_was_is_told_so():
    """At the end of its patience the server cancels what still runs, and would answer 500."""

    async def run():
        begun, sent = asyncio.Event(), []

        async def endless(scope, receive, send):
            begun.set()
            await asyncio.Event().wait()

        async def send(message):
            sent.append(message)

        metrics = Metrics()
        scope = {"type": "http", "path": "/reload", "method": "POST", "headers": []}
        task = asyncio.ensure_future(Observer(endless, metrics)(scope, None, send))
        await begun.wait()
        task.cancel("patience")
        await task
        return sent, metrics.text().decode()

    (start, body), metrics = asyncio.run(run())
    assert start["status"] == 503
    assert json.loads(body["body"])["error"] == "closing"
    assert 'route="/reload",status="503"' in metrics


def test_reload_under_load_fails_no_request(book):
    seen, statuses = set(), []

    async def run(process, address):
        done = asyncio.Event()
        headers = {"X-API-Key": KEY}
        async with httpx.AsyncClient(base_url=address, headers=headers, timeout=30) as client:

            async def hammer(number):
                n = 0
                while not done.is_set():
                    n += 1
                    # New queries and old ones, so that the queue and the cache both take part.
                    query = f"page {number} {n if n % 2 else 0}"
                    answer = await client.get("/search", params={"query": query, "k": 3})
                    statuses.append(answer.status_code)
                    if answer.status_code == 200:
                        seen.add(answer.json()["index"])

            async def change():
                for i in range(6):
                    (book / f"new{i}.md").write_text(f"# New {i}\nA new page, number {i}.")
                    if i % 2:
                        process.send_signal(signal.SIGHUP)
                    else:
                        answer = await client.post("/reload", headers={"X-API-Key": ADMIN})
                        assert answer.status_code == 200
                    await asyncio.sleep(0.25)
                # What cannot be loaded changes nothing.
                (book / "bad.md").write_bytes(b"\xff")
                answer = await client.post("/reload", headers={"X-API-Key": ADMIN})
                assert answer.status_code == 409
                assert "UTF-8" in answer.json()["detail"]
                done.set()

            await asyncio.gather(change(), *(hammer(number) for number in range(8)))
            return (await client.get("/healthz")).json()

    with serving(book, "--rate", "1000000/second") as (process, address):
        health = asyncio.run(run(process, address))
    assert set(statuses) == {200}
    assert len(statuses) > 50
    assert len(seen) >= 4
    assert health["index"]["paragraphs"] == 11


def exchange(address, *parts, wait=0.0):
    """Send parts to a socket with a pause between them; return all that comes back.

    A service that waits as long as it does outside of tests makes this time out, and fail.
    """
    with socket.create_connection(address, timeout=HEAD_SECONDS - 1) as client:
        for part in parts:
            client.sendall(part)
            time.sleep(wait)
        received = b""
        with contextlib.suppress(ConnectionError):
            while chunk := client.recv(65536):
                received += chunk
        return received


POST = b"POST /embed HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"


def test_slow_clients_are_not_waited_for(book):
    class Hurried(Impatient):
        head_seconds = 0.3

    with listening(app_for(book, body_seconds=0.3), Hurried) as address:
        answer = exchange(address, POST + b"Content-Length: 100\r\n\r\n", b'{"texts"')
        assert b" 408 " in answer
        assert b"the body must arrive within 0.3 s" in answer
        # A head that never ends, byte by byte, and none at all: the connection is closed.
        assert exchange(address, POST) == b""
        assert exchange(address) == b""
        with contextlib.suppress(ConnectionError):
            assert exchange(address, *([b"G", b"E", b"T"] * 3), wait=0.1) == b""
        # The same connection with a second head that never ends.
        health = b"GET /healthz HTTP/1.1\r\nHost: t\r\n\r\n"
        assert exchange(address, health, health[:10]).count(b" 200 OK") == 1
        # While some are slow, others are served.
        slow = [socket.create_connection(address) for _ in range(20)]
        for client in slow:
            client.sendall(POST + b"Content-Length: 9\r\n\r\n{")
        assert httpx.get(f"http://127.0.0.1:{address[1]}/healthz").status_code == 200
        for client in slow:
            client.close()
        body = b'{"texts": ["a"]}'
        lengths = b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body)
        assert b" 200 OK" in exchange(address, POST + lengths, body, wait=0.05)


@pytest.mark.parametrize("connection", [b"keep-alive", b"close"])
def test_an_answer_that_nobody_reads_is_not_kept(connection):
    class Hurried(Impatient):
        answer_seconds = 0.2

    # More than the system keeps for a socket.
    size = 30_000_000

    async def large(scope, receive, send):
        if scope["type"] == "lifespan":
            for event in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{event}.complete"})
            return
        length = [(b"content-length", b"%d" % size)]
        await send({"type": "http.response.start", "status": 200, "headers": length})
        await send({"type": "http.response.body", "body": bytes(size)})

    request = b"GET / HTTP/1.1\r\nHost: t\r\nConnection: %s\r\n\r\n" % connection
    with listening(large, Hurried) as address:
        with socket.create_connection(address, timeout=HEAD_SECONDS - 1) as client:
            client.sendall(request)
            time.sleep(0.5)
            received = 0
            with contextlib.suppress(ConnectionError):
                while chunk := client.recv(2**20):
                    received += len(chunk)
            assert received < size
        # Who reads has it all.
        assert len(httpx.get(f"http://127.0.0.1:{address[1]}/").content) == size


def test_broken_http_is_refused_and_the_service_keeps_serving(book):
    with listening(app_for(book, max_bytes=1000)) as address:
        for garbage in (b"\x16\x03\x01\x00 not http\r\n\r\n", b"GET\r\n\r\n", b"\x00" * 100_000):
            assert b" 400 " in exchange(address, garbage)
        chunked = POST + b"Transfer-Encoding: chunked\r\n\r\n"
        assert b" 400 " in exchange(address, chunked, b"zz\r\n")
        assert b" 413 " in exchange(address, chunked, b"800\r\n" + b" " * 2048 + b"\r\n0\r\n\r\n")
        expect = b"Expect: 100-continue\r\nContent-Length: 5000\r\n\r\n"
        answer = exchange(address, POST + expect)
        assert b" 413 " in answer
        assert b"100 Continue" not in answer
        # A client that goes away in the middle of its body.
        with socket.create_connection(address) as client:
            client.sendall(POST + b"Content-Length: 100\r\n\r\n{")
        metrics = ""
        for _ in range(100):
            metrics = httpx.get(f"http://127.0.0.1:{address[1]}/metrics").text
            if 'status="499"' in metrics:
                break
            time.sleep(0.02)
        assert 'route="/embed",status="499"' in metrics
        assert 'status="500"' not in metrics


def test_who_still_sends_what_is_too_long_reads_why(book, monkeypatch):
    # On a busy machine the rest may take longer than the second that it has.
    monkeypatch.setattr(requests, "_DRAIN_SECONDS", 8.0)
    # More than the system keeps for a socket: the client is still sending when it is refused.
    size = 15_000_000
    with listening(app_for(book, max_bytes=2_000_000)) as address:
        length = b"Content-Length: %d\r\n\r\n" % size
        assert b" 413 " in exchange(address, POST + length, bytes(size))


def options_for(folder, **changes):
    given = {
        "book": folder, "index": folder.parent / "index.npz", "host": "127.0.0.1", "port": 0,
        "keys": None, "no_key": True, "encoder": "hashed", "limits": Limits(),
    }  # fmt: skip
    return Options(**(given | changes))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"no_key": False}, "keys must be in a file or in EMBEDLAB_KEYS.*--no-key"),
        ({"keys": "keys"}, "--keys and --no-key exclude each other"),
        ({"keys": "keys", "no_key": False}, "keys must be a readable text file"),
        ({"host": "no.such.host.invalid"}, "host must be an address of this machine"),
        ({"host": "192.0.2.1"}, "host must be an address of this machine"),
        ({"limits": Limits(rate="often")}, "rate must read like"),
        ({"book": "nowhere"}, "book must be the folder of the book's pages, got 'nowhere'"),
        ({"index": "book"}, "book.*; remove the file of the index, or name another one"),
    ],
)
def test_why_it_does_not_start(book, changes, message, monkeypatch):
    monkeypatch.delenv("EMBEDLAB_KEYS", raising=False)
    monkeypatch.chdir(book.parent)
    paths = {"keys", "book", "index"}
    changes = {name: Path(value) if name in paths else value for name, value in changes.items()}
    with pytest.raises(ServeError, match=message):
        serve_book(options_for(book, **changes), print)


def test_a_port_that_is_taken_and_an_index_of_another_model(book):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ServeError, match=f"port {port} is taken; choose another one with"):
            serve_book(options_for(book, port=port), print)
    open_snapshot(book, book.parent / "index.npz", hashed_encoder(32))
    with pytest.raises(ServeError, match=r"hashed-512.*hashed-32.*remove the file of the index"):
        serve_book(options_for(book), print)


def test_missing_weights_are_told_with_a_way_out(book, monkeypatch, tmp_path):
    monkeypatch.setenv("EMBEDLAB_MINILM", str(tmp_path / "nowhere"))
    with pytest.raises(ServeError, match=r"all-MiniLM-L6-v2 cannot be used: .*--encoder hashed"):
        serve_book(options_for(book, encoder="minilm"), print)


def test_a_missing_package_is_named_with_what_brings_it(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["embedlab", "serve"])
    for name in [name for name in sys.modules if name.startswith("embedlab.service")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "limits", None)
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    assert "limits is not installed; run  pip install fastapi uvicorn" in capsys.readouterr().err


def test_the_command_says_it_in_one_line(book):
    command = [*SERVE, "--book", "nowhere", "--no-key", "--encoder", "hashed", "--port", "0"]
    done = subprocess.run(command, cwd=book.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("embedlab: book must be the folder of the book's pages")
    assert "Traceback" not in done.stderr


def test_the_published_weights_find_what_shares_no_word(tmp_path):
    try:
        encoder = minilm_encoder()
    except (ImportError, ValueError, OSError) as error:
        pytest.skip(f"needs the published weights: {error}")
    (tmp_path / "pets.md").write_text("# Pets\nA kitten sleeps on the sofa and purrs.")
    (tmp_path / "cars.md").write_text("# Cars\nThe engine of a lorry burns diesel.")
    snapshot = build_snapshot(read_paragraphs(tmp_path), encoder)
    engine = Engine(encoder, lambda: snapshot)

    async def run():
        engine.start()
        searches = [engine.search(q, 1) for q in ("a young cat", "trucks need fuel")]
        found = await asyncio.gather(*searches)
        together = await asyncio.gather(*(engine.embed([f"text number {i}"]) for i in range(9)))
        alone = [await engine.embed([f"text number {i}"]) for i in range(9)]
        await engine.close()
        return [hits[0].paragraph.page for _, hits in found], together, alone

    pages, together, alone = asyncio.run(run())
    assert pages == ["pets", "cars"]
    for row, single in zip(together, alone, strict=True):
        # Products of other shapes round otherwise; components are below 1.
        assert abs(row - single).max() < 1e-5
