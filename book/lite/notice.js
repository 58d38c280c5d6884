// Shows over the notebook, until the reader closes it, what pyodide.mjs has to tell, that it has not
// come, and that the browser keeps nothing. It runs before JupyterLite does.
const PATIENCE = 60_000; // milliseconds after which pyodide.mjs should have been loaded
let text;

function show(message) {
  if (!text) {
    const notice = document.createElement("div");
    notice.setAttribute("role", "alert");
    notice.style.cssText =
      "position:fixed;bottom:0;left:0;right:0;z-index:9999;padding:.75rem 1rem;display:flex;gap:1rem;" +
      "align-items:center;background:#7a1f1f;color:#fff;font:1rem/1.4 system-ui,sans-serif";
    text = document.createElement("span");
    text.style.cssText = "flex:1;overflow-wrap:anywhere";
    const close = document.createElement("button");
    close.textContent = "Close";
    close.style.cssText = "font:inherit;padding:.25rem .75rem";
    close.addEventListener("click", () => {
      notice.remove();
      text = undefined;
    });
    notice.append(text, close);
    document.body.append(notice);
  }
  text.textContent = message;
}

function listen() {
  const slow = setTimeout(
    () => show("Python has not begun to load within a minute. Check your connection and reload the page."),
    PATIENCE,
  );
  new BroadcastChannel("kernel-notices").addEventListener("message", ({ data }) => {
    clearTimeout(slow);
    if (data) show(data);
  });
}

// Without any storage JupyterLite opens no notebook; with this one it does, for as long as its page
// is open.
function memory() {
  const kept = new Map();
  return {
    get length() { return kept.size; },
    key: (i) => [...kept.keys()][i] ?? null,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => { kept.set(key, `${value}`); },
    removeItem: (key) => { kept.delete(key); },
    clear: () => kept.clear(),
  };
}
function keepsNothing() {
  try {
    localStorage.setItem("storage-is-allowed", "");
    localStorage.removeItem("storage-is-allowed");
    return false;
  } catch {
    return true;
  }
}

const denied = keepsNothing();
if (denied) Object.defineProperty(window, "localStorage", { value: memory() });
addEventListener("DOMContentLoaded", () => {
  if (location.pathname.includes("/notebooks/")) listen();
  if (denied) {
    show("This browser keeps no data of this site, so your work is lost when you leave or reload the " +
      "page: download the notebook before you do (menu File, Download).");
  }
});
