"""Which grader this is: with another check, case or reference a result may be another."""

import hashlib
from functools import cache
from pathlib import Path

import embedlab


@cache
def grader() -> str:
    """Return a digest of this package."""
    digest = hashlib.sha256()
    for path in sorted(Path(embedlab.__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
