"""The pages of feedback, as nbgrader makes them, only faster: there are hundreds of them."""

from functools import lru_cache
from typing import Any

from jinja2 import BytecodeCache, Environment, pass_context
from jinja2.bccache import Bucket
from jinja2.runtime import Context
from nbconvert.exporters import HTMLExporter
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter

_LONGEST_KEPT = 20_000
"""Characters of a cell that may come again; what is longer is a student's own."""


class _Memory(BytecodeCache):
    """Compiled templates, for every exporter of this process."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Memory()


class FeedbackExporter(HTMLExporter):
    """nbconvert's HTML in a fifth of the time.

    It looks at no page a second time for images without a text (there are none but a student's
    own plots), compiles its templates once in a process, and turns a cell that all notebooks have
    into HTML once.
    """

    def from_notebook_node(self, nb: Any, resources: Any = None, **more: Any) -> Any:
        """Return the page, and what the template needed for it."""
        resources = self._init_resources(resources)  # type: ignore[no-untyped-call]
        language = nb.metadata.get("language_info", {}).get("pygments_lexer", "ipython3")
        about = {"notebook_metadata": self._nb_metadata, "resources": resources}

        def highlighted(source: str, language: str = language, metadata: Any = None) -> str:
            magics = (metadata or {}).get("magics_language")
            color = _colored if len(source) <= _LONGEST_KEPT else _colored.__wrapped__
            return color(source, str(language), None if magics is None else str(magics))

        for name, made in {
            "highlight_code": highlighted,
            "markdown2html": self._text,
            "filter_data_type": WidgetsDataTypeFilter(parent=self, **about),
        }.items():
            self.register_filter(name, made)  # type: ignore[no-untyped-call]
        return super(HTMLExporter, self).from_notebook_node(nb, resources, **more)

    @pass_context
    def _text(self, context: Context, source: str) -> str:
        """Return a text as HTML, from memory where nothing but the text decides."""
        if context.get("cell", {}).get("attachments") or len(source) > _LONGEST_KEPT:
            return str(self.markdown2html(context, source))
        if source not in _texts:
            if len(_texts) >= _MOST_TEXTS:
                _texts.clear()
            _texts[source] = str(self.markdown2html(context, source))
        return _texts[source]

    def _create_environment(self) -> Environment:
        environment: Environment = super()._create_environment()  # type: ignore[no-untyped-call]
        environment.bytecode_cache = _COMPILED
        return environment


_MOST_TEXTS = 1000
_texts: dict[str, str] = {}


@lru_cache(_MOST_TEXTS)
def _colored(source: str, language: str, magics: str | None) -> str:
    """Return code as HTML."""
    metadata = {} if magics is None else {"magics_language": magics}
    return str(Highlight2HTML()(source, language, metadata))
