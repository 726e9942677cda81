/** Small menus: a button with data-cercle-menu opens the .c-menu right after it; Escape, Tab away or a tap elsewhere closes it. */

let open = null;

function close(back = false) {
  if (!open) return;
  const { button, menu } = open;
  open = null;
  menu.hidden = true;
  button.setAttribute("aria-expanded", "false");
  if (back) button.focus();
}

function show(button) {
  const menu = button.nextElementSibling;
  open = { button, menu };
  menu.hidden = false;
  button.setAttribute("aria-expanded", "true");
  menu.querySelector("button, a")?.focus();
}

export function beginMenus(root = document) {
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-cercle-menu]");
    const same = button && button === open?.button;
    close();
    if (button && !same) show(button);
  });
  root.addEventListener("keydown", (event) => event.key === "Escape" && close(true));
  root.addEventListener("focusin", (event) => open && !open.menu.contains(event.target) && event.target !== open.button && close());
}
