// Python for run.js, in a worker, so that the page stays alive while a cell runs and so that a cell
// can be stopped. It loads Pyodide and embedlab from this site, and the packages that a cell imports
// from Pyodide's own address, whose files must have the SHA-256 that Pyodide's lock file states.
const PATIENCE = 30_000; // milliseconds without a byte, after which a connection counts as lost
const own = (name, setup) => `${new URL(name, import.meta.url)}?v=${setup.version}`;
let booted, python, session, known, source, setup;
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
const fail = (input, reason) => {
  const url = new URL(input, import.meta.url);
  const host = url.origin === new URL(import.meta.url).origin ? "" : ` (from ${url.host})`;
  // Of a wheel, the name of its package says enough.
  const file = url.pathname.split("/").pop().replace(/-.*\.whl$/, "");
  trouble ??= { reason, what: `${file}${host}` };
  // Pyodide may wait for ever for a core that did not come.
  if (!session) tell("failed", { ...trouble, fatal: true });
};

// A browser does not say whether a file did not come or came with other contents.
const isTampered = async (url, integrity) => {
  try {
    const answer = await plainFetch(url, { cache: "no-store" });
    const digest = await crypto.subtle.digest("SHA-256", await answer.arrayBuffer());
    const text = btoa(String.fromCharCode(...new Uint8Array(digest)));
    return answer.ok && integrity !== `sha256-${text}`;
  } catch {
    return false;
  }
};

self.fetch = async (input, options = {}) => {
  if (session && !options.integrity) return plainFetch(input, options); // a cell's own request
  const url = input.url ?? `${input}`;
  const patience = new AbortController();
  let timer;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => patience.abort(new Error("the connection stalled")), PATIENCE);
  };
  // With an integrity to check, no byte is seen before the last has come.
  const watched = !options.integrity;
  try {
    if (watched) wait();
    const answer = await plainFetch(input, watched ? { ...options, signal: patience.signal } : options);
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    if (!watched) count(Number(answer.headers.get("content-length")));
    if (!watched || !answer.body) return answer;
    const reader = answer.body.getReader();
    const body = new ReadableStream({
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (done) { clearTimeout(timer); controller.close(); return; }
          wait();
          count(value.length);
          controller.enqueue(value);
        } catch (error) {
          fail(url, "download");
          controller.error(error);
        }
      },
    });
    return new Response(body, answer);
  } catch (error) {
    clearTimeout(timer);
    const tampered = options.integrity && !trouble && await isTampered(url, options.integrity);
    fail(url, tampered ? "tampered" : "download");
    throw error;
  }
};

// Pyodide waits for ever for a core that came damaged, and for a cell in which it crashed.
const lost = (reason, error) => tell("failed", { reason, what: `${error?.message ?? error}`.slice(0, 200), fatal: true });
const plainStart = WebAssembly.instantiateStreaming;
WebAssembly.instantiateStreaming = (...parts) => plainStart(...parts).catch((error) => {
  if (!session) lost("start", error);
  throw error;
});
addEventListener("unhandledrejection", (event) => { if (session) lost("crash", event.reason); });

const text = async (name) => (await fetch(own(name, setup))).text();

const boot = async () => {
  const core = `${new URL("pyodide/", import.meta.url)}`;
  const { loadPyodide, version } = await import(`${core}pyodide.mjs`);
  const packages = setup.packages ? core : `https://cdn.jsdelivr.net/pyodide/v${version}/full/`;
  source = new URL(packages).host;
  const lock = await (await fetch(`${core}pyodide-lock.json`)).json();
  const wheel = fetch(own(setup.wheel, setup)).then((answer) => answer.arrayBuffer());
  const modules = Promise.all(["run.py", "run_needs.py"].map(text));
  const all = Promise.all([wheel, modules]);
  all.catch(() => {}); // it is looked at below, after Pyodide
  python = await loadPyodide({
    indexURL: core,
    lockFileContents: lock,
    packageBaseUrl: packages,
    // What is drawn is drawn for the page, as in the book's build.
    env: { EMBEDLAB_STATIC_PAGE: "1", MPLBACKEND: "agg" },
  });
  const [embedlab, [run, needs]] = await all;
  python.unpackArchive(embedlab, "wheel");
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

// Load what a cell imports, and say so; Pyodide does not load anything twice.
const load = async (names) => {
  const missing = names.filter((name) => !(name in python.loadedPackages));
  if (!missing.length) return;
  loaded = 0;
  tell("loading", { what: `${missing.join(", ")} from ${source}` });
  await python.loadPackage(missing, { messageCallback() {}, errorCallback() {} });
  const left = missing.find((name) => !(name in python.loadedPackages));
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
