// The month's table as a grid: finds cells, paints what the server answers, and keeps the sums.
// The table itself is the page's own HTML; without script it is simply read.
"use strict";

(() => {
  const table = document.getElementById("month-grid");
  const source = document.getElementById("grid-config");
  if (!table || !source) return;

  const FIRST = 2; // columns of number and name before the first day
  const config = JSON.parse(source.textContent);
  const rows = [...table.tBodies[0].rows];
  const dayCount = table.tHead.rows[0].querySelectorAll(".day").length;
  const rowOf = new Map(rows.map((row, index) => [Number(row.dataset.e), index]));
  const foot = [...table.tFoot.rows[0].cells];
  // The elements stay for good; live collections would be made anew after every change.
  const cells = rows.map((row) => [...row.cells]);

  const say = (name, ...values) =>
    config.words[name].replace(/\{(\d)\}/g, (_whole, index) => String(values[Number(index)]));

  const cellAt = (row, column) => cells[row][FIRST + column];
  const placeOf = (cell) => ({ row: cell.parentElement.sectionRowIndex, column: cell.cellIndex - FIRST });
  const isDay = (cell) =>
    cell?.parentElement?.parentElement === table.tBodies[0] && cell.cellIndex >= FIRST && cell.cellIndex < FIRST + dayCount;
  const employment = (cell) => Number(cell.parentElement.dataset.e);
  const dayOf = (cell) => cell.cellIndex - FIRST + 1;
  const find = (employmentId, day) => cellAt(rowOf.get(employmentId), day - 1);
  const nameOf = (cell) => cell.parentElement.cells[1].textContent;
  const dateOf = (day) => `${config.period}-${String(day).padStart(2, "0")}`;

  function hours(minutes) {
    const rest = minutes % 60;
    return rest ? `${Math.floor(minutes / 60)}:${String(rest).padStart(2, "0")}` : String(minutes / 60);
  }

  const minutesOf = (cell) => Number(cell.dataset.m || 0);
  const is = (cell, kind) => cell.classList.contains(`cell-${kind}`);

  // What a cell says in a spreadsheet.
  function plain(cell) {
    if (minutesOf(cell)) return hours(minutesOf(cell));
    if (is(cell, "leave") || is(cell, "absent") || is(cell, "rest")) return cell.textContent.trim();
    return "";
  }

  function sumRow(row) {
    const days = cells[row].slice(FIRST, FIRST + dayCount);
    const sums = cells[row].slice(FIRST + dayCount);
    const count = (kind) => days.filter((cell) => is(cell, kind)).length;
    const minutes = days.reduce((sum, cell) => sum + minutesOf(cell), 0);
    sums[0].textContent = hours(minutes);
    sums[0].dataset.m = minutes;
    sums[1].textContent = days.filter((cell) => minutesOf(cell) > 0).length;
    sums[2].textContent = count("late") || "";
    sums[3].textContent = days.reduce((sum, cell) => sum + Number(cell.dataset.v || 0), 0) / 2 || "";
    sums[4].textContent = count("absent") || "";
  }

  function sumColumns(columns) {
    for (const column of columns) {
      foot[FIRST + column].textContent = rows.filter((_row, index) => minutesOf(cellAt(index, column)) > 0).length || "";
    }
    const total = (at) => cells.reduce((sum, row) => sum + Number(row[FIRST + dayCount + at].textContent || 0), 0);
    const minutes = cells.reduce((sum, row) => sum + Number(row[FIRST + dayCount].dataset.m || 0), 0);
    foot[FIRST + dayCount].textContent = hours(minutes);
    for (const at of [1, 2, 3, 4]) foot[FIRST + dayCount + at].textContent = total(at);
  }

  // Minutes of each row's sum are kept beside the text, which is rounded to nothing but hard to add.
  for (const row of cells) {
    const days = row.slice(FIRST, FIRST + dayCount);
    row[FIRST + dayCount].dataset.m = days.reduce((sum, cell) => sum + minutesOf(cell), 0);
  }

  const KEPT = ["tabindex", "aria-selected", "aria-describedby"];

  // Take over the server's drawing of a cell; the element stays, and with it the focus. Under an editor the
  // drawing waits until that is closed: nobody's typing is cut off.
  function paint(cell, html) {
    const holder = document.createElement("template");
    holder.innerHTML = `<table><tbody><tr>${html}</tr></tbody></table>`;
    const drawn = holder.content.querySelector("td");
    const isRanged = cell.classList.contains("in-range");
    for (const name of cell.getAttributeNames()) {
      if (!KEPT.includes(name)) cell.removeAttribute(name);
    }
    for (const attribute of drawn.attributes) cell.setAttribute(attribute.name, attribute.value);
    if (cell.dataset.l) cell.setAttribute("aria-readonly", "true");
    cell.classList.toggle("in-range", isRanged);
    const editor = cell.querySelector(".cell-editor");
    if (editor) editor.shownAfter = [...drawn.childNodes];
    else cell.replaceChildren(...drawn.childNodes);
  }

  // Paint many, then add up what they touch once.
  function paintAll(drawn) {
    const touchedRows = new Set();
    const touchedColumns = new Set();
    for (const [cell, html] of drawn) {
      paint(cell, html);
      const place = placeOf(cell);
      touchedRows.add(place.row);
      touchedColumns.add(place.column);
    }
    touchedRows.forEach(sumRow);
    sumColumns(touchedColumns);
  }

  // A confirmed day that has changed asks for another look.
  function unconfirm(day) {
    const head = table.tHead.rows[0].cells[FIRST + day - 1];
    const mark = head.querySelector(".confirmed");
    if (!mark) return;
    mark.className = "withdrawn";
    mark.title = say("lost");
    mark.replaceChildren("!");
    const words = document.createElement("span");
    words.className = "visually-hidden";
    words.textContent = say("lost");
    mark.append(words);
  }

  table.setAttribute("role", "grid");
  table.setAttribute("aria-readonly", String(!config.isEditable));
  table.querySelectorAll("td[data-l]").forEach((cell) => cell.setAttribute("aria-readonly", "true"));

  window.monthGrid = {
    table, config, rows, dayCount, FIRST, say, cellAt, placeOf, isDay, employment, dayOf, find, nameOf, dateOf, hours, is, plain,
    paintAll, unconfirm,
  };
})();
