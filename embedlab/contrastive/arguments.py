"""The argument checks that all contrastive losses share."""

import numpy.typing as npt

from embedlab.numerics import Array, as_matrix, require


def batches(first: str, u: npt.ArrayLike, second: str, v: npt.ArrayLike) -> tuple[Array, Array]:
    """Return two finite matrices of the same, positive number of columns, the first with a row.

    Raises:
        ValueError: If they are something else.
    """
    x, y = as_matrix(first, u), as_matrix(second, v)
    require(x.size > 0, first, "have a row and a column", x.shape, "a batch cannot be empty")
    require(x.shape[1] == y.shape[1], second, f"have {x.shape[1]} columns as {first}", y.shape[1])
    return x, y


def rows_of_pairs(
    first: str, u: npt.ArrayLike, second: str, v: npt.ArrayLike
) -> tuple[Array, Array]:
    """Return two finite matrices of the same shape that have a row and a column.

    Raises:
        ValueError: If they are something else.
    """
    x, y = batches(first, u, second, v)
    require(len(x) == len(y), second, f"have one row for each of the {len(x)} of {first}", len(y))
    return x, y
