"""Which pages the book has, read from its table of contents."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
_TOC = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
PAGES: list[str] = [_TOC["root"], *(chapter["file"] for chapter in _TOC["chapters"])]
CHAPTERS = [page for page in PAGES if re.search(r"/\d\d-", page)]
