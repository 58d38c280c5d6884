"""Facts and outcomes as JSON: written inside the sandbox, read outside as a stranger's words."""

import math
from typing import Any

from embedlab.grading.answers import Other, Plain, Table, Unordered
from embedlab.grading.calls import Facts, Outcome

_MOST_LEVELS = 20
_MOST_BITS = 1000
_MOST_TEXT = 20_000
_MOST_NAMES = 5_000


class GarbledError(ValueError):
    """What came out of a sandbox is not what it should write there."""


def encode(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as data for JSON."""
    changed = outcome.changed and [outcome.changed[0], _encode(outcome.changed[1])]
    return {**vars(outcome), "value": _encode(outcome.value), "changed": changed}


def decode(data: Any) -> Outcome:
    """Return the outcome that ``encode`` made data of.

    Raises:
        GarbledError: If it is anything else.
    """
    fields = _fields(data, Outcome())
    fields["value"] = _decode(fields["value"])
    if fields["changed"] is not None:
        position, value = _pair(fields["changed"])
        fields["changed"] = _like(0, position), _decode(value)
    return Outcome(**fields)


def encode_facts(facts: Facts) -> dict[str, Any]:
    """Return what is known of a function as data for JSON."""
    return {
        name: sorted(value)[:_MOST_NAMES] if isinstance(value, frozenset) else value
        for name, value in vars(facts).items()
    }


def decode_facts(data: Any) -> Facts:
    """Return the facts that ``encode_facts`` made data of.

    Raises:
        GarbledError: If it is anything else.
    """
    fields = _fields(data, Facts())
    return Facts(**fields)


def text(value: str) -> str:
    """Return a stranger's text as it can be stored: no half characters, and not too much of it."""
    return value[:_MOST_TEXT].encode("utf-8", "replace").decode()


def _fields(data: Any, model: Facts | Outcome) -> dict[str, Any]:
    """Return the fields of a record, each of the type that it has in a model."""
    wanted = vars(model)
    if not isinstance(data, dict) or data.keys() != wanted.keys():
        raise GarbledError(f"{type(model).__name__} must have the fields {', '.join(wanted)}")
    return {
        name: data[name] if example is None else _like(example, data[name])
        for name, example in wanted.items()
    }


def _like(example: Any, value: Any) -> Any:
    """Return a value of the type of an example."""
    if isinstance(example, frozenset) and isinstance(value, list):
        return frozenset(_like("", each) for each in value[:_MOST_NAMES])
    if type(value) is not type(example):
        raise GarbledError(
            f"there must be a {type(example).__name__}, got a {type(value).__name__}"
        )
    return text(value) if isinstance(value, str) else value


def _pair(value: Any) -> tuple[Any, Any]:
    if not isinstance(value, list) or len(value) != 2:
        raise GarbledError("there must be a pair")
    return value[0], value[1]


def _encode(value: Plain) -> Any:
    """Return plain data as data for JSON: what JSON does not know becomes a one-item object."""
    if isinstance(value, list):
        return [_encode(item) for item in value]
    if isinstance(value, str):
        return value[:_MOST_TEXT]
    if isinstance(value, Unordered):
        return {"set": [_encode(item) for item in value.items]}
    if isinstance(value, Table):
        return {"dict": [[_encode(key), _encode(item)] for key, item in value.items]}
    if isinstance(value, Other):
        return {"other": value.type_name}
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": str(value)}
    return value


def _decode(data: Any, level: int = 0) -> Plain:
    if level > _MOST_LEVELS:
        raise GarbledError(f"an answer must have at most {_MOST_LEVELS} levels")
    if isinstance(data, list):
        return [_decode(item, level + 1) for item in data]
    if isinstance(data, str):
        return text(data)
    if not isinstance(data, dict):
        # A number that no float can hold is as good as an endless one, as in ``plain``.
        is_huge = isinstance(data, int) and data.bit_length() > _MOST_BITS
        plain: bool | int | float | None = math.inf if is_huge else data
        return plain
    if len(data) != 1:
        raise GarbledError("an object in an answer must have one item")
    ((kind, content),) = data.items()
    match kind, content:
        case "set", list():
            return Unordered(tuple(_decode(item, level + 1) for item in content))
        case "dict", list():
            pairs = map(_pair, content)
            return Table(tuple((_decode(k, level + 1), _decode(v, level + 1)) for k, v in pairs))
        case "other", str():
            return Other(text(content))
        case "float", "nan" | "inf" | "-inf":
            return float(content)
    raise GarbledError(
        f"an object in an answer must be a set, a dict and so on, got {text(str(kind))[:40]!r}"
    )
