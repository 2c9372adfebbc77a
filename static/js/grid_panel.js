// The details of one day beside the grid: the page's own form in a dialog, sent without leaving.
"use strict";

(() => {
  const grid = window.monthGrid;
  const dialog = document.getElementById("day-panel");
  if (!grid || !dialog) return;
  const body = document.getElementById("day-panel-body");
  let cell = null;
  let isTokenOld = false;

  const headers = { "X-Panel": "1" };

  function fill(html) {
    body.innerHTML = html;
    (body.querySelector("#errors") ?? body.querySelector("[type=radio]:checked, [data-close], a"))?.focus();
  }

  function fail() {
    const words = document.createElement("p");
    words.className = "alert alert-danger";
    words.setAttribute("role", "alert");
    words.textContent = grid.say("cannotOpen");
    const close = document.createElement("button");
    close.type = "button";
    close.className = "btn";
    close.dataset.close = "";
    close.textContent = grid.say("close");
    body.replaceChildren(words, close);
  }

  async function open(wanted) {
    if (wanted.dataset.l === "out") return;
    cell = wanted;
    body.textContent = grid.say("loading");
    dialog.showModal();
    const address = `${grid.config.dayUrl.replace("{}", grid.employment(cell))}?on=${grid.dateOf(grid.dayOf(cell))}`;
    try {
      const answer = await fetch(address, { headers, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      fill(await answer.text());
    } catch {
      fail();
    }
  }

  dialog.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const button = form.querySelector("[type=submit]");
    button.disabled = true;
    let name = "failed";
    try {
      if (isTokenOld) form.elements.csrf_token.value = await grid.freshToken();
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers, credentials: "same-origin" });
      isTokenOld = grid.isSignedOut(answer);
      if (isTokenOld) name = "signedOut";
      if ((answer.headers.get("Content-Type") ?? "").startsWith("application/json")) {
        grid.saved(cell, await answer.json());
        dialog.close();
      } else if (answer.status === 422) fill(await answer.text());
      else throw new Error(String(answer.status));
    } catch {
      // What was typed stays in the form.
      button.disabled = false;
      document.getElementById("send-error")?.remove();
      const words = document.createElement("p");
      words.id = "send-error";
      words.className = "field-error";
      words.setAttribute("role", "alert");
      words.textContent = grid.say(name, 1);
      button.before(words);
    }
  });
  dialog.addEventListener("close", () => {
    body.replaceChildren();
    cell?.focus({ preventScroll: true });
  });
  document.addEventListener("click", (event) => {
    const closer = event.target instanceof Element ? event.target.closest("dialog [data-close]") : null;
    if (!closer) return;
    event.preventDefault();
    closer.closest("dialog").close();
  });

  grid.openDay = open;
})();
