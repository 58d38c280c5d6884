// Python for run.js, in a worker, so that the page stays alive while a cell runs and so that a cell
// can be stopped. It loads Pyodide and embedlab from this site, and the packages that a cell imports
// from Pyodide's own address, whose files must have the SHA-256 that Pyodide's lock file states.
const PATIENCE = 30_000; // milliseconds without a byte, after which a connection counts as lost
const own = (name) => `${new URL(name, import.meta.url)}?v=${setup.version}`;
let booted, python, session, lock, known, source, setup;
let loaded = 0;
let told = 0;
let trouble; // the first download that failed, with the reason

const tell = (kind, data = {}) => postMessage({ kind, ...data });
const count = (bytes) => {
  loaded += bytes;
  if (Date.now() - told < 150) return;
  told = Date.now();
  tell("bytes", { loaded });
};

// Every download passes here: its bytes are counted, a stalled one is given up, and one that failed
// is remembered, because what Pyodide makes of it does not name it.
const plainFetch = self.fetch.bind(self);
const fail = (input, reason, status) => {
  const url = new URL(input, import.meta.url);
  const isOurs = url.origin === new URL(import.meta.url).origin;
  // Of a wheel, the name of its package says enough.
  const file = url.pathname.split("/").pop().replace(/-.*\.whl$/, "");
  const about = [isOurs ? "" : `from ${url.host}`, status ? `status ${status}` : ""].filter(Boolean).join(", ");
  if (isOurs && status === 404) {
    // The site was built anew since the page was opened, or holds only the packages that it needs.
    trouble ??= { reason: session ? "absent" : "gone", what: file };
  } else {
    trouble ??= { reason, what: about ? `${file} (${about})` : file };
  }
  // Pyodide may wait for ever for a core that did not come.
  if (!session) tell("failed", { ...trouble, fatal: true });
};

// The body of an answer, byte by byte; each byte that comes calls off the alarm.
const watchedBody = (answer, url, wait, calm) => {
  const reader = answer.body.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) { calm(); controller.close(); return; }
        wait();
        count(value.length);
        controller.enqueue(value);
      } catch (error) {
        calm();
        fail(url, "download");
        controller.error(error);
      }
    },
  });
};
const isExpected = async (bytes, integrity) => {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return integrity === `sha256-${btoa(String.fromCharCode(...digest))}`;
};

self.fetch = async (input, options = {}) => {
  if (session && !options.integrity) return plainFetch(input, options); // a cell's own request
  const url = input.url ?? `${input}`;
  // A browser that checks a file shows no byte of it before the last has come, and does not say
  // which of the two went wrong. So it is checked here where that can be done: over https.
  const watched = !options.integrity || Boolean(self.crypto?.subtle);
  const patience = new AbortController();
  let timer;
  const calm = () => clearTimeout(timer);
  const wait = () => {
    calm();
    timer = setTimeout(() => patience.abort(new Error("the connection stalled")), PATIENCE);
  };
  if (watched) wait();
  let answer;
  try {
    answer = await plainFetch(input, watched ? { ...options, integrity: undefined, signal: patience.signal } : options);
  } catch (error) {
    calm();
    fail(url, "download");
    throw error;
  }
  if (!answer.ok) {
    calm();
    fail(url, "download", answer.status);
    throw new Error(`status ${answer.status}`);
  }
  if (!watched) return answer;
  const whole = new Response(watchedBody(answer, url, wait, calm), answer);
  if (!options.integrity) return whole;
  const bytes = await whole.arrayBuffer();
  if (await isExpected(bytes, options.integrity)) return new Response(bytes, answer);
  fail(url, "tampered");
  throw new Error("other contents than expected");
};

// Pyodide waits for ever for a core that came damaged, and for a cell in which it crashed.
const lost = (reason, error) => tell("failed", { reason, what: `${error?.message ?? error}`.slice(0, 200), fatal: true });
const plainStart = WebAssembly.instantiateStreaming;
WebAssembly.instantiateStreaming = (...parts) => plainStart(...parts).catch((error) => {
  if (!session) lost("start", error);
  throw error;
});
addEventListener("unhandledrejection", (event) => { if (session) lost("crash", event.reason); });

