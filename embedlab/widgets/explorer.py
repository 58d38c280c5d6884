"""What every explorer is: a chart, the sentence that describes it, and its two ways to be shown."""

import html
import json
import os
import re
from dataclasses import dataclass
from typing import Any

import altair as alt

from embedlab.numerics import require
from embedlab.pictures import INK

# Opacity of lesser text, at which it can still be read on a light and on a dark page.
FAINT = 0.7
# Opacity of the darkest cell that a number stands on, so that the number can be read there, too:
# the page's ink keeps a contrast of 4.5 to 1 on the light and on the dark page.
DEEPEST = 0.65
STATIC_PAGE = "EMBEDLAB_STATIC_PAGE"  # set by the book's build


Signal = dict[str, Any]
Chart = alt.LayerChart | alt.FacetChart


@dataclass(frozen=True)
class Explorer:
    """An interactive chart and the sentence that says what it shows and what can be changed.

    Attributes:
        chart: The chart with its parameters.
        alt: What it shows and what can be changed.
        play: The parameter with a slider that a button on the page steps through, as a film; ""
            for none. Nothing moves before the button is pressed.
        signals: Variables that Vega-Lite cannot describe, in Vega's own words, such as those of an
            arrow that can be dragged. They stand in place of the chart's parameters.
    """

    chart: Chart
    alt: str
    play: str = ""
    signals: tuple[Signal, ...] = ()

    def _styled(self, background: str) -> Chart:
        """Return the chart in the course's style, for which its texts are placed."""
        styled: Chart = self.chart.configure(
            background=background,
            font="sans-serif",
            axis=alt.AxisConfig(
                labelColor=INK,
                titleColor=INK,
                domainColor=INK,
                tickColor=INK,
                gridOpacity=0.3,
                labelFontSize=13,
                titleFontSize=13,
            ),
            text=alt.MarkConfig(fill=INK, fontSize=14),
            view=alt.ViewConfig(stroke=None),
        )
        return styled

    def specification(self) -> dict[str, Any]:
        """Return the Vega-Lite specification of the page, whose colors it takes on."""
        specification = dict(self._styled("transparent").to_dict())
        if self.play or self.signals:
            specification["usermeta"] = self._usermeta()
        return specification

    def _usermeta(self) -> dict[str, Any]:
        """Return what the page's script and vega-embed read beside the chart."""
        meta: dict[str, Any] = {"play": self.play} if self.play else {}
        if self.signals:
            patch = [
                {"op": "add", "path": "/signals", "value": list(self.signals)},
                # Vega keeps every touch that a signal looks at from scrolling the page, also one
                # beside the arrows. Signals ask for it themselves, with a "!".
                {"op": "add", "path": "/config/events", "value": {"defaults": {"prevent": False}}},
            ]
            meta["embedOptions"] = {"patch": patch}
        return meta

    def _usermeta_of_a_notebook(self) -> dict[str, Any]:
        """Return the same with a box that plays the film: the page's button is not there."""
        meta = self._usermeta()
        if not self.play:
            return meta
        try:
            import vl_convert
        except ImportError:
            return meta
        signals = vl_convert.vegalite_to_vega(self.specification())["signals"]
        at = next(i for i, signal in enumerate(signals) if signal["name"] == self.play)
        now, low, high = self.play, signals[at]["bind"]["min"], signals[at]["bind"]["max"]
        box = {"name": "play", "value": False, "bind": {"input": "checkbox", "name": "play "}}
        on = [
            {"events": {"signal": "play"}, "update": f"play && {now} == {high} ? {low} : {now}"},
            {"events": "timer{500}", "update": f"play ? min({now} + 1, {high}) : {now}"},
        ]
        patch = [
            {"op": "add", "path": f"/signals/{at}/on", "value": on},
            {"op": "add", "path": "/signals/-", "value": box},
        ]
        return meta | {"embedOptions": {"patch": patch}}

    def _still(self, specification: dict[str, Any]) -> str:
        """Return the chart as SVG, or nothing where no program can draw it, as in a browser."""
        try:
            import vl_convert
        except ImportError:
            return ""
        drawn = vl_convert.vegalite_to_vega(specification)
        if self.signals:
            require("signals" not in drawn, "chart", "have no parameters beside signals", "some")
            drawn["signals"] = list(self.signals)
        still = vl_convert.vega_to_svg(drawn)
        # The figure says what it shows; a label on each mark would only repeat its numbers.
        return re.sub(r' (?:role|aria-\w+)="[^"]*"', "", still).replace(INK, "currentColor")

    def to_html(self) -> str:
        """Return a still picture and its specification, which the page's script enlivens."""
        specification = self.specification()
        still = self._still(specification)
        # "</" inside a script element would end it.
        data = json.dumps(specification, sort_keys=True, separators=(",", ":"))
        data = data.replace("</", "<\\/")
        return (
            f'<figure class="explorer" role="group" aria-label="{html.escape(self.alt)}">'
            f'<div class="explorer-stage">{still}</div>'
            f'<p class="explorer-note">A still picture until its script has loaded.</p>'
            f'<script type="application/json">{data}</script></figure>'
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        if os.environ.get(STATIC_PAGE):
            return {"text/html": self.to_html(), "text/plain": self.alt}
        # Without this, the widget would ask a foreign server for its scripts.
        alt.JupyterChart.enable_offline()
        # INK stays as it is there, also in a dark notebook, and needs a light ground.
        chart = self._styled("white").properties(usermeta=self._usermeta_of_a_notebook())
        shown: Any = alt.JupyterChart(chart)._repr_mimebundle_(include=include, exclude=exclude)
        data = shown[0] if isinstance(shown, tuple) else shown
        data["text/plain"] = self.alt
        # For whoever opens the notebook where no widget can be shown.
        if still := self._still(self.specification()):
            data["image/svg+xml"] = still
        return shown


def rows(rows: list[dict[str, Any]]) -> alt.Data:
    """Return rows as inline data, which Altair keeps as they are."""
    return alt.Data(values=rows)  # type: ignore[no-untyped-call]


def text_field(name: str, label: str, start: str) -> alt.Parameter:
    """Return a variable with a labelled field that takes any text."""
    binding = alt.binding(input="text", name=f"{label} ", autocomplete="off", debounce=150)
    return alt.param(name=name, value=start, bind=binding)


def slider(
    name: str, label: str, low: float, high: float, step: float, start: float
) -> alt.Parameter:
    """Return a variable with a labelled slider."""
    return alt.param(
        name=name,
        value=start,
        bind=alt.binding_range(min=low, max=high, step=step, name=f"{label} "),
    )
