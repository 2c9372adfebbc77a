// Menus of the top bar and of headings: one closes when another thing is clicked, or with Escape.
"use strict";

(() => {
  const MENUS = ".topbar details, details.menu";
  const menus = document.querySelectorAll(MENUS);

  const close = (except) => {
    for (const menu of menus) {
      if (menu !== except) menu.open = false;
    }
  };

  document.addEventListener("click", (event) => close(event.target.closest(MENUS)));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = [...menus].find((menu) => menu.open);
    if (!open) return;
    const holdsFocus = open.contains(document.activeElement);
    close(null);
    if (holdsFocus) open.querySelector("summary").focus();
  });
})();
