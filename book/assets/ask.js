// The search box of book/search.md: it ranks the book's paragraphs for a query in the browser.
// What it needs are two scripts of this site, loaded when a reader first turns to the box: the
// texts, then the vectors. embedlab/site_search/ranking.py does the same in Python, and
// tests/site/test_browser_search.py compares the two.
(() => {
  const form = document.querySelector("form.ask");
  if (!form) return;
  const script = document.currentScript.src;
  const root = new URL("../", script);
  const list = form.querySelector(".ask-hits");
  const status = form.querySelector(".ask-status");
  const help = form.querySelector(".ask-help");
  const SHOWN = 10;
  const WORD = /[\p{L}\p{N}]+/gu;
  let texts, vectors, loading;
  let failed = "";

  // Words, as in embedlab/site_search/words.py.
  const cut = (text) => text.toLowerCase().normalize("NFC").match(WORD) ?? [];
  const stem = (word) => {
    if (word.length < 4 || !word.endsWith("s") || /(ss|us|is)$/.test(word)) return word;
    if (word.endsWith("ies")) return `${word.slice(0, -3)}y`;
    return word.slice(0, /(ches|shes|sses|xes)$/.test(word) ? -2 : -1);
  };
  const terms = (text) => cut(text).filter((word) => !texts.stopwords.has(word)).map(stem);
  const common = (one, other) => {
    let n = 0;
    while (n < Math.min(one.length, other.length) && one[n] === other[n]) n += 1;
    return n;
  };
  const resolve = (word) => {
    if (vectors.numbers.has(word)) return word;
    let [low, high] = [0, vectors.words.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (vectors.words[middle] < word) low = middle + 1; else high = middle;
    }
    const near = [vectors.words[low - 1], vectors.words[low]].filter((other) => other !== undefined);
    const longest = Math.max(0, ...near.map((other) => common(word, other)));
    if (longest < 4) return undefined;
    return near.filter((other) => common(word, other) === longest).sort((a, b) => a.length - b.length)[0];
  };

  // Loading.
  const load = (name, variable) => new Promise((done, fail) => {
    const tag = document.createElement("script");
    tag.src = new URL(`${name}?v=${form.dataset.version}`, script);
    tag.onload = () => (window[variable] ? done(window[variable]) : fail(new Error(name)));
    tag.onerror = () => { tag.remove(); fail(new Error(name)); };
    document.head.append(tag);
  });

  // Each term's weights in the paragraphs that have it: BM25 as embedlab.retrieval.lexical has it.
  const invert = (docs) => {
    const lists = new Map();
    const mean = docs.reduce((sum, doc) => sum + doc.length, 0) / docs.length;
    docs.forEach((doc, i) => {
      const counts = new Map();
      for (const term of doc) counts.set(term, (counts.get(term) ?? 0) + 1);
      for (const [term, count] of counts) {
        if (!lists.has(term)) lists.set(term, []);
        lists.get(term).push([i, (count * 2.2) / (count + 1.2 * (0.25 + 0.75 * (doc.length / mean)))]);
      }
    });
    for (const found of lists.values()) {
      const idf = Math.log1p((docs.length - found.length + 0.5) / (found.length + 0.5));
      for (const entry of found) entry[1] = Math.fround(idf * entry[1]);
    }
    return lists;
  };

  const unpack = ({ width, scales, bytes }) => {
    const packed = atob(bytes);
    const codes = new Int8Array(width * scales.length);
    for (let i = 0; i < packed.length; i += 1) {
      codes[2 * i] = (packed.charCodeAt(i) >> 4) - 8;
      codes[2 * i + 1] = (packed.charCodeAt(i) & 15) - 8;
    }
    return { width, scales, codes };
  };

  const start = () => (loading ??= (async () => {
    try {
      if (!texts) {
        const found = await load("ask-texts.js", "askTexts");
        texts = { ...found, stopwords: new Set(found.stopwords.split(" ")) };
        texts.lists = invert(texts.paragraphs.map(([section, text]) => terms([...texts.sections[section][2], text].join(" "))));
        answer();
      }
      if (texts.hasVectors && !vectors) {
        const found = await load("ask-vectors.js", "askVectors");
        const words = found.words.split(" ");
        const numbers = new Map(words.map((word, i) => [word, i]));
        vectors = { words, numbers, of: unpack(found.wordCodes), paragraphs: unpack(found.paragraphCodes) };
      }
      failed = "";
    } catch (error) {
      failed = error.message;
      loading = undefined; // the next key tries again
    }
    answer();
  })());

  // Rankings: [paragraph, score], best first.
  const sorted = (pairs) => pairs.sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  const byWords = (query) => {
    const counts = new Map();
    for (const term of terms(query)) counts.set(term, (counts.get(term) ?? 0) + 1);
    const totals = new Map();
    for (const term of texts.lists.keys()) { // in one order, so that equal sums stay equal
      if (!counts.has(term)) continue;
      for (const [i, weight] of texts.lists.get(term)) totals.set(i, (totals.get(i) ?? 0) + counts.get(term) * weight);
    }
    return sorted([...totals]);
  };
  const queryVector = (query) => {
    const known = cut(query).map(resolve).filter((word) => word !== undefined);
    if (!known.length) return undefined;
    const { width, scales, codes } = vectors.of;
    const sum = new Float64Array(width);
    for (const number of known.map((word) => vectors.numbers.get(word))) {
      for (let j = 0; j < width; j += 1) sum[j] += codes[number * width + j] * scales[number];
    }
    return sum.map((value) => value / known.length);
  };
  const byMeaning = (query) => {
    const vector = queryVector(query);
    if (!vector) return [];
    const { width, scales, codes } = vectors.paragraphs;
    return sorted(scales.map((scale, i) => {
      let dot = 0;
      for (let j = 0; j < width; j += 1) dot += codes[i * width + j] * vector[j];
      return [i, dot * scale];
    }));
  };
  // Both by reciprocal ranks: Cormack, Clarke and Büttcher 2009.
  const fused = (rankings) => {
    const totals = new Map();
    for (const ranking of rankings) {
      ranking.forEach(([i], place) => totals.set(i, (totals.get(i) ?? 0) + 1 / (60 + place + 1)));
    }
    return sorted([...totals]);
  };
  const rank = (query, by) => {
    if (by === "words" || !vectors) return byWords(query);
    return by === "meaning" ? byMeaning(query) : fused([byMeaning(query), byWords(query)]);
  };

  // The best paragraph of each section.
  const firstSections = (ranking) => {
    const seen = new Map();
    for (const [i] of ranking) {
      const [page, anchor] = texts.sections[texts.paragraphs[i][0]];
      const place = `${page}#${anchor}`;
      if (!seen.has(place)) seen.set(place, i);
      if (seen.size === SHOWN) break;
    }
    return [...seen.values()];
  };

  // Showing. Texts become text nodes, never HTML.
  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const marked = (text, wanted) => {
    const parts = [];
    let end = 0;
    for (const match of text.matchAll(WORD)) {
      if (!wanted.has(stem(match[0].toLowerCase()))) continue;
      parts.push(text.slice(end, match.index), element("mark", {}, match[0]));
      end = match.index + match[0].length;
    }
    return [...parts, text.slice(end)];
  };
  const hit = (i, wanted) => {
    const [section, text] = texts.paragraphs[i];
    const [page, anchor, headings] = texts.sections[section];
    const href = new URL(`book/${page}.html${anchor ? `#${anchor}` : ""}`, root);
    return element("li", {},
      element("a", { href }, headings.join(" › ") || page),
      element("p", {}, ...marked(text, wanted)));
  };
  const LONGEST = 40; // of a word that is named: nobody reads a longer one
  const named = (word) => `“${word.length > LONGEST ? `${word.slice(0, LONGEST)}…` : word}”`;
  const remarks = (query) => {
    const told = [];
    const words = [...new Set(cut(query))];
    if (vectors) {
      for (const word of words) {
        const meant = resolve(word);
        if (meant === undefined) told.push(`${named(word)} is not known here.`);
        else if (meant !== word) told.push(`${named(word)} is read as “${meant}”.`);
      }
    } else if (failed) told.push("The vectors could not be loaded, so only words are compared.");
    else if (texts.hasVectors) told.push("The vectors are on their way; until then only words are compared.");
    return told.join(" ");
  };

  const answer = () => {
    const query = form.question.value.trim();
    list.replaceChildren();
    help.hidden = true;
    if (!query) { status.textContent = ""; return; }
    if (!texts) {
      status.textContent = failed ? "The index could not be loaded. Is the connection gone? Type on to try again." : "Loading the index …";
      help.hidden = !failed;
      return;
    }
    const found = firstSections(rank(query, form.by?.value ?? "both"));
    const wanted = new Set([...terms(query), ...(vectors ? cut(query).map(resolve).filter(Boolean).flatMap(terms) : [])]);
    list.append(...found.map((i) => hit(i, wanted)));
    const count = found.length === 0 ? "Nothing was found for these words." : `${found.length} ${found.length === 1 ? "section" : "sections"}, best first.`;
    status.textContent = `${count} ${remarks(query)}`.trim();
    help.hidden = found.length > 0;
  };

  const setSearch = (chosen) => {
    const address = new URL(location);
    address.search = chosen;
    history.replaceState(history.state, "", address);
  };
  const remember = () => {
    const chosen = new URLSearchParams();
    if (form.question.value.trim()) chosen.set("q", form.question.value.trim());
    if (form.by && form.by.value !== "both") chosen.set("by", form.by.value);
    setSearch(chosen);
  };

  let timer;
  form.addEventListener("focusin", start);
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => { start(); answer(); remember(); }, 120);
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); start(); answer(); remember(); });
  // Arrow keys go from the box through the hits and back.
  form.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const stops = [form.question, ...list.querySelectorAll("a")];
    const place = stops.indexOf(document.activeElement);
    if (!step || place < 0 || !stops[place + step]) return;
    event.preventDefault();
    stops[place + step].focus();
  });

  form.rank = rank;
  form.hidden = false;
  const asked = new URLSearchParams(location.search);
  if (form.by && asked.has("by")) form.by.value = asked.get("by");
  if (form.by && !form.by.value) form.by.value = "both";
  if (asked.get("q")) {
    form.question.value = asked.get("q");
    // Sphinx's own search stands on every page and would take ?q= for a question to itself, once
    // the page is complete. Until then the address does not show it. (It also fills each field that
    // is called q, so ours has another name.)
    setSearch("");
    document.addEventListener("DOMContentLoaded", remember);
    start();
    answer();
  }
})();
