// Blocks of cells to and from Excel or WPS: copied as tab-separated text, pasted after a look at what
// it will change. What cannot be understood is marked and stays to be read.
"use strict";

(() => {
  const grid = window.monthGrid;
  if (!grid) return;
  const { table, rows, dayCount, say, config } = grid;

  const isHere = () => table.contains(document.activeElement) && document.activeElement.tagName !== "INPUT";

  document.addEventListener("copy", (event) => {
    if (!isHere()) return;
    const { top, bottom, left, right } = grid.bounds();
    const lines = [];
    for (let row = top; row <= bottom; row += 1) {
      const texts = [];
      for (let column = left; column <= right; column += 1) texts.push(grid.plain(grid.cellAt(row, column)));
      lines.push(texts.join("\t"));
    }
    event.clipboardData.setData("text/plain", lines.join("\r\n"));
    event.preventDefault();
    const state = document.getElementById("save-state");
    if (state) state.textContent = say("copied", grid.range().length);
  });

  if (!config.isEditable) return;

  const dialog = document.getElementById("paste-dialog");
  const field = document.getElementById("paste-field");
  const box = document.getElementById("paste-text");
  const apply = document.getElementById("paste-apply");
  let entries = [];

  // Place a block at the range's first cell; a single value fills the whole range.
  function place(block) {
    const chosen = grid.range();
    if (block.length === 1 && block[0].length === 1) {
      return { found: chosen.map((cell) => ({ cell, text: block[0][0] })), outside: 0 };
    }
    const { top, left } = grid.bounds();
    const found = [];
    let outside = 0;
    block.forEach((line, down) => {
      line.forEach((text, right) => {
        if (!text.trim()) return;
        if (top + down >= rows.length || left + right >= dayCount) outside += 1;
        else found.push({ cell: grid.cellAt(top + down, left + right), text: text.trim() });
      });
    });
    return { found, outside };
  }

  function list(element, texts) {
    element.replaceChildren(
      ...texts.map((text) => {
        const item = document.createElement("li");
        item.textContent = text;
        return item;
      }),
    );
  }

  function reset() {
    apply.hidden = true;
    document.getElementById("paste-place").textContent = "";
    list(document.getElementById("paste-counts"), []);
    document.getElementById("paste-faults").hidden = true;
  }

  async function preview(text) {
    const block = window.cellsOf(text);
    const { found, outside } = place(block);
    entries = found.filter((entry) => entry.text !== "");
    if (entries.length === 1 && !outside && field.hidden) {
      grid.enter(entries);
      return;
    }
    reset();
    const place0 = grid.bounds();
    const first = grid.cellAt(place0.top, place0.left);
    document.getElementById("paste-place").textContent =
      say("pasteFrom", block.length, block[0].length, grid.nameOf(first), grid.dateOf(grid.dayOf(first)));
    if (!dialog.open) dialog.showModal();
    let answer;
    try {
      answer = await grid.look(entries);
    } catch {
      answer = { message: say("offline", entries.length) };
    }
    if (!answer.results) {
      list(document.getElementById("paste-counts"), [answer.message ?? say("failed", entries.length)]);
      return;
    }
    const of = (outcome) => answer.results.filter((result) => result.outcome === outcome);
    const faults = of("refused");
    const counts = [say("willChange", of("saved").length + of("conflict").length), say("same", of("unchanged").length)];
    if (faults.length) counts.push(say("notUnderstood", faults.length));
    if (outside) counts.push(say("outside", outside));
    list(document.getElementById("paste-counts"), counts);
    const told = faults.map((result) => {
      const cell = grid.find(...result.cell);
      const entry = entries.find((each) => each.cell === cell);
      return `${grid.nameOf(cell)} ${grid.dateOf(result.cell[1])} “${entry.text}”：${result.message} ${result.hint ?? ""}`;
    });
    list(document.querySelector("#paste-faults ul"), told.slice(0, 50));
    document.getElementById("paste-faults").hidden = !faults.length;
    apply.hidden = false;
    apply.focus();
  }

  document.addEventListener("paste", (event) => {
    if (!isHere()) return;
    event.preventDefault();
    field.hidden = true;
    preview(event.clipboardData.getData("text/plain"));
  });
  document.getElementById("grid-paste").addEventListener("click", () => {
    field.hidden = false;
    box.value = "";
    reset();
    dialog.showModal();
    box.focus();
  });
  document.getElementById("paste-look").addEventListener("click", () => {
    if (box.value.trim()) preview(box.value);
  });
  apply.addEventListener("click", () => {
    dialog.close();
    grid.enter(entries);
    grid.active().focus({ preventScroll: true });
  });
})();
