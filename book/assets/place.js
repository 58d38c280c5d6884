// Keeps a reader's place when a page is loaded again (a phone drops pages it has no room for).
// Sections far from the window have a guessed height (course.css), so that the place which the
// browser remembers would be another one; the heights they had are remembered beside it.
(() => {
  const sections = [...document.querySelectorAll(".bd-article > section > section")];
  const key = () => `heights ${location.pathname} ${document.documentElement.clientWidth}`;
  const remembered = JSON.parse(sessionStorage.getItem(key()) ?? "[]");
  sections.forEach((section, i) => {
    if (remembered[i]) section.style.containIntrinsicBlockSize = `auto ${remembered[i]}px`;
  });
  addEventListener("pagehide", () => {
    const heights = sections.map((section) => section.clientHeight);
    try { sessionStorage.setItem(key(), JSON.stringify(heights)); } catch { /* it is full: no harm */ }
  });
})();
