"""Names that strangers chose, in a sentence for the instructor."""

from collections.abc import Sequence

_LONGEST = 60


def printable(name: str) -> str:
    r"""Return a name as it can be printed on one line, whatever is in it.

    >>> printable("two\nlines")
    'two�lines'
    """
    text = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name
    )
    return text if len(text) <= _LONGEST else f"{text[:40]}…{text[-15:]}"


def listed(names: Sequence[str], most: int = 6) -> str:
    """Return names for a sentence, the first few of them.

    >>> listed(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(map(printable, names[:most])) + more