const text = async (name) => (await fetch(own(name))).text();

const boot = async () => {
  // Another release of Pyodide lies in another folder: no browser mixes files of two.
  const core = `${new URL(`${setup.core}/`, import.meta.url)}`;
  const lockFile = fetch(`${core}pyodide-lock.json`).then((answer) => answer.json());
  const wheel = fetch(own(setup.wheel)).then((answer) => answer.arrayBuffer());
  const records = setup.records ? setup.records.split(" ") : [];
  const all = Promise.all([wheel, ...["run.py", "run_needs.py", ...records].map(text)]);
  all.catch(() => {}); // it is looked at below, after Pyodide
  lock = await lockFile;
  const { loadPyodide, version } = await import(`${core}pyodide.mjs`);
  const packages = setup.packages ? core : `https://cdn.jsdelivr.net/pyodide/v${version}/full/`;
  source = new URL(packages).host;
  python = await loadPyodide({
    indexURL: core,
    lockFileContents: lock,
    packageBaseUrl: packages,
    // What is drawn is drawn for the page, as in the book's build.
    env: { EMBEDLAB_STATIC_PAGE: "1", MPLBACKEND: "agg" },
  });
  const [embedlab, run, needs, ...contents] = await all;
  python.unpackArchive(embedlab, "wheel");
  records.forEach((name, i) => {
    python.FS.mkdirTree(name.split("/").slice(0, -1).join("/"));
    python.FS.writeFile(name, contents[i]);
  });
  python.FS.mkdir("/page");
  python.FS.writeFile("/page/run.py", run);
  python.FS.writeFile("/page/run_needs.py", needs);
  python.runPython("import sys; sys.path.append('/page')");
  known = {};
  for (const entry of Object.values(lock.packages)) {
    for (const name of entry.imports) known[name] = entry.name;
  }
  session = python.pyimport("run").start((kind, data) => tell("output", { type: kind, data }));
};

// Packages with all that they depend on. Pyodide does not ask again for what a package depends on
// once the package itself is there, so that one lost file of several would be lost for good.
const entryOf = (name) => lock.packages[name.toLowerCase().replace(/[-_.]+/g, "-")];
const withDependencies = (names) => {
  const found = new Set(names);
  for (const name of found) { // those that are added on the way are visited too
    for (const one of entryOf(name).depends) found.add(entryOf(one).name);
  }
  return [...found];
};

// Load what a cell imports, and say so; Pyodide does not load anything twice.
const load = async (names) => {
  const isMissing = (name) => !(name in python.loadedPackages);
  const all = withDependencies(names);
  const missing = all.filter(isMissing);
  if (!missing.length) return;
  loaded = 0;
  const asked = names.filter(isMissing);
  tell("loading", { what: `${(asked.length ? asked : missing).join(", ")} from ${source}` });
  await python.loadPackage(missing, { messageCallback() {}, errorCallback() {} });
  const left = all.find(isMissing);
  if (left) throw new Error(`${left} did not load`);
};

const perform = async ({ code, number }) => {
  trouble = undefined;
  booted ??= boot();
  await booted;
  const names = session.needed(code, JSON.stringify(known));
  await load(names.toJs());
  names.destroy();
  tell("running");
  const end = JSON.parse(await session.run(code, number));
  // An import inside a function of a library is seen when it fails.
  if (end.module in known && !(known[end.module] in python.loadedPackages)) {
    await load([known[end.module]]);
    end.loaded = known[end.module];
  }
  tell("done", end);
};

onmessage = async ({ data }) => {
  setup ??= data.setup;
  try {
    await perform(data);
  } catch (error) {
    // Once it runs, Python goes on after a package that did not come, but not after a crash.
    if (trouble) tell("failed", { ...trouble, fatal: !session });
    else lost(session ? "crash" : "start", error);
  }
};
