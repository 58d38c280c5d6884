"""The package is a layered list without circles; here its imports are read and compared."""

import ast
import graphlib
import re
from pathlib import Path

import pytest

import embedlab

PACKAGE = Path(embedlab.__file__).parent

# A module may import only from lower layers. Modules of later chapters get a line here first.
LAYERS = {
    "": 0,  # embedlab itself: the version
    "errors": 0,
    "numerics": 0,
    "grammar": 0,
    "directions": 0,
    "stopwords": 0,
    "sentence_groups": 0,
    "text": 1,
    "corpus": 1,
    "vectors": 1,
    "gradcheck": 1,
    "optimizers": 1,
    "productions": 1,
    "pictures": 1,
    "subwords": 1,
    "distances": 1,
    "simulations": 1,
    "layers": 1,
    "schedules": 1,
    "files": 1,
    "capacity": 1,
    "drift": 1,
    "huffman": 1,
    "blocks": 1,
    "runs": 2,
    "world": 2,
    "docstrings": 2,
    "attention": 2,
    "measurements": 2,
    "sequences": 2,
    "passes": 2,
    "objectives": 2,
    "onehot": 3,
    "counts": 3,
    "prediction": 2,
    "word2vec": 3,
    "glove": 3,
    "fasttext": 3,
    "descent": 3,
    "lstm": 3,
    "contextual": 3,
    "contrastive": 3,
    "geometry": 3,
    "high_dimensions": 3,
    "angles": 3,
    "concentration": 3,
    "projections": 3,
    "isotropy": 3,
    "postprocessing": 3,
    "intrinsic": 3,
    "retrieval": 3,
    "sentences": 3,
    "storage": 3,
    "evaluation": 4,
    "fasttext_files": 4,
    "datasets": 4,
    "learned": 4,
    "sif": 4,
    "elmo": 4,
    "language_models": 4,
    "pretrained": 4,
    "two_towers": 4,
    "training": 5,
    "sentence_pairs": 5,
    "paragraphs": 4,
    "service": 5,
    "learned_training": 5,
    "site_search": 5,
    "grading": 5,
    "plots": 6,
    "widgets": 6,
    "claims": 6,
    "cli": 7,
}

# Each library that not every reader has, each way out to the network, and who may use it.
ONLY_IN = {
    # The sandbox's warm process has it loaded for the notebooks.
    "matplotlib": {"plots", "pictures", "grading.inside"},
    "IPython": {"grading.inside"},
    "psutil": {"grading.inside"},
    "nh3": {"grading.batch"},
    "distributed": {"grading.batch"},
    "safetensors": {"pretrained"},
    "tokenizers": {"pretrained"},
    "cachetools": {"retrieval.cache", "service"},
    "fastapi": {"service"},
    "starlette": {"service"},
    "uvicorn": {"service"},
    "limits": {"service"},
    "prometheus_client": {"service"},
    "markdown_it": {"paragraphs"},
    "mdit_py_plugins": {"paragraphs"},
    "pydantic": {"service"},
    "jinja2": {"grading.report", "grading.feedback"},
    "markupsafe": {"grading.report"},
    "mpl_toolkits": {"plots", "pictures"},
    "altair": {"widgets"},
    "vl_convert": {"widgets"},
    "pooch": {"datasets"},
    "urllib.request": {"datasets"},
    "http": {"datasets"},
    "requests": {"datasets"},
    "httpx": {"datasets"},
    "nbgrader": {"grading"},
    "nbformat": {"grading"},
    "nbclient": {"grading"},
    "jupyter_client": {"grading"},
    "traitlets": {"grading"},
    "typer": {"grading", "service", "claims", "site_search", "cli"},
    "rich": {"grading"},
    # Peers are for tests: the package must not lean on what it is compared with.
    "gensim": set(),
    "sklearn": set(),
    "faiss": set(),
    "torch": set(),
    "transformers": set(),
    "sentence_transformers": set(),
    # Sparse matrices and statistics; what a chapter derives is written out in NumPy.
    "scipy": {
        *("blocks", "counts", "fasttext", "glove", "evaluation"),
        *("layers", "high_dimensions", "angles", "concentration", "simulations"),
        *("two_towers", "training", "sentence_pairs", "site_search", "claims", "plots"),
    },
    "tqdm": {"runs"},
    "threadpoolctl": {"runs"},
    "hypothesis": set(),
    "pytest": set(),
}


def modules() -> dict[str, str]:
    """Return the source of each module by its dotted name inside the package."""
    sources = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        sources[name] = path.read_text(encoding="utf-8")
    return sources


