"""What the tests look for on a page at hand. Each function returns what it found to be wrong."""

import re
from collections import Counter

from book_pages import ROOT
from browsing import settle, show_all

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
_UNFOLD = """() => {
  for (const box of document.querySelectorAll("details")) {
    box.removeAttribute("name");  // of those with one name, one alone can be open
    box.open = true;
  }
}"""
_RUN = """async (rules) => {
  const options = rules ? { runOnly: rules } : {};
  const found = await axe.run(document, { ...options, resultTypes: ["violations"] });
  return {
    rules: found.passes.length,
    violations: found.violations.flatMap((rule) => rule.nodes.map(
      (node) => `${rule.id}: ${node.target.join(" ")}: ${node.html.slice(0, 120)}`)),
  };
}"""


def axe(page) -> dict:
    """Return what axe finds in the light and, of the colors, in the dark, with nothing folded."""
    show_all(page)
    page.evaluate(_UNFOLD)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    light = page.evaluate(_RUN, None)
    page.emulate_media(color_scheme="dark")
    # A page without the theme (404) follows the browser by its style alone.
    page.wait_for_function("['dark', undefined].includes(document.documentElement.dataset.theme)")
    dark = page.evaluate(_RUN, ["color-contrast"])
    return {"rules": light["rules"], "light": light["violations"], "dark": dark["violations"]}


def labels(page) -> list[str]:
    """Return what figures, explorers and images are said to show."""
    return page.evaluate(
        """() => {
          const drawn = [...document.querySelectorAll(".picture svg[role=img], figure.explorer")];
          return [
            ...drawn.map((figure) => figure.getAttribute("aria-label") ?? ""),
            ...[...document.querySelectorAll("article img")].map((image) => image.alt),
          ];
        }"""
    )


def poor(descriptions: list[str]) -> list[str]:
    """Return the descriptions of figures that do not say what is shown."""
    found = [label for label, times in Counter(descriptions).items() if times > 1]
    for label in descriptions:
        is_name = re.fullmatch(r"\S*|.*\.(png|svg|jpe?g|gif|webp)", label.strip(), re.IGNORECASE)
        is_empty = re.match(r"(an? )?(image|picture|figure|plot|chart)\b", label, re.IGNORECASE)
        # A shorter one can hardly name both what is drawn and what is to be seen.
        if is_name or is_empty or len(label) <= 30:
            found.append(label)
    return found


# What is written in the page's color: a figure's first text, and what Vega draws in INK
# (embedlab.plots).
_INKS = """() => [
  getComputedStyle(document.body).color,
  ...[...document.querySelectorAll(".picture svg text")].slice(0, 1)
    .map((text) => getComputedStyle(text).fill),
  ...[...document.querySelectorAll(".explorer-live svg text[fill='#010203']")]
    .map((text) => getComputedStyle(text).fill),
]"""


def inks(page) -> set[str]:
    """Return the colors of the page's text and of the texts in its figures: one, if all is well."""
    return set(page.evaluate(_INKS))


_PREPARE = """(scope) => {
  window.look = (e) => {
    const style = getComputedStyle(e);
    const outline = style.outlineStyle === "none" ? "none" : style.outlineWidth;
    return `${outline}, ${style.boxShadow}`;
  };
  // What Tab must stop at; of radio buttons with one name, at the chosen one.
  const stops = [...scope.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.disabled
      && e.tabIndex >= 0);
  window.stops = stops.filter((e) => e.type !== "radio" || e.checked
    || !stops.some((other) => other.name === e.name && other.checked));
  scope.insertAdjacentHTML("beforebegin", "<button id=start>here</button>");
  document.getElementById("start").focus();
  window.plain = window.stops.map(look);
  return window.stops.map((e) => e.outerHTML.slice(0, 120));
}"""
# Where the focus is: in the scope or not, its number among the stops, how it looks and looked.
_WHERE = """(scope) => {
  const e = document.activeElement;
  const i = window.stops.indexOf(e);
  return [scope.contains(e), i, look(e), window.plain[i] ?? ""];
}"""


def walk(page, scope) -> tuple[list[str], list[str]]:
    """Go by Tab through what is in an element and out of it; return its stops, and faults."""
    element = scope.element_handle()
    stops = page.evaluate(_PREPARE, element)
    passed, faults = [], []
    for _ in range(3 * len(stops) + 20):
        page.keyboard.press("Tab")
        inside, i, look, plain = page.evaluate(_WHERE, element)
        if not inside:
            break
        # A box that scrolls is a stop too, without being a control: so the arrows can move it.
        if i >= 0:
            passed.append(i)
            if look == plain:
                faults.append(f"nobody sees the focus on {stops[i]}")
    else:
        faults.append(f"Tab does not leave {stops[passed[-1]] if passed else 'a box'}")
    page.evaluate("document.getElementById('start').remove()")
    if passed != list(range(len(stops))):
        missed = [stop for i, stop in enumerate(stops) if i not in passed]
        faults.append(f"not reached, or not in order: {missed}")
    return stops, faults


