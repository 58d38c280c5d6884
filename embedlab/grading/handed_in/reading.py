"""A notebook file, of whatever format and state, as plain cells.

Only texts are taken over, and each is cleaned: what follows need not expect anything else.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from embedlab.grading.handed_in.intake import NotGraded
from embedlab.grading.handed_in.notes import Note
from embedlab.grading.handed_in.wording import printable

_MOST_CELLS = 2_000
_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_HALF_CHARACTER = re.compile(r"[\ud800-\udfff]")
# Those of format 3 among them.
_TYPES = {
    "code": "code",
    "markdown": "markdown",
    "raw": "raw",
    "heading": "markdown",
    "html": "markdown",
}


@dataclass(frozen=True)
class Cell:
    """A cell of the student's notebook.

    Attributes:
        number: Its place, from 1.
        cell_type: ``code``, ``markdown`` or ``raw``.
        source: Its text, with plain line ends.
        id: Its id, "" if it has none that is allowed.
        grade_id: Its name for nbgrader, "" if it has none.
        marks: What else it tells nbgrader; values of any type.
        is_marked: Whether it tells nbgrader anything, be it nonsense.
        tags: Its tags, which can change how it runs; of any type.
        attachments: Pictures pasted into a text, by name and media type.
    """

    number: int
    cell_type: str
    source: str
    id: str = ""
    grade_id: str = ""
    marks: Mapping[str, Any] = field(default_factory=dict)
    is_marked: bool = False
    tags: Any = None
    attachments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """What a sentence calls it."""
        return f"{self.number} ({self.id})" if self.id else str(self.number)


def read_cells(content: bytes, notes: list[Note]) -> list[Cell]:
    """Return the cells of a notebook file.

    Args:
        content: The file, in any Unicode encoding that JSON may have.
        notes: Where to add what had to be put right.

    Raises:
        NotGraded: If it is not a notebook.
    """
    data = _parsed(content)
    items = _items(data, notes)
    if len(items) > _MOST_CELLS:
        raise NotGraded(f"The notebook has {len(items):,} cells; {_MOST_CELLS:,} are allowed.")
    if language := _foreign_language(data):
        notes.append(Note(f"The notebook names the language {language}: it is run as Python."))
    cells = []
    for number, item in enumerate(items, start=1):
        if isinstance(item, dict):
            cells.append(_cell(number, item, notes))
        else:
            notes.append(Note("not a cell at all and left out", "cell", str(number)))
    return cells


def _parsed(content: bytes) -> Any:
    if not content.strip(b"\0 \t\r\n"):
        raise NotGraded("The notebook file is empty.")
    try:
        return json.loads(content, strict=False)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        is_cut = error.msg.startswith("Unterminated") or not error.doc[error.pos :].strip()
        what = "breaks off" if is_cut else f"is not valid JSON ({error.msg})"
        raise NotGraded(f"The notebook file {what}, at {where}.") from None
    except UnicodeDecodeError as error:
        raise NotGraded(
            f"The notebook file is not text in Unicode, at byte {error.start:,}."
        ) from None
    except RecursionError:
        raise NotGraded("The notebook file is nested too deeply to be a notebook.") from None
    except MemoryError:
        raise NotGraded("The notebook file needs more memory than there is.") from None
    except ValueError:
        # Python refuses to read integers of thousands of digits.
        raise NotGraded("The notebook file holds a number that is far too long.") from None


def _items(data: Any, notes: list[Note]) -> list[Any]:
    """Return what should be the cells, in whichever format."""
    if isinstance(data, dict):
        if isinstance(data.get("cells"), list):
            return list(data["cells"])
        if isinstance(data.get("worksheets"), list):
            notes.append(Note("The notebook had an old format, and was converted."))
            sheets = [sheet for sheet in data["worksheets"] if isinstance(sheet, dict)]
            lists = [sheet.get("cells") for sheet in sheets]
            return [item for cells in lists if isinstance(cells, list) for item in cells]
    raise NotGraded("The notebook file is not a notebook: it has no list of cells.")


def _foreign_language(data: Mapping[str, Any]) -> str:
    """Return the language that a notebook says it is in, "" if that may be Python."""
    metadata = _table(data.get("metadata"))
    language = _table(metadata.get("kernelspec")).get("language")
    language = language or _table(metadata.get("language_info")).get("name")
    if isinstance(language, str) and "python" not in language.lower():
        return printable(language)
    return ""


def _cell(number: int, item: Mapping[str, Any], notes: list[Note]) -> Cell:
    """Return a cell of whatever lies there, and say what was wrong with it."""
    cell_id, given = item.get("id"), item.get("cell_type")
    is_allowed = isinstance(cell_id, str) and _ID.fullmatch(cell_id)
    metadata = _table(item.get("metadata"))
    marks = _table(metadata.get("nbgrader"))
    grade_id = marks.get("grade_id")
    cell = Cell(
        number,
        cell_type=_TYPES.get(given, "raw") if isinstance(given, str) else "raw",
        source=_source(item),
        id=str(cell_id) if is_allowed else "",
        grade_id=grade_id if isinstance(grade_id, str) else "",
        marks=marks,
        is_marked=bool(metadata.get("nbgrader")),
        tags=metadata.get("tags"),
        attachments=_attachments(item.get("attachments")),
    )
    if not isinstance(given, str) or given not in _TYPES:
        notes.append(Note("of an unknown type and made raw text", "cell", cell.label))
    parts = list(_parts(item))
    if not all(isinstance(part, str) for part in parts):
        notes.append(Note("rid of what is no text in it", "cell", cell.label))
    elif any("\0" in part or _HALF_CHARACTER.search(_whole(part)) for part in parts):
        notes.append(Note("rid of characters that no text can hold", "cell", cell.label))
    return cell


def _source(item: Mapping[str, Any]) -> str:
    source = clean("".join(part for part in _parts(item) if isinstance(part, str)))
    level = item.get("level")
    if item.get("cell_type") == "heading" and source:
        return "#" * (level if isinstance(level, int) and 1 <= level <= 6 else 1) + " " + source
    return source


def _parts(item: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the pieces of a cell's text; code of format 3 is its input."""
    source = item["source"] if "source" in item else item.get("input")
    yield from source if isinstance(source, list) else [source]


def clean(text: str) -> str:
    """Return a text with plain line ends, and without what cannot be stored or compiled."""
    text = _HALF_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", _whole(text.replace("\0", "")))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _whole(text: str) -> str:
    """Return a text in which two halves of a character that meet are one."""
    if not _HALF_CHARACTER.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _attachments(value: Any) -> dict[str, dict[str, str]]:
    """Return the attachments of a text that are as they should be."""
    found = {}
    for name, bundle in _table(value).items():
        pieces = {
            clean(kind): clean(data if isinstance(data, str) else "".join(data))
            for kind, data in _table(bundle).items()
            if isinstance(data, str)
            or (isinstance(data, list) and all(isinstance(part, str) for part in data))
        }
        if pieces:
            found[clean(name)] = pieces
    return found


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
