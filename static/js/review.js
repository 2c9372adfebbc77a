// The review grid: further pages are added below as one scrolls, and arrow keys go from person to person.
// Without script the same table has links to its pages.
"use strict";

(() => {
  const box = document.getElementById("review");
  if (!box) return;
  const body = box.querySelector("tbody");
  const totals = body.querySelector(".totals");
  const pages = box.querySelector(".pages");
  const said = document.createElement("p");
  said.className = "hint";
  said.setAttribute("role", "status");
  box.append(said);

  let next = pages && pages.querySelector("[rel=next]") ? pages.querySelector("[rel=next]").href : null;
  let isLoading = false;

  async function more() {
    if (!next || isLoading) return;
    isLoading = true;
    said.textContent = box.dataset.loading;
    try {
      const response = await fetch(next, { headers: { Accept: "text/html" } });
      if (!response.ok) throw new Error(String(response.status));
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      // Whoever was signed out meanwhile gets another page, which is no end of the list.
      if (!page.getElementById("review")) throw new Error("another page");
      for (const row of page.querySelectorAll("#review tbody tr:not(.totals)")) {
        body.insertBefore(document.adoptNode(row), totals);
      }
      const link = page.querySelector("#review .pages [rel=next]");
      next = link ? link.href : null;
      said.textContent = "";
      if (pages) pages.hidden = !next;
    } catch {
      said.textContent = box.dataset.failed;
      next = null;
    }
    isLoading = false;
  }

  if (next) {
    new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) more();
    }, { rootMargin: "400px" }).observe(said);
  }

  body.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const links = [...body.querySelectorAll("th a")];
    const here = links.indexOf(document.activeElement);
    const there = links[here + step];
    if (here < 0 || !there) return;
    event.preventDefault();
    there.focus();
    if (here + step > links.length - 10) more();
  });
})();
