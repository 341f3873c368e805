"use strict";
(() => {
  const form = document.getElementById("filter");
  const box = document.getElementById("needle");
  const said = form.querySelector("output");
  const rows = Array.from(document.querySelectorAll("#rows tbody tr"), (row) => [row, row.textContent.toLowerCase()]);
  const apply = () => {
    const needle = box.value.trim().toLowerCase();
    let shown = 0;
    for (const [row, text] of rows) {
      row.hidden = !text.includes(needle);
      shown += row.hidden ? 0 : 1;
    }
    said.textContent = `${shown} of ${rows.length}`;
  };
  const fromAddress = () => {
    const at = location.hash.match(/^#filter=(.*)$/);
    if (at === null) return;
    try {
      box.value = decodeURIComponent(at[1]);
    } catch {
      box.value = at[1];
    }
    apply();
  };
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  box.addEventListener("input", apply);
  addEventListener("hashchange", fromAddress);
  fromAddress();
})();
