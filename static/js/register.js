// The register of a class as a grid: keys move from cell to cell, a mark that is typed leads to the next
// person, and a block copied from a spreadsheet fills the cells from where it is pasted.
"use strict";

(() => {
  const table = document.getElementById("register");
  if (!table) return;
  const letters = JSON.parse(table.dataset.letters);
  const said = document.getElementById("register-said");
  const form = document.getElementById("register-form");
  document.getElementById("register-keys").hidden = false;

  // Lessons still to come have no fields: lines of fields by person, the same columns in each.
  const cells = [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll("td input")]);
  const looks = new Map(
    [...document.querySelectorAll(".legend .mark")].map((mark) => [mark.textContent, mark.className]),
  );
  let isSaved = !table.querySelector("[aria-invalid]");

  const fieldOf = (event) => (event.target instanceof HTMLInputElement ? event.target : null);
  const letterOf = (field) => letters[field.value.normalize("NFKC").trim().toUpperCase()];

  // A known text becomes its letter and looks like it in the legend; another one is marked as wrong.
  function settle(field) {
    const letter = letterOf(field);
    const isWrong = !letter && field.value.trim() !== "";
    if (letter) field.value = letter;
    field.className = looks.get(letter) ?? "mark";
    field.classList.toggle("is-invalid", isWrong);
    if (isWrong) field.setAttribute("aria-invalid", "true");
    else for (const name of ["aria-invalid", "title"]) field.removeAttribute(name);
  }

  function placeOf(field) {
    const row = cells.findIndex((line) => line.includes(field));
    return { row, column: cells[row].indexOf(field) };
  }

  function go(row, column) {
    const field = cells[row]?.[column];
    if (!field) return;
    field.focus({ preventScroll: true });
    field.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  // Down a lesson; after the last person the next lesson begins.
  function goOn(field, step) {
    const { row, column } = placeOf(field);
    if (cells[row + step]) go(row + step, column);
    else go(step > 0 ? 0 : cells.length - 1, column + step);
  }

  const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  table.addEventListener("keydown", (event) => {
    const field = fieldOf(event);
    if (!field || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") goOn(field, event.shiftKey ? -1 : 1);
    else if (event.key in STEPS && !event.shiftKey) {
      const { row, column } = placeOf(field);
      go(row + STEPS[event.key][0], column + STEPS[event.key][1]);
    } else return;
    event.preventDefault();
  });

  function entered(field) {
    isSaved = false;
    settle(field);
    if (letterOf(field)) goOn(field, 1);
  }

  table.addEventListener("input", (event) => {
    const field = fieldOf(event);
    if (field && !event.isComposing) entered(field);
  });
  table.addEventListener("compositionend", (event) => {
    const field = fieldOf(event);
    if (field) entered(field);
  });
  table.addEventListener("focusin", (event) => fieldOf(event)?.select());

  table.addEventListener("paste", (event) => {
    const field = fieldOf(event);
    const block = window.cellsOf(event.clipboardData.getData("text/plain"));
    if (!field || (block.length === 1 && block[0].length === 1)) return;
    event.preventDefault();
    const { row, column } = placeOf(field);
    let outside = 0;
    block.forEach((line, down) => {
      line.forEach((text, right) => {
        if (!text.trim()) return;
        const target = cells[row + down]?.[column + right];
        if (!target) {
          outside += 1;
          return;
        }
        target.value = text.trim().slice(0, target.maxLength);
        settle(target);
      });
    });
    isSaved = false;
    said.textContent = outside ? table.dataset.outside.replace("{0}", String(outside)) : "";
  });

  form.addEventListener("submit", () => {
    isSaved = true;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!isSaved) event.preventDefault();
  });

  // What was typed wrong keeps what the server said about it.
  for (const field of cells.flat()) if (!field.hasAttribute("aria-invalid")) settle(field);
})();
