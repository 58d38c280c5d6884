// Filters the ledger's list by words, chapter and verdict. The choice stands in the address, so
// that a link can carry it: ledger.html?chapter=3-word2vec&verdict=wrong
(() => {
  const form = document.querySelector("form.ledger-filter");
  if (!form) return;

  // As one types it: -0.314 for −0.314, 10^-46 for 10⁻⁴⁶, Radovanovic for Radovanović, w for w̃.
  const plain = (text) => text.normalize("NFKD").replace(/[\p{M}^]/gu, "").replace(/[−–‐‑]/g, "-")
    .replace(/[’′]/g, "'").toLowerCase();

  const claims = [...document.querySelectorAll("li.claim")];
  const texts = claims.map((claim) => plain(claim.textContent));
  const lists = [...document.querySelectorAll("ul.claims")];

  const apply = () => {
    const words = form.words.value.split(/\s+/).filter(Boolean);
    const { value: chapter } = form.chapter;
    const { value: verdict } = form.verdict;
    const wanted = words.map(plain);
    let shown = 0;
    claims.forEach((claim, i) => {
      const fits = (!chapter || claim.dataset.chapter === chapter)
        && (!verdict || claim.dataset.verdict === verdict)
        && wanted.every((word) => texts[i].includes(word));
      claim.hidden = !fits;
      shown += fits;
    });
    // A section without a claim that fits would be an empty heading.
    for (const list of lists) {
      list.closest("section").hidden = !list.querySelector("li.claim:not([hidden])");
    }
    form.querySelector(".ledger-count").textContent = `${shown} of ${claims.length} shown`;
    const chosen = new URLSearchParams(Object.entries({ words: words.join(" "), chapter, verdict }).filter(([, value]) => value));
    const address = new URL(location);
    address.search = chosen;
    history.replaceState(history.state, "", address);
  };

  // A link to a claim, or to a chapter, that the choice hides would lead nowhere: show all again.
  const reveal = (hash) => {
    const target = hash.length > 1 && document.getElementById(hash.slice(1));
    if (!target || !target.closest("[hidden]")) return;
    for (const name of ["words", "chapter", "verdict"]) form.elements[name].value = "";
    apply();
    target.scrollIntoView();
  };

  for (const [name, value] of new URLSearchParams(location.search)) {
    if (form.elements[name]) form.elements[name].value = value;
  }
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  addEventListener("hashchange", () => reveal(location.hash));
  // A second click on the same link changes no hash.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    if (link) reveal(link.hash);
  });
  apply();
  reveal(location.hash);
})();
