// Saves cells as they are entered: one request at a time, unsaved cells kept and marked, undo and redo,
// and a choice where somebody else has been faster. Nothing is overwritten that was not seen.
"use strict";

(() => {
  const grid = window.monthGrid;
  if (!grid || !grid.config.isEditable) return;
  const { config, say } = grid;
  const RETRY_MS = 10_000;
  const AT_ONCE = 2_000;

  const state = document.getElementById("save-state");
  const retryButton = document.getElementById("grid-retry");
  const undoButton = document.getElementById("grid-undo");
  const redoButton = document.getElementById("grid-redo");
  const reason = document.getElementById("grid-reason");
  const faultsButton = document.getElementById("grid-faults");
  let token = document.getElementById("grid-token").value;
  let isTokenOld = false;
  const refusedBox = document.getElementById("grid-refused");
  const conflictBox = document.getElementById("grid-conflicts");

  const waiting = new Map(); // cell → what is to be saved
  let underway = 0;
  let timer = 0;
  const atRest = []; // what is done, one by one, once nothing is left to save
  const undone = [];
  const done = [];

  function show(kind, text) {
    state.className = `save-state is-${kind}`;
    state.textContent = text;
    retryButton.hidden = kind !== "failed";
    undoButton.disabled = !done.length;
    redoButton.disabled = !undone.length;
    const faults = refusedBox.querySelectorAll("li").length + conflictBox.querySelectorAll("li").length;
    faultsButton.hidden = !faults;
    faultsButton.textContent = say("refused", faults);
  }

  const post = (content) =>
    fetch(config.saveUrl, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ period: config.period, ...content }),
    });

  // Whoever has signed in anew, in another window, has another token there than this page.
  async function freshToken() {
    const answer = await fetch(window.location.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    token = page.getElementById("grid-token")?.value ?? token;
    return token;
  }

  const isSignedOut = (answer) => answer.redirected || answer.status === 400;

  const wire = (entry) => [
    grid.employment(entry.cell), grid.dayOf(entry.cell), entry.cell.dataset.t ?? "",
    entry.text ?? null, entry.record ?? null,
  ];

  // Try entries without saving; gives the server's answer.
  async function look(entries) {
    const answer = await post({ cells: entries.map(wire), preview: true });
    return answer.json();
  }

  function unmark(cell) {
    cell.classList.remove("is-unsaved", "is-refused", "is-conflict");
    cell.removeAttribute("aria-invalid");
    delete cell.dataset.fault;
  }

  function setAside(cell, kind, words) {
    cell.classList.add(kind);
    cell.setAttribute("aria-invalid", "true");
    cell.dataset.fault = words;
  }

  const where = (cell) => `${grid.nameOf(cell)} ${grid.dateOf(grid.dayOf(cell))}`;

  function jump(cell) {
    const place = grid.placeOf(cell);
    grid.go(place.row, place.column);
  }

  function link(cell) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link-button";
    button.textContent = where(cell);
    button.addEventListener("click", () => jump(cell));
    return button;
  }

  function count(box, name) {
    const items = box.querySelector("ul").children.length;
    box.hidden = !items;
    box.querySelector("h2 span").textContent = say(name, items);
  }

  function drop(box, cell) {
    const key = `${grid.employment(cell)}:${grid.dayOf(cell)}`;
    [...box.querySelectorAll("li")].filter((item) => item.dataset.key === key).forEach((item) => item.remove());
  }

  function item(box, cell, ...parts) {
    drop(box, cell);
    const entry = document.createElement("li");
    entry.dataset.key = `${grid.employment(cell)}:${grid.dayOf(cell)}`;
    entry.append(...parts);
    box.querySelector("ul").append(entry);
    return entry;
  }

  function refuse(entry, result) {
    const words = [result.message, result.hint].filter(Boolean).join(" ");
    setAside(entry.cell, "is-refused", words);
    const typed = entry.text ? ` ${say("unsaved", entry.text)}` : "";
    item(refusedBox, entry.cell, link(entry.cell), `${typed} · ${words}`);
  }

  const shown = (text) => text || say("nothing");
  // A day that is put back by undo has no words of its own here.
  const asked = (entry) => shown(entry.record ? say("before") : entry.text);

  // Both values side by side; the visitor takes one.
  function clash(entry, result) {
    const { cell } = entry;
    setAside(cell, "is-conflict", result.message);
    const mine = document.createElement("button");
    mine.type = "button";
    mine.className = "btn";
    mine.textContent = `${say("keepMine")}（${asked(entry)}）`;
    const theirs = document.createElement("button");
    theirs.type = "button";
    theirs.className = "btn btn-primary";
    theirs.textContent = `${say("keepTheirs")}（${shown(grid.plain(cell))}）`;
    const who = result.who ? say("theirs", say("at", result.who, result.at)) : say("theirs", say("somebody"));
    const words = document.createElement("span");
    words.textContent = ` ${say("yours")} ${asked(entry)} · ${who} ${shown(grid.plain(cell))} `;
    item(conflictBox, cell, link(cell), words, mine, " ", theirs);
    const settle = () => {
      unmark(cell);
      drop(conflictBox, cell);
      count(conflictBox, "conflict");
      jump(cell);
    };
    mine.addEventListener("click", () => {
      settle();
      enter([{ cell, text: entry.text, record: entry.record }]);
    });
    theirs.addEventListener("click", settle);
  }

  function take(sent, answer) {
    const byKey = new Map(sent.map((entry) => [`${grid.employment(entry.cell)}:${grid.dayOf(entry.cell)}`, entry]));
    const pairs = answer.results.map((result) => [byKey.get(result.cell.join(":")), result]);
    // What was entered again meanwhile stays on the page until it is saved itself.
    const drawn = pairs.filter(([entry]) => !waiting.has(entry.cell));
    drawn.forEach(([entry]) => {
      unmark(entry.cell);
      drop(refusedBox, entry.cell);
      drop(conflictBox, entry.cell);
    });
    grid.paintAll(drawn.map(([entry, result]) => [entry.cell, result.html]));
    for (const [entry, result] of pairs) {
      if (result.outcome === "saved") {
        entry.action.cells.push({ cell: entry.cell, before: result.before });
        if (waiting.has(entry.cell)) entry.cell.dataset.t = new DOMParser().parseFromString(`<table><tr>${result.html}</tr></table>`, "text/html").querySelector("td").dataset.t ?? "";
      } else if (result.outcome === "refused") {
        refuse(entry, result);
      } else if (result.outcome === "conflict") {
        clash(entry, result);
      }
    }
    count(refusedBox, "refused");
    count(conflictBox, "conflict");
    tell(answer);
  }

  // Say that something is saved, and which days ask for another confirmation.
  function tell(answer) {
    answer.withdrawn.forEach(grid.unconfirm);
    grid.describe();
    const note = answer.withdrawn.length ? ` · ${say("withdrawn", answer.withdrawn.join(", "))}` : "";
    show("saved", `${say("saved", answer.at)}${note}`);
  }

  // Put back what could not be sent; newer entries of the same cells go before it.
  function keep(sent, name, why = "") {
    for (const entry of sent) if (!waiting.has(entry.cell)) waiting.set(entry.cell, entry);
    atRest.length = 0;
    show("failed", [say(name, waiting.size), why].filter(Boolean).join(" · "));
    clearTimeout(timer);
    timer = setTimeout(flush, RETRY_MS);
  }

  async function flush() {
    clearTimeout(timer);
    if (underway) return;
    if (!waiting.size) {
      atRest.shift()?.();
      return;
    }
    const { why } = waiting.values().next().value;
    const sent = [...waiting.values()].filter((entry) => entry.why === why).slice(0, AT_ONCE);
    for (const entry of sent) waiting.delete(entry.cell);
    underway = sent.length;
    show("saving", say("saving"));
    let answer;
    try {
      if (isTokenOld) await freshToken();
      answer = await post({ cells: sent.map(wire), reason: why });
    } catch {
      underway = 0;
      keep(sent, "offline");
      return;
    }
    underway = 0;
    const isJson = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
    isTokenOld = !isJson && isSignedOut(answer);
    if (!isJson) {
      keep(sent, isTokenOld ? "signedOut" : "failed");
      return;
    }
    const content = await answer.json();
    if (!answer.ok) {
      keep(sent, "failed", content.message);
      return;
    }
    take(sent, content);
    flush();
  }

  function remember(action, stack) {
    stack.push(action);
    if (stack === done && !action.isRedo) undone.length = 0;
  }

  // Enter texts or whole records into cells: shown at once, saved as soon as possible.
  function enter(entries, { stack = done, isRedo = false } = {}) {
    const wanted = entries.filter((entry) => entry.cell.dataset.l !== "out");
    if (!wanted.length) return;
    const action = { cells: [], isRedo };
    remember(action, stack);
    for (const entry of wanted) {
      unmark(entry.cell);
      entry.cell.classList.add("is-unsaved");
      if (entry.text !== undefined) entry.cell.textContent = entry.text;
      waiting.set(entry.cell, { ...entry, action, why: reason.value.trim() });
    }
    flush();
  }

  // Take the last action back, or do it again: the same cells get the records from before it.
  function revert(from, to, name) {
    if (underway || waiting.size) {
      // Only what is saved is known well enough to be taken back.
      atRest.push(() => revert(from, to, name));
      flush();
      return;
    }
    let action = from.pop();
    while (action && !action.cells.length) action = from.pop();
    if (!action) {
      show("saved", say("nothingToUndo"));
      return;
    }
    enter(action.cells.map(({ cell, before }) => ({ cell, record: before })), { stack: to, isRedo: true });
    show("saving", say(name, action.cells.length));
    jump(action.cells[0].cell);
  }

  const undo = () => revert(done, undone, "undone");
  const redo = () => revert(undone, done, "redone");

  // What was saved elsewhere (in the day's panel) can be undone here, too.
  function saved(cell, result) {
    grid.paintAll([[cell, result.html]]);
    unmark(cell);
    if (result.outcome === "saved") remember({ cells: [{ cell, before: result.before }] }, done);
    tell(result);
  }

  undoButton.addEventListener("click", undo);
  redoButton.addEventListener("click", redo);
  faultsButton.addEventListener("click", () => {
    const box = conflictBox.hidden ? refusedBox : conflictBox;
    box.scrollIntoView({ block: "center" });
    box.querySelector("button")?.focus({ preventScroll: true });
  });
  retryButton.addEventListener("click", flush);
  window.addEventListener("online", flush);
  window.addEventListener("beforeunload", (event) => {
    if (waiting.size || underway) event.preventDefault();
  });
  document.getElementById("grid-refused-close").addEventListener("click", () => {
    refusedBox.querySelector("ul").replaceChildren();
    grid.table.querySelectorAll(".is-refused").forEach(unmark);
    count(refusedBox, "refused");
    faultsButton.hidden = conflictBox.hidden;
    grid.go(grid.placeOf(grid.active()).row, grid.placeOf(grid.active()).column);
  });
  const confirmation = document.getElementById("grid-confirm");
  confirmation?.addEventListener("submit", (event) => {
    if (waiting.size || underway) {
      event.preventDefault();
      flush();
    }
  });

  Object.assign(grid, { enter, look, undo, redo, saved, freshToken, isSignedOut });
})();