_DRAWN = "f => f.querySelector('.explorer-live svg').outerHTML"


def _moves(control, kind: str) -> list:
    """Return a few ways to move a control."""
    if kind == "select":
        n_options = control.locator("option").count()
        return [lambda i=i: control.select_option(index=i) for i in range(min(3, n_options))]
    if kind == "checkbox":
        return [control.click]
    if kind == "range":
        ends = control.evaluate("c => [c.min, c.max]")
        return [lambda end=end: control.fill(end) for end in ends]
    return [lambda: control.fill("some words here")]


def _answers(page, figure, control) -> bool:
    """Return whether the picture changes for one of a few values of a control."""
    before = figure.evaluate(_DRAWN)
    kind = control.evaluate("c => c.tagName == 'SELECT' ? 'select' : c.type")
    start = control.input_value() if kind != "checkbox" else None

    def drawn_anew() -> bool:
        page.wait_for_timeout(200 if kind == "text" else 0)  # it waits for a pause in the typing
        settle(page)
        return figure.evaluate(_DRAWN) != before

    changed = False
    for move in _moves(control, kind):
        move()
        changed = changed or drawn_anew()
    # Back to the start: at its end, a control can make another one idle.
    if kind == "select":
        control.select_option(value=start)
    elif kind == "checkbox":
        control.click()
    else:
        control.fill(start)
    drawn_anew()
    return changed


def _answers_after(page, figure, control, other) -> bool:
    """Return whether a control does something once another slider stands in its middle.

    At its start one can make another idle: before the first update no learning rate matters.
    """
    if other.get_attribute("type") != "range":
        return False
    start = other.input_value()
    other.evaluate("c => { c.value = (Number(c.min) + Number(c.max)) / 2; }")
    other.dispatch_event("input")
    settle(page)
    found = _answers(page, figure, control)
    other.fill(start)
    settle(page)
    return found


def idle(page, figure) -> list[str]:
    """Return the controls of an explorer that nothing follows."""
    controls = figure.locator(".vega-bind input, .vega-bind select").all()
    dead = [] if controls else ["an explorer without a control"]
    for control in controls:
        if not _answers(page, figure, control) and not any(
            _answers_after(page, figure, control, other) for other in controls
        ):
            dead.append(control.evaluate("c => c.closest('.vega-bind').textContent"))
    return dead


# Numbers that stand on the colored cells of a table, with their contrast. Axe does not look there.
_PALE = """() => {
  const rgb = (color) => color.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const mixed = (top, below, share) => top.map((c, i) => share * c + (1 - share) * below[i]);
  const linear = (c) => (c / 255 <= 0.04045 ? c / 3294.6 : ((c / 255 + 0.055) / 1.055) ** 2.4);
  const light = (color) => [0.2126, 0.7152, 0.0722]
    .reduce((sum, share, i) => sum + share * linear(color[i]), 0);
  const page = rgb(getComputedStyle(document.body).backgroundColor);
  const found = [];
  for (const chart of document.querySelectorAll(".explorer-live svg")) {
    const cells = [...chart.querySelectorAll(".mark-rect path")]
      .map((cell) => [cell.getBoundingClientRect(), getComputedStyle(cell)])
      .filter(([box, style]) => box.width > 0 && style.fill !== "none");
    for (const text of chart.querySelectorAll(".mark-text.role-mark text")) {
      const { left, right, top, bottom } = text.getBoundingClientRect();
      const [x, y] = [(left + right) / 2, (top + bottom) / 2];
      const below = cells.filter(([b]) => b.left < x && x < b.right && b.top < y && y < b.bottom);
      if (below.length === 0) continue;
      const ground = below.reduce(
        (ground, [, style]) => mixed(rgb(style.fill), ground, Number(style.opacity)), page);
      const style = getComputedStyle(text);
      const ink = mixed(rgb(style.fill), ground, Number(style.opacity));
      const [dark, bright] = [light(ink), light(ground)].sort((a, b) => a - b);
      found.push([text.textContent, (bright + 0.05) / (dark + 0.05)]);
    }
  }
  return found;
}"""


def contrasts(page) -> list[tuple[str, float]]:
    """Return the numbers on colored cells and the contrast of each."""
    return [(number, contrast) for number, contrast in page.evaluate(_PALE)]
