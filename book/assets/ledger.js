// Filters the ledger's list by words, chapter and verdict. The choice stands in the address, so
// that a link can carry it: ledger.html?chapter=3-word2vec&verdict=wrong
(() => {
  const form = document.querySelector("form.ledger-filter");
  if (!form) return;
  const claims = [...document.querySelectorAll("li.claim")];
  const texts = claims.map((claim) => claim.textContent.toLowerCase());
  const lists = [...document.querySelectorAll("ul.claims")];

  const apply = () => {
    const words = form.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const { value: chapter } = form.chapter;
    const { value: verdict } = form.verdict;
    let shown = 0;
    claims.forEach((claim, i) => {
      const fits = (!chapter || claim.dataset.chapter === chapter)
        && (!verdict || claim.dataset.verdict === verdict)
        && words.every((word) => texts[i].includes(word));
      claim.hidden = !fits;
      shown += fits;
    });
    // A section without a claim that fits would be an empty heading.
    for (const list of lists) {
      list.closest("section").hidden = !list.querySelector("li.claim:not([hidden])");
    }
    form.querySelector(".ledger-count").textContent = `${shown} of ${claims.length} shown`;
    const chosen = new URLSearchParams(Object.entries({ words: words.join(" "), chapter, verdict }).filter(([, value]) => value));
    history.replaceState(null, "", `${location.pathname}${chosen.size ? `?${chosen}` : ""}${location.hash}`);
  };

  for (const [name, value] of new URLSearchParams(location.search)) {
    if (form.elements[name]) form.elements[name].value = value;
  }
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  apply();
})();
