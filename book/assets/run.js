// Gives each code cell of a page the buttons Run, Edit and Reset. Python (run-worker.js) is fetched
// at the first press of Run and not before. Cells share one Python, as in a notebook, and a cell
// runs after all cells above it: those that have not run yet run first.
// The syntax is that of 2017, so that a browser too old for WebAssembly can say so.
(() => {
  const script = document.currentScript;
  const setup = Object.assign({}, script.dataset);
  const MEGABYTE = 1e6;
  // What the page shows of a value: the first of these that the value has.
  const PREFERRED = ["text/html", "image/svg+xml", "image/png", "image/jpeg", "text/plain"];
  let worker;
  let job; // the cell that Python runs now, with the function that ends it
  let asked; // the cell whose button was pressed: its line says what goes on
  let queue = Promise.resolve();
  let epoch = 0; // a stop ends what was queued before it

  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  const say = (cell, text, trouble) => {
    cell.status.textContent = text;
    cell.status.classList.toggle("run-trouble", Boolean(trouble));
    cell.bytes.textContent = "";
    cell.again.hidden = trouble !== "again";
  };
  const plural = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;

  // Outputs. The cell's own stay until the first new one comes or the cell has ended.
  const begin = (cell) => {
    cell.fresh = make("div", { className: "cell_output docutils container run-output" });
    cell.stream = undefined;
    cell.box.classList.add("run-waits");
    cell.reset.setAttribute("aria-disabled", "true");
  };
  const place = (cell) => {
    if (cell.fresh === cell.output) return;
    if (cell.output) cell.output.replaceWith(cell.fresh);
    else cell.tools.after(cell.fresh);
    cell.output = cell.fresh;
    cell.box.classList.remove("run-waits");
  };
  const framed = (kind, highlight) => {
    const pre = make("pre");
    const frame = make("div", { className: `output ${kind} ${highlight || "highlight-myst-ansi"} notranslate` },
      make("div", { className: "highlight" }, pre));
    return { frame, pre };
  };
  const print = (cell, kind, text) => {
    if (!cell.stream || cell.stream.kind !== kind) {
      const made = framed(kind === "stderr" ? "stderr" : "stream");
      cell.stream = { kind, pre: made.pre };
      cell.fresh.append(made.frame);
    }
    // A progress bar goes back to the start of its line.
    const pre = cell.stream.pre;
    if (!text.includes("\r")) pre.append(text);
    else pre.textContent = (pre.textContent + text).replace(/\r\n/g, "\n").replace(/[^\n]*\r/g, "");
  };
  const image = (mime, data) => {
    const url = mime === "image/svg+xml" ? `data:${mime},${encodeURIComponent(data)}` : `data:${mime};base64,${data}`;
    return make("img", { src: url, alt: "Picture made by this cell" });
  };
  const display = (cell, forms) => {
    const mime = PREFERRED.find((name) => name in forms);
    cell.stream = undefined;
    if (mime === "text/html") {
      cell.fresh.append(make("div", { className: "output text_html", innerHTML: forms[mime] }));
      // explorer.js makes what is new alive.
      cell.fresh.dispatchEvent(new CustomEvent("newoutput", { bubbles: true }));
    } else if (mime === "text/plain") {
      const made = framed("text_plain");
      made.pre.textContent = forms[mime];
      cell.fresh.append(made.frame);
    } else {
      cell.fresh.append(make("div", { className: "output" }, image(mime, forms[mime])));
    }
  };
  const showError = (cell, text) => {
    const made = framed("traceback", "highlight-ipythontb");
    made.pre.textContent = text;
    cell.fresh.append(made.frame);
  };
  const show = (cell, type, data) => {
    if (type === "clear") { cell.fresh.textContent = ""; cell.stream = undefined; return; }
    place(cell);
    if (type === "display") display(cell, JSON.parse(data)); else print(cell, type, data);
  };

  // The worker.
  const end = (result) => {
    if (!job) return;
    const { cell, resolve } = job;
    job = undefined;
    cell.box.classList.remove("run-waits");
    cell.reset.removeAttribute("aria-disabled");
    resolve(result);
  };
  const kill = () => {
    // What it has sent already may still arrive, and must not end the next run.
    if (worker) { worker.onmessage = worker.onerror = null; worker.terminate(); }
    worker = undefined;
    cells.forEach((cell) => { cell.ran = undefined; });
  };
  const hear = ({ data }) => {
    if (!job) return;
    if (data.kind !== "bytes") worker.ready = true; // Python is there, or lost
    if (data.kind === "output") show(job.cell, data.type, data.data);
    else if (data.kind === "loading") say(asked, `Loading ${data.what} (once a page).`);
    else if (data.kind === "running") say(asked, asked.plan);
    else if (data.kind === "bytes") {
      const whole = worker.ready ? "" : ` of ${(setup.bytes / MEGABYTE).toFixed(1)}`;
      asked.bytes.textContent = `${(data.loaded / MEGABYTE).toFixed(1)}${whole} MB`;
    } else if (data.kind === "failed") {
      if (data.fatal) kill();
      end({ failed: data.reason, what: data.what });
    } else {
      end(data);
    }
  };
  const modulesWork = () => {
    let asks = false;
    try {
      new Worker("data:,", { get type() { asks = true; return "module"; } }).terminate();
    } catch (error) { /* it did not ask, or it may not */ }
    return asks;
  };
  const cannot = () => {
    if (typeof WebAssembly !== "object" || typeof Worker !== "function" || !modulesWork()) return "browser";
    return location.protocol === "file:" ? "file" : "";
  };
  const start = () => {
    worker = new Worker(new URL(`run-worker.js?v=${setup.version}`, script.src), { type: "module" });
    worker.onmessage = hear;
    worker.onerror = (event) => {
      event.preventDefault();
      kill();
      // A script that did not come has nothing to say; one that failed has.
      end(event.message ? { failed: "crash", what: event.message } : { failed: "download", what: "run-worker.js" });
    };
    say(asked, "Loading Python from this site (once a page).");
  };

  // What went wrong, and what to do, in one sentence each.
  const REASONS = {
    browser: () => ["Running code needs WebAssembly and module workers, which this browser does not have: update it, or open the page in another one."],
    file: () => ["Code runs only on pages that come from a server: open the book at its address, or serve its folder on this machine."],
    download: (what) => [navigator.onLine === false
      ? `You are offline, and ${what} could not be loaded: connect, then try again.`
      : `${what} could not be loaded: check the connection (or whether a filter blocks it), then try again.`, "again"],
    tampered: (what) => [`${what} was not used, because it is not the file that this book expects: try again on another network.`, "again"],
    gone: (what) => [`${what} is no longer on this site, which is a newer one than this page: reload the page.`],
    absent: (what) => [`This site does not hold the Python package ${what}, and asks no other one for it.`],
    start: (what) => [`Python could not be started (${what}): check the connection, update the browser if it is old, then try again.`, "again"],
    crash: (what) => [`Python ended, most likely for want of memory (${what}): make the numbers smaller, then try again; all cells start anew.`, "again"],
  };
  const link = (href, text) => make("a", { href, textContent: text });
  const linkTo = (cell) => link(`#${cell.box.id}`, `cell ${cell.number}`);
  const lacking = (cell, ...parts) => {
    say(cell, "", "plain");
    cell.status.append(...parts, ", which a browser does not have: ",
      Object.assign(link(setup.notebook, "run the page as a notebook"), { download: "" }), " on your own machine instead.");
  };
  const explain = (cell, result) => {
    if (result.stopped) {
      say(cell, "Stopped: all variables are lost, so the next run starts anew with the first cell.");
    } else if (result.failed) {
      const [text, trouble] = REASONS[result.failed](result.what);
      say(cell, text, trouble || "plain");
    } else if (result.loaded) {
      say(cell, `This cell needs ${result.loaded}, which is loaded now: run it again.`, "again");
    } else if (result.because) {
      lacking(cell, "This cell needs ", linkTo(result.because), `, and that one ${result.missing}`);
    } else if (result.missing) {
      lacking(cell, `This cell needs ${result.missing}`);
    } else if (result.name === "MemoryError") {
      say(cell, "The browser gives Python no more memory: make the numbers smaller, then run the cell again.", "plain");
    } else {
      say(cell, result.name ? `Ended with ${result.name}.` : "Done.");
    }
  };

  const source = (cell) => (cell.editor ? cell.editor.value : cell.code);
  const runOne = (cell) => new Promise((resolve) => {
    const code = source(cell);
    const reason = worker ? "" : cannot();
    if (reason) { resolve({ failed: reason }); return; }
    if (!worker) start();
    begin(cell);
    job = { cell, resolve };
    worker.postMessage({ setup, code, number: cell.number });
  }).then((result) => {
    if (result.stopped || result.failed) return result;
    place(cell);
    // A variable or file may be missing because the cell that makes it could not run here.
    const maker = result.variable && cells.slice(0, cell.number - 1)
      .find((one) => one.lacks && source(one).includes(result.variable));
    if (maker) { result.missing = maker.lacks; result.because = maker; }
    if (result.error) showError(cell, result.error);
    // What a browser lacks it will lack the next time too.
    if (!result.loaded && (!result.error || result.missing)) cell.ran = source(cell);
    cell.lacks = result.missing;
    cell.reset.hidden = false;
    return result;
  });

  const busy = (cell, is) => {
    cell.run.setAttribute("aria-disabled", String(is));
    cell.stop.hidden = !is;
  };
  const runWithEarlier = async (cell) => {
    asked = cell;
    const earlier = cells.slice(0, cell.number - 1).filter((one) => one.ran !== source(one));
    const n = earlier.length;
    let result;
    for (let i = 0; i <= n; i += 1) {
      const one = i < n ? earlier[i] : cell;
      cell.plan = i < n ? `Running ${plural(n, "earlier cell")} first: ${i + 1} of ${n}.` : "Running.";
      say(cell, cell.plan);
      result = await runOne(one);
      if (result.stopped || result.failed) break;
      if (one !== cell) {
        explain(one, result);
        if (result.loaded) i -= 1;
        else if (result.error && !result.missing) {
          say(cell, "Not run: ", "plain");
          cell.status.append(linkTo(one), `, which comes first, ended with ${result.name}.`);
          return;
        }
      }
    }
    explain(cell, result);
  };
  const press = (cell) => {
    if (!cell.stop.hidden) return;
    const mine = epoch;
    const turn = {};
    cell.turn = turn;
    busy(cell, true);
    say(cell, job ? "Waiting for the cell that runs now." : "");
    const details = cell.box.querySelector("details.below-input");
    if (details) details.open = true;
    queue = queue.then(async () => {
      if (cell.turn !== turn) return;
      try {
        if (mine === epoch) await runWithEarlier(cell);
        else say(cell, "Stopped before it ran.");
      } catch (error) { // ours, not the reader's; the cells that wait have their turn all the same
        say(cell, `This page failed to run the cell (${error.message}): reload the page.`, "plain");
      }
      busy(cell, false);
    });
  };
  const stop = (cell) => {
    cell.run.focus();
    if (job && asked !== cell) { // it only waits
      cell.turn = undefined;
      busy(cell, false);
      say(cell, "Not run.");
      return;
    }
    epoch += 1;
    kill();
    end({ stopped: true });
  };

  // The editor is a plain text field: Tab leaves it, as it leaves any other.
  const fit = (editor) => { editor.rows = editor.value.split("\n").length; };
  const onKey = (cell, event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    event.preventDefault();
    if (event.shiftKey) { press(cell); return; }
    const { value, selectionStart: at } = cell.editor;
    const line = value.slice(value.lastIndexOf("\n", at - 1) + 1, at);
    const indent = line.match(/^ */)[0] + (/:\s*$/.test(line) ? "    " : "");
    // The only way to insert text that Ctrl+Z takes back.
    document.execCommand("insertText", false, `\n${indent}`);
  };
  const edit = (cell) => {
    const help = make("p", { className: "run-help", id: `run-help-${cell.number}`,
      textContent: "Shift+Enter runs the cell. Tab leaves the editor; Enter keeps the indentation. What you write is gone when you leave the page." });
    cell.editor = make("textarea", { className: "run-editor", value: cell.code, spellcheck: false, autocapitalize: "off" });
    cell.editor.setAttribute("autocorrect", "off");
    cell.editor.setAttribute("aria-label", `Code of cell ${cell.number}`);
    cell.editor.setAttribute("aria-describedby", help.id);
    cell.editor.addEventListener("input", () => { fit(cell.editor); });
    cell.editor.addEventListener("keydown", (event) => { onKey(cell, event); });
    fit(cell.editor);
    cell.help = help;
    cell.highlight.hidden = true;
    cell.highlight.after(cell.editor, help);
    const details = cell.input.closest("details.above-input");
    if (details) details.open = true;
    cell.edit.hidden = true;
    cell.reset.hidden = false;
    cell.editor.focus();
  };
  const reset = (cell) => {
    if (job && job.cell === cell) return;
    if (cell.editor) { cell.editor.remove(); cell.help.remove(); }
    cell.editor = undefined;
    cell.highlight.hidden = false;
    if (cell.output && cell.original) cell.output.replaceWith(cell.original);
    else if (cell.output) cell.output.remove();
    cell.output = cell.original;
    cell.edit.hidden = false;
    cell.reset.hidden = true;
    say(cell, "");
    cell.run.focus();
  };

  const button = (text, label, action) => {
    const element = make("button", { type: "button", textContent: text });
    element.setAttribute("aria-label", label);
    element.addEventListener("click", action);
    return element;
  };
  const equip = (box, i) => {
    const input = box.querySelector(".cell_input");
    const original = box.querySelector(".cell_output") || undefined;
    const number = i + 1;
    if (!box.id) box.id = `run-cell-${number}`;
    const cell = { box, input, number, original, output: original, highlight: input.firstElementChild,
      code: input.querySelector("pre").textContent.replace(/\n$/, "") };
    cell.run = button("Run", `Run cell ${number}`, () => { press(cell); });
    cell.stop = button("Stop", `Stop cell ${number}`, () => { stop(cell); });
    cell.edit = button("Edit", `Edit cell ${number}`, () => { edit(cell); });
    cell.reset = button("Reset", `Reset cell ${number}`, () => { reset(cell); });
    cell.again = button("Try again", `Try again to run cell ${number}`, () => { press(cell); cell.run.focus(); });
    cell.stop.hidden = cell.reset.hidden = cell.again.hidden = true;
    cell.status = make("span", { className: "run-status" });
    cell.status.setAttribute("role", "status");
    // For eyes only: a number that changes all the time is not to be read out.
    cell.bytes = make("span", { className: "run-bytes" });
    cell.bytes.setAttribute("aria-hidden", "true");
    cell.tools = make("div", { className: "run-tools" },
      cell.run, cell.stop, cell.edit, cell.reset, cell.status, cell.bytes, cell.again);
    cell.tools.setAttribute("role", "group");
    cell.tools.setAttribute("aria-label", `Cell ${number}`);
    // Code may be folded away; then the buttons stay, unless the output is folded away with it.
    const fold = input.closest("details.above-input");
    (fold && !fold.contains(original || null) && !box.classList.contains("tag_hide-cell") ? fold : input).after(cell.tools);
    return cell;
  };
  const cells = [...document.querySelectorAll("div.cell")].filter((box) => box.querySelector(".cell_input pre")).map(equip);
})();
