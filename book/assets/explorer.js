// Makes the explorers (embedlab.widgets) live. Each one stands in the page as a still picture with
// its Vega-Lite specification beside it; Vega is fetched from this site when the first one comes
// near the window, so a page without explorers, or a reader who never scrolls there, loads nothing.
(() => {
  const script = document.currentScript.src;
  let vega;
  let failures = 0;

  const loadVega = () => (vega ??= new Promise((resolve, reject) => {
    const tag = document.createElement("script");
    tag.type = "module";
    // A module that did not come is not asked for again under the same address (Firefox).
    tag.src = new URL(`vega-embed.js${failures ? `?again=${failures}` : ""}`, script);
    tag.onload = () => resolve(window.embedExplorer);
    tag.onerror = () => {
      vega = undefined;
      failures += 1;
      reject(new Error("vega-embed.js did not load"));
    };
    document.head.append(tag);
  }));

  // A button that steps through a slider as a film, half a second a step, and stops at its end.
  const addPlayer = (live, view, name) => {
    const slider = live.querySelector(`input[type="range"][name="${name}"]`);
    const button = document.createElement("button");
    let timer;
    const stop = () => { clearInterval(timer); timer = undefined; button.textContent = "▶ Play"; };
    const step = () => {
      const next = Number(slider.value) + Number(slider.step);
      if (next > Number(slider.max)) { stop(); return; }
      view.signal(name, next).runAsync();
    };
    button.type = "button";
    button.className = "explorer-play";
    button.onclick = () => {
      if (timer) { stop(); return; }
      if (Number(slider.value) >= Number(slider.max)) view.signal(name, Number(slider.min)).runAsync();
      timer = setInterval(step, 500);
      button.textContent = "❚❚ Pause";
    };
    stop();
    live.append(button);
  };

  const enliven = async (figure) => {
    const stage = figure.querySelector(".explorer-stage");
    const note = figure.querySelector(".explorer-note");
    try {
      const embed = await loadVega();
      const spec = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
      const live = document.createElement("div");
      const { view } = await embed(live, spec, { actions: false, renderer: "svg" });
      stage.replaceWith(live);
      live.className = "explorer-live";
      // Vega's controls stand in a form: Enter would send it, and load the page anew.
      live.addEventListener("submit", (event) => event.preventDefault());
      if (spec.usermeta?.play) addPlayer(live, view, spec.usermeta.play);
      figure.view = view;
      figure.dataset.live = "true";
      note.hidden = true;
      if (document.activeElement === figure) live.querySelector("input, select")?.focus();
    } catch (error) {
      note.textContent = "The interactive version could not be loaded; the still picture remains. Reload the page to try again.";
      console.warn("explorer:", error.message);
    }
    figure.removeAttribute("tabindex");
  };

  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((e) => e.isIntersecting)) {
      watcher.unobserve(entry.target);
      enliven(entry.target);
    }
  }, { rootMargin: "300px" });
  const watch = (part) => part.querySelectorAll("figure.explorer").forEach((figure) => {
    if (figure.dataset.live) return;
    watcher.observe(figure);
    // Until its controls are there, Tab stops at the whole, and goes on to the first of them.
    figure.tabIndex = 0;
  });
  watch(document);
  // What a reader's own run of a cell (run.js) shows.
  document.addEventListener("newoutput", (event) => watch(event.target));
})();
