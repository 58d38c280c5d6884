// Shows what pyodide.mjs has to tell over the notebook, until the reader closes it.
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

new BroadcastChannel("kernel-notices").addEventListener("message", ({ data }) => show(data));
