"""The routes, and what surrounds every request: a log line, numbers, and answers in one form."""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, cast

from fastapi import FastAPI, Request
from pydantic import BaseModel
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from embedlab import __version__
from embedlab.service.access import HEADER, Gate, Keys
from embedlab.service.engine import Engine, Hit
from embedlab.service.logs import log, place_of
from embedlab.service.metrics import CONTENT_TYPE, Metrics
from embedlab.service.refusals import RefusalError, broken, closing
from embedlab.service.requests import (
    EmbedRequest,
    SearchRequest,
    check_texts,
    read_body,
    read_query,
)
from embedlab.service.snapshots import Snapshot

ROUTES = {
    "/embed": "POST",
    "/search": "GET, POST",
    "/reload": "POST",
    "/healthz": "GET",
    "/metrics": "GET",
    "/openapi.json": "GET",
}
# Nginx's number for a client that went away before it had its answer.
_GONE = 499


def create_app(engine: Engine, keys: Keys) -> FastAPI:
    """Return the application.

    Args:
        engine: What embeds and searches; the application starts and closes it.
        keys: Who may ask; ``access.NO_KEYS`` lets everyone ask.

    Raises:
        ValueError: If the engine's rate is none.
    """
    gate = Gate(keys, engine.limits.rate)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        engine.start()
        yield
        await engine.close()

    app = FastAPI(
        title="embedlab",
        version=__version__,
        lifespan=lifespan,
        redirect_slashes=False,
        # Their pages would load scripts from another host.
        docs_url=None,
        redoc_url=None,
    )

    def admit(request: Request, *, admin: bool = False) -> str:
        address = request.client.host if request.client else ""
        caller = gate.admit(request.headers.get(HEADER), address, admin=admin)
        request.state.caller = caller.name
        return caller.name

    @app.post("/embed", openapi_extra=_body(EmbedRequest), response_model=None)
    async def embed(request: Request) -> Response:
        """Return the vectors of some texts."""
        admit(request)
        asked = await read_body(request, EmbedRequest, engine.limits)
        check_texts("texts", asked.texts, engine.limits)
        vectors = await engine.embed(asked.texts)
        answer = {"model": engine.encoder.name, "dimension": engine.encoder.d}
        return JSONResponse({**answer, "vectors": vectors.tolist()})

    async def search(asked: SearchRequest) -> Response:
        check_texts("query", [asked.query], engine.limits)
        snapshot, hits = await engine.search(asked.query, asked.k)
        answer = {"model": engine.encoder.name, "index": snapshot.version}
        return JSONResponse({**answer, "hits": [_hit(hit) for hit in hits]})

    @app.post("/search", openapi_extra=_body(SearchRequest), response_model=None)
    async def search_body(request: Request) -> Response:
        """Return the paragraphs nearest to a query."""
        admit(request)
        return await search(await read_body(request, SearchRequest, engine.limits))

    @app.get("/search", openapi_extra=_query(SearchRequest), response_model=None)
    async def search_query(request: Request) -> Response:
        """Return the paragraphs nearest to a query, given in the address: ?query=...&k=5."""
        admit(request)
        return await search(read_query(request, SearchRequest))

    @app.post("/reload", response_model=None)
    async def reload(request: Request) -> Response:
        """Load the book and its index anew; for admins."""
        admit(request, admin=True)
        snapshot = await engine.reload()
        log("reloaded", index=snapshot.version, paragraphs=len(snapshot))
        return JSONResponse(_description(snapshot))

    @app.get("/healthz", response_model=None)
    async def healthz() -> Response:
        """Say whether requests are served, from which index and for how long; needs no key."""
        return JSONResponse(
            {
                "live": True,
                "ready": engine.is_ready,
                "model": engine.encoder.name,
                "dimension": engine.encoder.d,
                "index": _description(engine.snapshot),
                "uptime_seconds": round(time.monotonic() - engine.started, 3),
            },
            status_code=200 if engine.is_ready else 503,
        )

    @app.get("/metrics", response_model=None)
    async def metrics() -> Response:
        """Return numbers for Prometheus; needs no key."""
        return Response(engine.metrics.text(), headers={"Content-Type": CONTENT_TYPE})

    app.add_exception_handler(RefusalError, _answer_refusal)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_middleware(Observer, metrics=engine.metrics)
    return app


class Observer:
    """Measures and logs each request, and answers where the program fails, or ends before it."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start, status, request_id = time.perf_counter(), 0, secrets.token_hex(8)

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        failure = None
        try:
            await self._app(scope, receive, observed)
        except ClientDisconnect:
            pass
        except asyncio.CancelledError:
            # The service ends, and this request has had the time that there was.
            if status:
                raise
            await _refused(closing())(scope, receive, observed)
        except Exception as error:
            failure = place_of(error)
            if status:  # half an answer is out: the server closes the connection
                raise
            await _refused(broken())(scope, receive, observed)
        finally:
            seconds = time.perf_counter() - start
            self._note(scope, status or _GONE, seconds, request_id, failure)

    def _note(
        self, scope: Scope, status: int, seconds: float, request_id: str, failure: str | None
    ) -> None:
        # Only names that are known here: what a stranger makes up must not fill the memory.
        route = scope["path"] if scope["path"] in ROUTES else "other"
        method = scope["method"] if scope["method"] in {"GET", "POST"} else "other"
        self._metrics.requests.labels(route, method, status).inc()
        self._metrics.latencies.labels(route).observe(seconds)
        fields: dict[str, Any] = {"id": request_id, "route": route, "method": method}
        fields |= {"status": status, "seconds": round(seconds, 6)}
        fields |= {"caller": scope.get("state", {}).get("caller")}
        fields |= {"failure": failure} if failure else {}
        log("request", level=logging.ERROR if failure else logging.INFO, **fields)


def _refused(refusal: RefusalError) -> JSONResponse:
    return JSONResponse(refusal.body, refusal.status, headers=refusal.headers)


async def _answer_refusal(request: Request, error: Exception) -> Response:
    return _refused(cast(RefusalError, error))


async def _answer_http(request: Request, error: Exception) -> Response:
    """Put the framework's own refusals, of wrong paths and methods, into the service's form."""
    error = cast(HTTPException, error)
    remedies = {
        404: f"the paths are {', '.join(ROUTES)}",
        405: f"here it is {ROUTES.get(request.url.path, 'another')}",
    }
    names = {404: "wrong_path", 405: "wrong_method"}
    name = names.get(error.status_code, "refused")
    remedy = remedies.get(error.status_code, "correct the request")
    return _refused(RefusalError(error.status_code, name, error.detail, remedy, error.headers))


def _hit(hit: Hit) -> dict[str, Any]:
    found = hit.paragraph
    names: Mapping[str, Any] = {"page": found.page, "headings": found.headings}
    return {
        **names,
        "anchor": found.anchor,
        "kind": found.kind,
        "text": found.text,
        "score": hit.score,
    }


def _description(snapshot: Snapshot) -> dict[str, Any]:
    return {"version": snapshot.version, "paragraphs": len(snapshot)}


def _body(model: type[BaseModel]) -> dict[str, Any]:
    """Return what the description of the interface says about a body."""
    content = {"application/json": {"schema": model.model_json_schema()}}
    return {"requestBody": {"required": True, "content": content}}


def _query(model: type[BaseModel]) -> dict[str, Any]:
    """Return what the description of the interface says about a query string."""
    schema = model.model_json_schema()
    required = schema.get("required", [])
    return {
        "parameters": [
            {"in": "query", "name": name, "required": name in required, "schema": field}
            for name, field in schema["properties"].items()
        ]
    }
