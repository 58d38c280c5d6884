"""Reading the arrays of an npz archive without trusting them."""

import io
import math
import zipfile
from typing import Any

import numpy as np
import numpy.typing as npt

from embedlab.numerics import require


def read_entry(archive: zipfile.ZipFile, key: str, dtype: str, size: int) -> npt.NDArray[Any]:
    """Return one array of an npz archive, read-only, without unpickling anything.

    Args:
        archive: Its arrays are stored uncompressed, as ``numpy.savez`` does.
        key: The array's name.
        dtype: The type that it must have, such as "<f4".
        size: Bytes of the whole file.

    Raises:
        ValueError: If the array is missing, of another type, or not of the size it claims.
    """
    name = f"{key}.npy"
    require(name in archive.namelist(), name, "be in the archive", archive.namelist())
    # An entry larger than the file that holds it is damaged or hostile: it must not fill memory.
    n_bytes = archive.getinfo(name).file_size
    require(n_bytes <= size, name, f"fit into the file's {size} bytes", n_bytes)
    payload = archive.read(name)
    stream = io.BytesIO(payload)
    layout = np.lib.format.read_magic(stream)
    require(layout == (1, 0), name, "be of npy version (1, 0)", layout)
    shape, is_fortran, found = np.lib.format.read_array_header_1_0(stream)
    require(found == np.dtype(dtype) and not is_fortran, name, f"be {dtype} in rows", found.str)
    expected, received = math.prod(shape) * found.itemsize, len(payload) - stream.tell()
    require(expected == received, name, f"hold {expected} bytes", received)
    return np.frombuffer(payload, found, offset=stream.tell()).reshape(shape)
