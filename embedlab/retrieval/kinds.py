"""The kinds of rows that an index may hold: what is the same for all of them, and what is not."""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from embedlab.numerics import Array, require
from embedlab.retrieval import binary, exact, int8, product
from embedlab.retrieval.hits import Hits
from embedlab.retrieval.scan import lengths

Rows: TypeAlias = exact.Exact | int8.Int8 | binary.Binary | product.Product

ARRAYS = {
    "Exact": {"matrix": "<f4"},
    "Int8": {"codes": "|i1", "scales": "<f4"},
    "Binary": {"words": "<u8"},
    "Product": {"codebooks": "<f4", "codes": "|u1"},
}
"""The arrays of each kind, and their types in a file."""

# Single precision rounds a length of 1 by less, whatever the number of dimensions.
_ROUNDING = 1e-4


def decode(rows: Rows) -> Array:
    """Return the vectors (N, d) in single precision, or what their codes stand for."""
    match rows:
        case exact.Exact():
            return exact.decode(rows)
        case int8.Int8():
            return int8.decode(rows)
        case binary.Binary():
            return binary.decode(rows)
        case product.Product():
            return product.decode(rows)


def search(rows: Rows, queries: Array, k: int) -> Hits:
    """Return the k rows with the highest dot product with each query (Q, d)."""
    match rows:
        case exact.Exact():
            return exact.search(rows, queries, k)
        case int8.Int8():
            return int8.search(rows, queries, k)
        case binary.Binary():
            return binary.search(rows, queries, k)
        case product.Product():
            return product.search(rows, queries, k)


def require_units(rows: Rows) -> None:
    """Raise ``ValueError`` unless rows can be vectors of length 1 or 0, before they were rounded.

    Others would give numbers that are no cosines.
    """
    rule, remedy = "be of length 1 or 0", "divide each vector by its length"
    match rows:
        case exact.Exact():
            sizes, slack = lengths(rows.matrix), np.array(_ROUNDING)
        case int8.Int8():
            sizes = lengths(rows.codes) * rows.scales
            # No number is further from its code's than scale / 2, and none of them is above 1.
            slack = _ROUNDING + np.minimum(rows.scales, 1 / 127) * (0.5 * rows.n_dimensions**0.5)
        case binary.Binary():
            return  # signs have no other length
        case product.Product():
            # A part of a vector of length 1 is no longer, nor is a mean of such parts.
            parts = rows.codebooks.reshape(-1, rows.codebooks.shape[2])
            longest = float(lengths(parts).max())
            is_part = longest <= 1 + _ROUNDING
            require(is_part, "codebooks", "hold entries of length 1 at most", longest, remedy)
            return
    is_wrong = (sizes > 0) & (np.abs(sizes - 1) > slack)
    if is_wrong.any():
        row = int(np.argmax(is_wrong))
        require(False, f"vectors[{row}]", rule, float(sizes[row]), remedy)


def arrays(rows: Rows) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of rows as they stand in a file."""
    types = ARRAYS[type(rows).__name__]
    return {name: getattr(rows, name).astype(dtype, copy=False) for name, dtype in types.items()}


def restored(kind: str, found: dict[str, npt.NDArray[Any]], d: int) -> Rows:
    """Return the rows of a kind; each checks its arrays itself."""
    rows: Rows
    if kind == "Exact":
        rows = exact.Exact(**found)
    elif kind == "Int8":
        rows = int8.Int8(**found)
    elif kind == "Binary":
        rows = binary.Binary(found["words"], d)
    else:
        rows = product.Product(**found)
    require(rows.n_dimensions == d, "vectors", f"have {d} dimensions", rows.n_dimensions)
    return rows
