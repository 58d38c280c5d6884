// The page of results: what Sphinx's search lacks. It runs after that has been loaded, and before
// the index, whose arrival starts the search.
"use strict";

(() => {
  const asked = new URLSearchParams(location.search).get("q") ?? "";
  // The other search shall not have to be told the question again.
  const ask = document.querySelector("a[data-ask]");
  if (asked && ask) ask.search = `?${new URLSearchParams({ q: asked })}`;
  if (!asked) document.querySelector(".search-form input").focus();

  Documentation.addTranslations({
    messages: {
      "Your search did not match any documents. Please make sure that all words are spelled correctly and that you've selected enough categories.":
        "No page has all these words. Try fewer of them, or ask the book (the link above).",
      "Search finished, found ${resultCount} page(s) matching the search query.":
        "Places found: ${resultCount}.",
    },
  });

  // A program that reads the page aloud says how many there are.
  const query = Search.query;
  Search.query = (text) => {
    Search.status.setAttribute("role", "status");
    query(text);
  };

  // How many letters must be put in, left out, exchanged or swapped to make one word of another.
  const misses = (a, b) => {
    const rows = [[...Array(b.length + 1).keys()]];
    for (let i = 1; i <= a.length; i++) {
      rows[i] = [i];
      for (let j = 1; j <= b.length; j++) {
        const same = a[i - 1] === b[j - 1] ? 0 : 1;
        rows[i][j] = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + same);
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
          rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
        }
      }
    }
    return rows[a.length][b.length];
  };

  // Nothing found: perhaps a name was mistyped. Offer the nearest words of names in the index.
  const suggest = (text) => {
    const names = [...Object.keys(Search._index.indexentries), ...Search._index.titles];
    const known = new Set(names.flatMap((name) => name.toLowerCase().match(/\p{L}{4,}/gu) ?? []));
    const better = text.toLowerCase().slice(0, 200).replace(/\p{L}{4,}/gu, (word) => {
      if (known.has(word)) return word;
      const near = [...known].map((other) => [misses(word, other), other]).sort((a, b) => a[0] - b[0]);
      return near.length && near[0][0] <= (word.length < 6 ? 1 : 2) ? near[0][1] : word;
    });
    if (better === text.toLowerCase()) return;
    const link = document.createElement("a");
    link.href = `?${new URLSearchParams({ q: better })}`;
    link.textContent = better;
    const line = document.createElement("p");
    line.append("Did you mean ", link, "?");
    document.getElementById("search-results").before(line);
  };

  // A hit in the glossary, or a formula, is named by its page alone: say which one it is.
  const called = JSON.parse(document.getElementById("hit-names").textContent);
  const find = Search._performSearch;
  Search._performSearch = (text, ...query) => {
    const hits = find(text, ...query);
    if (!hits.length) suggest(text);
    for (const hit of hits) {
      const [, kind, key] = /^#(term|formula)-(.+)$/.exec(hit[2]) ?? [];
      const name = called[hit[0] + hit[2]] ?? key?.replace(/-/g, " ");
      if (kind) hit[1] += ` > ${kind === "formula" ? "Formula: " : ""}${name}`;
    }
    return hits;
  };

  // Below a hit stands the text of its place: of a term its explanation, of a formula the sentence
  // before it. Formulas themselves would come out as strings of letters.
  Search.htmlToText = (text, anchor) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    page.querySelectorAll(".headerlink, script, style, .picture, .cell").forEach((e) => e.remove());
    let place = anchor ? page.getElementById(decodeURIComponent(anchor.slice(1))) : null;
    if (place?.tagName === "DT") place = place.nextElementSibling;
    if (place?.matches(".math")) {
      while (place.previousElementSibling && !place.matches("p")) place = place.previousElementSibling;
    }
    place ??= page.querySelector("article") ?? page.body;
    place.querySelectorAll(".katex").forEach((e) => e.replaceWith("…"));
    return place.textContent.replace(/\s+/g, " ");
  };
})();