def imported(source: str) -> set[str]:
    """Return the dotted name of all that a source imports, also inside functions."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            # A relative import is written so that no rule can miss it.
            origin = node.module or "" if node.level == 0 else "relative import"
            names |= {f"{origin}.{alias.name}" for alias in node.names}
    return names


def inside(name: str, known: set[str]) -> str | None:
    """Return the module of the package that a dotted name means, or None for other libraries."""
    if name.split(".")[0] != "embedlab":
        return None
    path = name.split(".")[1:]
    # What follows the module is a function or class of it.
    while path and ".".join(path) not in known:
        path.pop()
    return ".".join(path)


def test_the_package_says_of_each_module_in_which_layer_it_is():
    said, layer = {}, ""
    for line in (embedlab.__doc__ or "").split("=\nlayer")[-1].splitlines():
        layer = line[:1] if line[:1].isdigit() else layer
        said |= {name: int(layer) for name in re.findall(r"``(\w+)``", line) if layer}
        if line.startswith("Axis"):
            break
    # In passing, in the note on another module.
    mentioned = {"embedlab"}
    layers = {name: layer for name, layer in LAYERS.items() if name}
    assert {name: n for name, n in said.items() if name not in mentioned} == layers


def violations(module: str, source: str, known: set[str]) -> list[str]:
    """Return one sentence for each import that a module must not have."""
    part, found = module.split(".")[0], []
    for name in sorted(imported(source)):
        if name.startswith("relative import"):
            found.append(f"{module}: {name}; write embedlab.<module>")
        target = inside(name, known)
        if target is not None:
            other = target.split(".")[0]
            same_package = part == other and "." in module + target
            if not (target == "" or same_package) and LAYERS[other] >= LAYERS[part]:
                found.append(
                    f"{module} (layer {LAYERS[part]}) imports {target} (layer {LAYERS[other]})"
                )
        for library, users in ONLY_IN.items():
            is_user = any(f"{module}.".startswith(f"{user}.") for user in users)
            if f"{name}.".startswith(f"{library}.") and not is_user:
                found.append(f"{module} imports {library}, which only {sorted(users)} may")
    return found


SOURCES = modules()
KNOWN = set(SOURCES) | set(LAYERS)


def test_the_package_is_read():
    assert {"", "numerics", "text", "grading.checks"} <= set(SOURCES)
    assert "numpy" in imported(SOURCES["numerics"])
    assert "embedlab.numerics.require_tokens" in imported(SOURCES["sentences"])


@pytest.mark.parametrize("module", SOURCES)
def test_every_module_has_a_layer(module):
    assert module.split(".")[0] in LAYERS, "give the new module its layer in LAYERS"


@pytest.mark.parametrize("module", SOURCES)
def test_imports_come_from_lower_layers(module):
    assert violations(module, SOURCES[module], KNOWN) == []


def order(sources: dict[str, str]) -> list[str | None]:
    """Return the modules so that each comes after all it imports; a circle raises."""
    known = set(sources)
    graph = {
        module: {inside(name, known) for name in imported(source)} - {None, module}
        for module, source in sources.items()
    }
    return list(graphlib.TopologicalSorter(graph).static_order())


def test_there_is_no_circle_inside_grading_either():
    assert set(order(SOURCES)) == set(SOURCES)


def test_negative_control_a_circle_is_found():
    sources = {
        "grading": "",
        "grading.a": "from embedlab.grading.b import f",
        "grading.b": "def g():\n    from embedlab.grading import a",
    }
    with pytest.raises(graphlib.CycleError):
        order(sources)


@pytest.mark.parametrize(
    ("module", "source", "complaint"),
    [
        ("text", "from embedlab.vectors import cosine", "text (layer 1) imports vectors (layer 1)"),
        ("text", "from embedlab import vectors", "imports vectors (layer 1)"),
        ("text", "import embedlab.vectors as v", "imports vectors (layer 1)"),
        ("numerics", "from embedlab.sentences import STOPWORDS", "imports sentences (layer 3)"),
        ("vectors", "def f():\n    from embedlab.plots import g", "imports plots (layer 6)"),
        ("plots", "from embedlab.claims.page import x", "imports claims.page (layer 6)"),
        ("text", "if True:\n    from .numerics import require", "relative import"),
        ("vectors", "from . import numerics", "relative import"),
        ("vectors", "import matplotlib.pyplot as plt", "imports matplotlib, which only"),
        ("plots", "import altair", "imports altair, which only ['widgets'] may"),
        ("vectors", "from urllib.request import urlopen", "imports urllib.request, which only"),
        ("vectors", "from urllib import request", "imports urllib.request, which only"),
        ("storage", "import pooch", "imports pooch, which only ['datasets'] may"),
        ("datasets", "from rich.table import Table", "imports rich, which only ['grading'] may"),
        ("datasets", "import nbgrader", "imports nbgrader, which only ['grading'] may"),
        ("grading.commands", "import matplotlib", "imports matplotlib"),
        ("grading.insides", "import psutil", "imports psutil, which only ['grading.inside'] may"),
        ("text", "import gensim.models", "imports gensim, which only [] may"),
    ],
)
def test_negative_controls(module, source, complaint):
    assert len(found := violations(module, source, KNOWN)) == 1
    assert complaint in found[0]


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("text", "from embedlab.numerics import require"),
        ("grading.cosine", "from embedlab.grading import checks\nfrom embedlab import vectors"),
        ("grading", "from embedlab import __version__\nimport rich"),
        ("datasets", "import pooch\nfrom urllib.parse import urlsplit"),
        ("text", "import requests_like_name, richness"),
    ],
)
def test_what_is_allowed(module, source):
    assert violations(module, source, KNOWN) == []
