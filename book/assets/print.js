// A page is printed in light colors with all that is folded open, and is put back afterwards.
(() => {
  const root = document.documentElement;
  let opened = [];
  let theme;
  addEventListener("beforeprint", () => {
    theme = root.dataset.theme;
    root.dataset.theme = "light";
    opened = [...document.querySelectorAll("article details:not([open])")].map((box) => {
      const { name } = box;
      box.removeAttribute("name"); // of those with one name, one alone can be open
      box.open = true;
      return [box, name];
    });
  });
  addEventListener("afterprint", () => {
    root.dataset.theme = theme;
    for (const [box, name] of opened) {
      box.open = false;
      if (name) box.name = name;
    }
  });
})();
