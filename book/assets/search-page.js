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

  // A hit in the glossary, or a formula, is named by its page alone: say which one it is.
  const find = Search._performSearch;
  Search._performSearch = (...query) => find(...query).map((hit) => {
    const [, kind, name] = /^#(term|formula)-(.+)$/.exec(hit[2]) ?? [];
    if (kind) hit[1] += ` > ${kind === "formula" ? "Formula: " : ""}${name.replace(/-/g, " ")}`;
    return hit;
  });

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
