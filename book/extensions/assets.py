"""Sphinx extension: put the browser assets that come from packages into the site.

KaTeX's style sheet and fonts come from npm, Vega's bundle from vl-convert; both are copied, so
that a page asks nobody but its own server for anything.
"""

import shutil
from pathlib import Path

import altair
import vl_convert
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

# Defines what explorer.js calls; the bundle's own default would add three globals.
ENTRY = "window.embedExplorer = vegaEmbed;"


def copy_katex(source: Path, target: Path) -> None:
    """Copy KaTeX's style sheet and its WOFF2 fonts (the one format every browser here reads)."""
    if not (source / "katex.min.css").is_file():
        raise ExtensionError(f"{source} is missing: run `make node_modules` first")
    (target / "fonts").mkdir(parents=True, exist_ok=True)
    shutil.copy(source / "katex.min.css", target)
    for font in (source / "fonts").glob("*.woff2"):
        shutil.copy(font, target / "fonts")


def write_vega(target: Path, bundles: Path) -> None:
    """Write Vega, Vega-Lite and vega-embed as one script, in the version Altair writes for.

    Args:
        target: The folder of the script.
        bundles: Where scripts are kept from build to build: to make one takes a second.
    """
    version = ".".join(altair.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
    kept = bundles / f"vega-embed-{version}-{vl_convert.__version__}.js"
    if not kept.is_file():
        bundles.mkdir(parents=True, exist_ok=True)
        made = bundles / "unfinished.js"
        made.write_text(vl_convert.javascript_bundle(ENTRY, vl_version=version), encoding="utf-8")
        made.replace(kept)
    shutil.copy(kept, target / "vega-embed.js")


def prepare(app: Sphinx, config: Config) -> None:
    """Fill _build/assets, which html_static_path names, before Sphinx looks whether it exists."""
    target = Path(app.srcdir) / "_build" / "assets"
    target.mkdir(parents=True, exist_ok=True)
    copy_katex(Path(app.srcdir) / "node_modules" / "katex" / "dist", target)
    write_vega(target, target.with_name("bundles"))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.connect("config-inited", prepare, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
