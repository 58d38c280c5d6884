"""In Pyodide: write its standard library to /compiled.zip, compiled as far as a start imports it.

A browser that starts Python would spend most of the time on compiling these modules, at each start
anew. All others stay as they are: compiled they take more room than as text.
"""

import py_compile
import sys
import zipfile
from pathlib import Path

SOURCE = next(path for path in sys.path if path.endswith(".zip"))
# The same bytes at every build.
DAY = (1980, 1, 1, 0, 0, 0)

sys.path.append("/page")
import run  # noqa: E402, F401 (what it imports, a start imports)

started = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
text, compiled = Path("/module.py"), Path("/module.pyc")
with (
    zipfile.ZipFile(SOURCE) as given,
    zipfile.ZipFile("/compiled.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made,
):
    for member in given.infolist():
        name, content = member.filename, given.read(member)
        path = f"{SOURCE}/{name}"
        if path in started and name.endswith(".py"):
            text.write_bytes(content)
            py_compile.compile(
                str(text),
                cfile=str(compiled),
                dfile=path,  # what tracebacks name
                doraise=True,
                invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
            )
            name, content = f"{name}c", compiled.read_bytes()
        made.writestr(zipfile.ZipInfo(name, DAY), content, zipfile.ZIP_DEFLATED, compresslevel=9)
