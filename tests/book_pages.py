"""Which pages the book has, read from its table of contents and its list of moves."""

import re
import tomllib
from pathlib import Path

from sphinx_external_toc.parsing import parse_toc_yaml

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
PAGES = list(parse_toc_yaml(ROOT / "_toc.yml"))
CHAPTERS = [page for page in PAGES if re.search(r"/\d\d-", page)]
# What the build writes beside them.
GENERATED = ["404", "genindex", "search"]
# They only lead on to another page: gone before anybody reads them.
MOVED = ["index", *tomllib.loads((ROOT / "book" / "redirects.toml").read_text("utf-8"))["pages"]]
