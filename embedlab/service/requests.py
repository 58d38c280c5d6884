"""Reading a request that nobody has promised to be short, fast or right."""

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncGenerator
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from starlette.requests import Request

from embedlab.service.engine import Limits
from embedlab.service.refusals import RefusalError, invalid

Text = Annotated[str, Field(min_length=1)]
Model = TypeVar("Model", bound=BaseModel)

# So much more of a body that is too long is read and thrown away, for so long: a client that is
# still sending would otherwise find the connection closed before it reads why.
_DRAINED, _DRAIN_SECONDS = 8, 1.0
_CLOSE = {"Connection": "close"}


def _plain(value: object) -> object:
    """Return a value; a string, from an address, must be digits: Pydantic also reads "1_0"."""
    if isinstance(value, str) and not re.fullmatch(r"[0-9]+", value):
        raise ValueError("write an integer in digits")
    return value


class EmbedRequest(BaseModel):
    """The body of /embed."""

    model_config = ConfigDict(extra="forbid")
    texts: Annotated[list[Text], Field(min_length=1)]


class SearchRequest(BaseModel):
    """The body of /search, or its query string."""

    model_config = ConfigDict(extra="forbid")
    query: Text
    k: Annotated[int, Field(ge=1, le=10**9), BeforeValidator(_plain)] = 5


async def read_body(request: Request, model: type[Model], limits: Limits) -> Model:
    """Return what a request's body says.

    Raises:
        RefusalError: If it is too long (also one that comes in chunks and does not say how long it
            is), too slow, compressed, no JSON, or not what the model describes, or a name occurs
            twice.
    """
    headers = request.headers
    kind = headers.get("content-type", "application/json").split(";")[0].strip().lower()
    encoding = headers.get("content-encoding", "identity").lower()
    if kind != "application/json" or encoding != "identity":
        remedy = "send JSON as it is, with Content-Type: application/json"
        raise RefusalError(415, "wrong_type", "the body must be uncompressed JSON", remedy)
    body = await _bytes(request, limits)
    try:
        # One pass from bytes to fields: it refuses what nests too deeply, and broken Unicode.
        read = model.model_validate_json(body, strict=True)
    except ValidationError as error:
        raise _refusal(error) from None
    # It takes the last of two fields of one name, where another reader may take the first. Numbers
    # stay strings, because one that is overwritten may have any length.
    json.loads(body, parse_int=str, parse_float=str, object_pairs_hook=_require_distinct)
    return read


def read_query(request: Request, model: type[Model]) -> Model:
    """Return what a request's query string says.

    Raises:
        RefusalError: If it is not what the model describes, or a name occurs twice.
    """
    fields = _require_distinct(request.query_params.multi_items())
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise _refusal(error) from None


def _require_distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return fields by their names, unless a name occurs twice."""
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise invalid("a name occurs twice", "give each once")
    return fields


def check_texts(name: Literal["texts", "query"], texts: list[str], limits: Limits) -> None:
    """Refuse too many texts, and those that are too long or blank."""
    if len(texts) > limits.max_texts:
        detail = f"{name} may hold at most {limits.max_texts} texts, got {len(texts)}"
        raise invalid(detail, "send them in several requests")
    for i, text in enumerate(texts):
        place = name if name == "query" else f"{name}[{i}]"
        if len(text) > limits.max_characters:
            longest, n = limits.max_characters, len(text)
            detail = f"{place} may have at most {longest} characters, got {n}"
            raise invalid(detail, "send it in parts")
        if not text.strip():
            raise invalid(f"{place} must hold more than spaces", "leave it out")


async def _bytes(request: Request, limits: Limits) -> bytes:
    """Return the body, of which no more is ever held than the limit and one chunk."""
    announced = request.headers.get("content-length", "")
    # No honest number has more digits, and Python would not read one of thousands.
    is_long = announced.isdecimal() and int(announced[:18]) > limits.max_bytes
    chunks: list[bytes] = []
    room = limits.max_bytes
    body = request.stream()
    try:
        async with asyncio.timeout(limits.body_seconds):
            while not is_long and (chunk := await anext(body, None)) is not None:
                chunks.append(chunk)
                room -= len(chunk)
                is_long = room < 0
    except TimeoutError:
        detail = f"the body must arrive within {limits.body_seconds:g} s"
        raise RefusalError(408, "too_slow", detail, "send it faster", _CLOSE) from None
    if is_long:
        # Who asks before sending, with Expect, has nothing on its way.
        if "expect" not in request.headers:
            await _drain(body, _DRAINED * limits.max_bytes)
        detail = f"the body must have at most {limits.max_bytes} bytes"
        raise RefusalError(413, "too_large", detail, "send fewer or shorter texts", _CLOSE)
    return b"".join(chunks)


async def _drain(body: AsyncGenerator[bytes, None], n_bytes: int) -> None:
    """Read and forget what a client is still sending, within reason."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_DRAIN_SECONDS):
            async for chunk in body:
                n_bytes -= len(chunk)
                if n_bytes < 0:
                    return


def _refusal(error: ValidationError) -> RefusalError:
    """Return what is wrong with a request, without a word of what it says."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return RefusalError(400, "malformed", first["msg"], "send one JSON object in UTF-8")
    place = ".".join(str(part) for part in first["loc"][:3])[:80] or "the body"
    return invalid(f"{place}: {first['msg']}", "see /openapi.json for the fields")
