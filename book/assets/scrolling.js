// Whoever has no mouse scrolls a wide box by arrows once Tab stops there. The theme's own script asks
// every box of the page for its width at once, so that the browser must lay out all of it before it
// shows the first lines (book/extensions/scrolling.py takes that out). Here the browser tells the
// width of each box when it has laid it out, and again when that changes.
(() => {
  const BOXES = "pre, .cell_output > .output, .pst-scrollable-table-container";
  const known = new WeakSet();
  const sizes = new ResizeObserver((entries) => {
    const wide = entries.map(({ target: box }) =>
      box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight);
    entries.forEach(({ target: box }, i) => {
      if (wide[i]) box.tabIndex = 0; else box.removeAttribute("tabindex");
    });
  });
  const page = document.getElementById("main-content");
  const watch = () => page.querySelectorAll(BOXES).forEach((box) => {
    if (known.has(box)) return;
    known.add(box);
    sizes.observe(box);
  });
  watch();
  // Outputs of cells that a reader runs.
  new MutationObserver(watch).observe(page, { childList: true, subtree: true });
})();
