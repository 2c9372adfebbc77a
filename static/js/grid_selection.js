// Moving about in the month's grid: one tab stop, a focused cell, and a range around it.
"use strict";

(() => {
  const grid = window.monthGrid;
  if (!grid) return;
  const { table, rows, dayCount } = grid;
  const PAGE = 10;
  let active = null;
  let anchor = null;
  let isDragging = false;
  let isLeaving = false;

  const clamp = (value, most) => Math.min(Math.max(value, 0), most);
  const line = document.getElementById("cell-line");

  function bounds() {
    const [one, other] = [grid.placeOf(active), anchor];
    return {
      top: Math.min(one.row, other.row), bottom: Math.max(one.row, other.row),
      left: Math.min(one.column, other.column), right: Math.max(one.column, other.column),
    };
  }

  // The cells of the range, row by row.
  function range() {
    const { top, bottom, left, right } = bounds();
    const found = [];
    for (let row = top; row <= bottom; row += 1) {
      for (let column = left; column <= right; column += 1) found.push(grid.cellAt(row, column));
    }
    return found;
  }

  let marked = [];

  function mark() {
    for (const cell of marked) {
      cell.classList.remove("in-range");
      cell.removeAttribute("aria-selected");
    }
    marked = range();
    for (const cell of marked) {
      cell.setAttribute("aria-selected", "true");
      if (marked.length > 1) cell.classList.add("in-range");
    }
  }

  function describe() {
    if (!line) return;
    const parts = [`${grid.nameOf(active)} ${grid.dateOf(grid.dayOf(active))} ${active.title}`.trim()];
    if (active.dataset.l) parts.push(grid.say(`lock_${active.dataset.l}`));
    if (active.dataset.fault) parts.push(active.dataset.fault);
    if (marked.length > 1) parts.push(grid.say("selected", marked.length));
    line.textContent = parts.join(" · ");
  }

  // Make a cell the focused one; with ``extend`` the range reaches from where it began to here.
  function go(row, column, { extend = false, focus = true } = {}) {
    const cell = grid.cellAt(clamp(row, rows.length - 1), clamp(column, dayCount - 1));
    if (active && active !== cell) {
      active.removeAttribute("tabindex");
      active.removeAttribute("aria-describedby");
    }
    active = cell;
    if (!extend || !anchor) anchor = grid.placeOf(cell);
    cell.tabIndex = 0;
    cell.setAttribute("aria-describedby", "cell-line");
    mark();
    describe();
    if (focus) {
      cell.focus({ preventScroll: true });
      cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }

  function step(rowsDown, columnsRight, options) {
    const place = grid.placeOf(active);
    go(place.row + rowsDown, place.column + columnsRight, options);
  }

  const STEPS = {
    ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-PAGE, 0], PageDown: [PAGE, 0],
  };

  // Move by a key; tells whether the key was one of moving.
  function move(event) {
    const far = event.ctrlKey || event.metaKey;
    const options = { extend: event.shiftKey };
    const place = grid.placeOf(active);
    if (event.key === "Tab") {
      const next = place.column + (event.shiftKey ? -1 : 1);
      if (isLeaving || next < 0 || next >= dayCount) return false;
      go(place.row, next);
      return true;
    }
    isLeaving = event.key === "Escape";
    if (isLeaving) {
      go(place.row, place.column);
      return true;
    }
    if (event.altKey) return false;
    if (event.key in STEPS) {
      const [down, right] = STEPS[event.key];
      const many = far ? Math.max(rows.length, dayCount) : 1;
      step(down * many, right * many, options);
    } else if (event.key === "Home") {
      go(far ? 0 : place.row, 0, options);
    } else if (event.key === "End") {
      go(far ? rows.length - 1 : place.row, dayCount - 1, options);
    } else if (far && event.key.toLowerCase() === "a") {
      go(0, 0);
      go(rows.length - 1, dayCount - 1, { extend: true });
    } else {
      return false;
    }
    return true;
  }

  const cellOf = (target) => {
    const cell = target instanceof Element ? target.closest("td, th") : null;
    return cell && grid.isDay(cell) ? cell : null;
  };

  table.addEventListener("mousedown", (event) => {
    if (event.button !== 0 || event.target instanceof HTMLInputElement) return;
    const cell = cellOf(event.target);
    const head = event.target instanceof Element ? event.target.closest("th, td") : null;
    if (cell) {
      const place = grid.placeOf(cell);
      go(place.row, place.column, { extend: event.shiftKey });
      isDragging = true;
      event.preventDefault();
    } else if (head?.classList.contains("day")) {
      const column = head.cellIndex - grid.FIRST;
      go(0, column);
      go(rows.length - 1, column, { extend: true, focus: false });
      active.focus({ preventScroll: true });
      event.preventDefault();
    } else if (head?.classList.contains("name-column") && head.parentElement.parentElement === table.tBodies[0]) {
      const row = head.parentElement.sectionRowIndex;
      go(row, 0);
      go(row, dayCount - 1, { extend: true, focus: false });
      active.focus({ preventScroll: true });
      event.preventDefault();
    }
  });
  table.addEventListener("mouseover", (event) => {
    const cell = isDragging ? cellOf(event.target) : null;
    if (!cell) return;
    const place = grid.placeOf(cell);
    go(place.row, place.column, { extend: true, focus: false });
    active.focus({ preventScroll: true });
  });
  document.addEventListener("mouseup", () => {
    isDragging = false;
  });

  const first = grid.config.today ? grid.config.today - 1 : 0;
  go(0, first, { focus: false });
  if (first) grid.cellAt(0, first).scrollIntoView({ block: "nearest", inline: "nearest" });

  Object.assign(grid, { go, step, move, range, bounds, describe, active: () => active });
})();
