"""Sphinx extension: one style sheet for all pages, with the rules that some page can use.

The theme and the extensions bring eleven style sheets of half a megabyte, and a page waits for all
of them before it shows anything. They are joined, and rules for what no page and no script names
are left out, icons among them, once all pages are written.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import icons
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

JOINED = (
    "basic.css",
    "styles/theme.css",
    "styles/pydata-sphinx-theme.css",
    "pygments.css",
    "styles/sphinx-book-theme.css",
    "copybutton.css",
    "mystnb*.css",
    "sphinx-design.min.css",
    "katex.min.css",
    "katex-math.css",
    "course.css",
)
"""The style sheets of every page, in their order; the layout leaves out the theme's own links."""

WHOLE = ("pygments.css", "course.css")
"""Those of them that are ours, or short: nothing is left out of them."""

UNUSED = ("togglebutton", "design-tabs")
"""What Jupyter Book adds to every page for directives that this book does not use."""

NAME = "book.css"
_MARK = "v=of-this-build"
_TOKEN = re.compile(r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[{};]|[^"'{};]+""")


def words(pages: Iterable[str], scripts: Iterable[str]) -> set[str]:
    """Return all names of classes and ids in pages, and all words of scripts, which may set any."""
    attributes = re.compile(r'\b(?:class|id)="([^"]*)"')
    found = {word for page in pages for match in attributes.findall(page) for word in match.split()}
    return found.union(*(re.findall(r"[\w-]+", script) for script in scripts))


def rules(css: str) -> Iterator[tuple[str, str]]:
    """Yield each rule of a style sheet: what stands before its braces, and what within.

    A statement without braces comes with nothing within.
    """
    head, body, depth = [], [], 0
    for token in _TOKEN.findall(re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)):
        if token == "}":
            depth -= 1
        if depth == 0 and token in "};":
            yield "".join(head).strip(), "".join(body)
            head, body = [], []
        elif depth or token != "{":
            (body if depth else head).append(token)
        if token == "{":
            depth += 1


def selects(selector: str, used: set[str]) -> bool:
    """Whether a selector can fit an element; in doubt it can."""
    if "\\" in selector:
        return True
    plain = re.sub(r"\[[^\]]*\]", "", selector)
    while plain != (plain := re.sub(r"\([^()]*\)", "", plain)):
        pass
    return all(name in used for name in re.findall(r"[.#]([A-Za-z_-][\w-]*)", plain))


def fewer(css: str, used: set[str]) -> str:
    """Return a style sheet without the rules that fit nothing."""
    kept = []
    for head, body in rules(css):
        if head.startswith(("@media", "@supports")):
            if inner := fewer(body, used):
                kept.append(f"{head}{{{inner}}}")
        elif head.startswith(("@charset", "@import")):
            continue  # all are UTF-8, and the one import is joined
        elif head.startswith("@"):
            kept.append(f"{head}{{{body}}}" if body else f"{head};")
        else:
            # Commas within parentheses do not part selectors.
            parts = re.split(r",(?![^(]*\))", head)
            if fit := [part.strip() for part in parts if selects(part, used)]:
                kept.append(f"{','.join(fit)}{{{body.strip()}}}")
    return "".join(kept)


def relocated(css: str, folder: str) -> str:
    """Return a style sheet of a folder below, as it must read one folder up."""
    if not folder:
        return css
    return re.sub(r"""url\((?!["']?(?:data:|/|https?:))(["']?)""", rf"url(\1{folder}/", css)


def choose(
    app: Sphinx,
    pagename: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Put the one sheet where the others stood."""
    static = "_static/"
    files = []
    for file in context.get("css_files", []):
        name = str(getattr(file, "filename", file)).removeprefix(static)
        if not any(fnmatch(name, pattern) for pattern in JOINED) and not name.startswith(UNUSED):
            files.append(file)
    context["css_files"] = files
    context["script_files"] = [
        script
        for script in context["script_files"]
        if not (str(getattr(script, "filename", "") or "")).removeprefix(static).startswith(UNUSED)
        and "toggle" not in str(getattr(script, "attributes", {}).get("body") or "")
    ]
    context["course_styles"] = f"{context['pathto'](static + NAME, 1)}?{_MARK}"


def join(app: Sphinx, exception: Exception | None) -> None:
    """Write the sheet and tell all pages its version."""
    if exception is not None or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    pages = {page: page.read_text(encoding="utf-8") for page in Path(app.outdir).rglob("*.html")}
    # What runs in the page may be Python too.
    scripts = [
        script
        for script in [*static.rglob("*.js"), *static.rglob("*.py")]
        if not icons.is_drawing(script)
    ]
    used = words(pages.values(), (script.read_text(encoding="utf-8") for script in scripts))
    parts = []
    for pattern in JOINED:
        found = sorted(static.glob(pattern))
        if not found:
            raise ExtensionError(f"no style sheet is called {pattern}: mend JOINED in styles.py")
        for sheet in found:
            folder = sheet.parent.relative_to(static).as_posix().removeprefix(".")
            css = sheet.read_text(encoding="utf-8")
            parts.append(relocated(css if pattern in WHOLE else fewer(css, used), folder))
            sheet.unlink()
    joined = icons.with_one_font("\n".join(parts))
    icons.write_font(static, icons.signs(joined))
    (static / NAME).write_text(joined, encoding="utf-8")
    for table in static.rglob("*.map"):
        # For who debugs the theme; no reader's browser asks for it.
        table.unlink()
    version = "v=" + hashlib.sha256(joined.encode()).hexdigest()[:8]
    for page, text in pages.items():
        if _MARK in text:
            page.write_text(text.replace(_MARK, version), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension: after `page`, which adds to the styles."""
    app.connect("html-page-context", choose, priority=950)
    app.connect("build-finished", join, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
