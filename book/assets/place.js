// Keeps a reader's place when a page is loaded again (a phone drops pages it has no room for), or
// when the reader comes back to it. Sections far from the window have a guessed height (course.css),
// so that the pixel which the browser remembers would be another line. The heights that sections had
// are remembered beside it, and so is the line: as long as the page still moves by itself, that line
// is put back where it stood.
(() => {
  const STILL = 1_000; // milliseconds without a move, after which the page stands
  const BLOCKS = ":is(h2, h3, h4, p, li, pre, figure, tr):not(figure *)";
  const sections = [...document.querySelectorAll(".bd-article > section > section")];
  const page = () => `heights ${location.pathname} ${document.documentElement.clientWidth}`;
  // A page may stand in a tab's history more than once, each time at another place, so each entry of
  // the history has a name in its state: Safari 26 and older Firefox name none by themselves. Sphinx
  // empties the state while a page loads. So this script comes before Sphinx's (_config.yml), and
  // names the entry after it; what a link within the page leads to is another entry.
  const before = history.state?.place;
  const entry = (name = `place ${Math.random()}`) => {
    if (!history.state?.place) history.replaceState({ ...history.state, place: name }, "");
    return history.state.place;
  };
  const topOf = (element) => element.getBoundingClientRect().top;
  const remembered = (key) => JSON.parse(sessionStorage.getItem(key) ?? "null");

  // The first block that begins in the window, in the section that is being read.
  const line = () => {
    const i = sections.findLastIndex((section) => topOf(section) <= 0);
    if (i < 0) return null;
    const blocks = [...sections[i].querySelectorAll(BLOCKS)];
    const j = blocks.findIndex((block) => topOf(block) >= 0 && (block.checkVisibility?.() ?? true));
    return { section: i, block: j, top: topOf(blocks[j] ?? sections[i]) };
  };

  const hold = ({ section, block, top }) => {
    const target = sections[section]?.querySelectorAll(BLOCKS)[block] ?? sections[section];
    if (!target) return;
    const reader = new AbortController();
    for (const type of ["wheel", "touchstart", "pointerdown", "keydown", "popstate", "hashchange"]) {
      addEventListener(type, () => reader.abort(), { signal: reader.signal, passive: true });
    }
    let since = performance.now();
    const look = () => {
      if (reader.signal.aborted) return;
      const [now, from] = [performance.now(), scrollY];
      const moved = topOf(target) - top;
      if (Math.abs(moved) >= 1) scrollBy({ top: moved, behavior: "instant" });
      // At the end of a page there may be nothing left to scroll.
      if (scrollY !== from || document.readyState !== "complete") since = now;
      if (now - since < STILL) requestAnimationFrame(look);
      else reader.abort();
    };
    look();
  };

  (remembered(page()) ?? []).forEach((height, i) => {
    if (height) sections[i]?.style.setProperty("contain-intrinsic-block-size", `auto ${height}px`);
  });
  const [{ type }] = performance.getEntriesByType("navigation");
  const place = before && remembered(before);
  if (place && ["reload", "back_forward"].includes(type)) hold(place);

  const remember = () => {
    const heights = sections.map((section) => section.clientHeight);
    try {
      sessionStorage.setItem(page(), JSON.stringify(heights));
      sessionStorage.setItem(entry(), JSON.stringify(line()));
    } catch { /* it is full: no harm */ }
  };
  addEventListener("DOMContentLoaded", () => entry(before));
  addEventListener("hashchange", () => entry());
  addEventListener("pagehide", remember);
  // A page that a phone drops was hidden before, and hears of no more.
  document.addEventListener("visibilitychange", remember);
})();
