// Menus of the top bar: one closes when another thing is clicked, or with Escape.
"use strict";

(() => {
  const menus = document.querySelectorAll(".topbar details");

  const close = (except) => {
    for (const menu of menus) {
      if (menu !== except) menu.open = false;
    }
  };

  document.addEventListener("click", (event) => close(event.target.closest(".topbar details")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector(".topbar details[open]");
    if (!open) return;
    const holdsFocus = open.contains(document.activeElement);
    close(null);
    if (holdsFocus) open.querySelector("summary").focus();
  });
})();
