// What keys do in the month's grid: one key a cell, a small editor where one key is not enough,
// the choice of leave, and the buttons above the grid.
"use strict";

(() => {
  const grid = window.monthGrid;
  if (!grid) return;
  const { table, config } = grid;
  const tools = document.getElementById("grid-tools");
  if (tools) tools.hidden = false;

  const QUICK_DIGITS = "23456789";
  const letters = new Set([config.full, "K", "X", ...config.leave.map(([letter]) => letter)]);
  let editor = null;
  let last = null; // the last cell filled by one digit, to go on with a decimal point

  const isFree = (cell) => !cell.dataset.l && !cell.querySelector(".shifts");

  // One key fills the range; a single cell is filled and left downwards.
  function fill(text) {
    const cells = grid.range();
    if (cells.length === 1 && !isFree(cells[0])) {
      grid.openDay(cells[0]);
      return;
    }
    grid.enter(cells.filter((cell) => cell.dataset.l !== "out").map((cell) => ({ cell, text })));
    last = cells.length === 1 && QUICK_DIGITS.includes(text) ? { cell: cells[0], text } : null;
    if (cells.length === 1) grid.step(1, 0);
  }

  function edit(cell, text) {
    if (!isFree(cell)) {
      grid.openDay(cell);
      return;
    }
    editor = document.createElement("input");
    editor.className = "cell-editor";
    editor.maxLength = 20;
    editor.value = text;
    editor.setAttribute("aria-label", `${grid.nameOf(cell)} ${grid.dateOf(grid.dayOf(cell))}`);
    editor.autocomplete = "off";
    editor.shownAfter = [...cell.childNodes];
    cell.replaceChildren(editor);
    editor.focus();
    let isOver = false;

    const finish = (isKept) => {
      if (isOver) return;
      isOver = true;
      const value = editor.value.trim();
      const { shownAfter } = editor;
      editor = null;
      cell.replaceChildren(...shownAfter);
      const isChanged = isKept && value !== text.trim();
      if (isChanged || (isKept && value && text !== grid.plain(cell))) grid.enter([{ cell, text: value }]);
    };
    editor.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const ends = { Enter: [true, event.shiftKey ? -1 : 1, 0], Tab: [true, 0, event.shiftKey ? -1 : 1], Escape: [false, 0, 0],
        ArrowDown: [true, 1, 0], ArrowUp: [true, -1, 0] };
      event.stopPropagation();
      if (!(event.key in ends)) return;
      event.preventDefault();
      const [isKept, down, right] = ends[event.key];
      finish(isKept);
      grid.step(down, right);
    });
    // Whoever clicks elsewhere stays there.
    editor.addEventListener("blur", () => finish(true));
  }

  const dialog = document.getElementById("leave-dialog");

  const halves = [...(dialog?.querySelectorAll("[name=leave-half]") ?? [])];

  function chooseLeave() {
    halves[0].checked = true;
    dialog.showModal();
    dialog.querySelector("[data-text]").focus();
  }

  dialog?.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-text]") : null;
    if (!button) return;
    dialog.close();
    fill(button.dataset.text + halves.find((half) => half.checked).value);
  });
  dialog?.addEventListener("keydown", (event) => {
    const key = event.key.toUpperCase();
    const half = halves.find((each) => each.value && each.value === key);
    if (half) half.checked = true;
    const button = dialog.querySelector(`[data-text="${CSS.escape(key)}"]`);
    if (!button || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    button.click();
  });

  // Copy the first row of the range down, or its first column to the right.
  function spread(isDown) {
    const { top, left } = grid.bounds();
    const entries = grid.range().flatMap((cell) => {
      const place = grid.placeOf(cell);
      const from = isDown ? grid.cellAt(top, place.column) : grid.cellAt(place.row, left);
      const text = grid.plain(from);
      return from === cell || !text ? [] : [{ cell, text }];
    });
    grid.enter(entries);
  }

  function command(key, isShift) {
    const commands = { z: isShift ? grid.redo : grid.undo, y: grid.redo, d: () => spread(true), r: () => spread(false) };
    if (!(key in commands)) return false;
    commands[key]();
    return true;
  }

  function type(event) {
    const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
    if (key === "Enter" || key === "F2") edit(grid.active(), grid.plain(grid.active()));
    else if (key === " ") grid.openDay(grid.active());
    else if (key === "Delete" || key === "Backspace") clear();
    else if (key === "Q") chooseLeave();
    else if (QUICK_DIGITS.includes(key) || letters.has(key)) fill(key);
    else if (key === "." && last) {
      const place = grid.placeOf(last.cell);
      grid.go(place.row, place.column);
      edit(last.cell, `${last.text}.`);
    } else if (key.length === 1 && /[0-9:：.。\u4e00-\u9fff√✓]/.test(key)) edit(grid.active(), event.key);
    else return false;
    return true;
  }

  function clear() {
    const cells = grid.range().filter((cell) => cell.dataset.t);
    if (cells.length === 1 && !isFree(cells[0])) grid.openDay(cells[0]);
    else grid.enter(cells.map((cell) => ({ cell, text: "" })));
  }

  table.addEventListener("keydown", (event) => {
    if (editor || event.isComposing || !grid.isDay(event.target)) return;
    const isCommand = event.ctrlKey || event.metaKey;
    let isTaken = grid.move(event);
    if (isTaken) last = null;
    if (!isTaken && config.isEditable && !event.altKey) {
      isTaken = isCommand ? command(event.key.toLowerCase(), event.shiftKey) : type(event);
    }
    if (isTaken) event.preventDefault();
  });
  table.addEventListener("dblclick", (event) => {
    const cell = event.target instanceof Element ? event.target.closest("td") : null;
    if (config.isEditable && cell && grid.isDay(cell)) grid.openDay(cell);
  });
  document.addEventListener("keydown", (event) => {
    const isField = event.target instanceof Element && event.target.closest("input, textarea, select, dialog");
    const isUndo = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z";
    if (!config.isEditable || isField || !isUndo || table.contains(event.target)) return;
    event.preventDefault();
    grid.undo();
  });

  // Everybody full today: whoever works today and has no record yet.
  document.getElementById("grid-full")?.addEventListener("click", () => {
    const cells = grid.rows.map((_row, index) => grid.cellAt(index, config.today - 1));
    const empty = cells.filter((cell) => !cell.dataset.l && (grid.is(cell, "ahead") || grid.is(cell, "missing")));
    if (empty.length) grid.enter(empty.map((cell) => ({ cell, text: config.full })));
    else document.getElementById("save-state").textContent = grid.say("allFull", config.today);
  });
})();
