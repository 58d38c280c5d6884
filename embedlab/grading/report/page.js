"use strict";
// Sorting by a click on a head, and a filter by name. Without this the table is whole as well.
const table = document.querySelector("#students table");
if (table) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  const byName = new Intl.Collator("en", { numeric: true });

  const compare = (one, other) => {
    const [x, y] = [parseFloat(one), parseFloat(other)];
    if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y;
    return byName.compare(one, other);
  };

  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(head.firstElementChild);
    head.prepend(button);
    button.addEventListener("click", () => {
      const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      heads.forEach((each) => each.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
      const value = (row) => row.cells[column].textContent;
      // Whoever has nothing in this column comes last, whichever way it is sorted.
      const empty = (row) => ["", "–"].includes(value(row));
      rows.sort((a, b) => empty(a) - empty(b) || sign * compare(value(a), value(b)));
      body.append(...rows);
    });
  });

  const box = document.querySelector(".filter");
  const said = box.querySelector("output");
  // Letters without their marks, so that a plain keyboard finds everybody.
  const letters = { ı: "i", ł: "l", ø: "o", đ: "d", ß: "ss", æ: "ae", œ: "oe", þ: "th", ð: "d" };
  const plain = (text) =>
    text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/[ıłøđßæœþð]/g, (c) => letters[c]);
  const names = new Map(rows.map((row) => [row, plain(row.cells[0].textContent)]));
  box.querySelector("input").addEventListener("input", (event) => {
    const wanted = plain(event.target.value.trim());
    for (const row of rows) row.hidden = !names.get(row).includes(wanted);
    const shown = rows.filter((row) => !row.hidden).length;
    said.textContent = wanted ? `${shown} of ${rows.length} shown` : "";
  });
  box.hidden = false;
}
