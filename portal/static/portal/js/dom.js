/** Building nodes without markup strings: what people write can only ever become text. */

/**
 * An element with properties and children.
 * Keys: `class`, `on` ({event: listener}), `data` (data-cercle-*), `aria-*`/`data-*`/other names as attributes;
 * `text` sets the text. Children that are null or false are left out; strings become text nodes.
 */
export function h(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) set(node, name, value);
  append(node, children);
  return node;
}

function set(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
  else if (name === "data") for (const [key, entry] of Object.entries(value)) node.setAttribute(`data-cercle-${key}`, entry);
  else if (name === "class") node.className = Array.isArray(value) ? value.filter(Boolean).join(" ") : value;
  else if (name === "text") node.textContent = value;
  else node.setAttribute(name, value === true ? "" : value);
}

export function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : String(child));
  }
  return node;
}

/** The first element inside `root` that carries data-cercle-`hook`. */
export function hook(name, root = document) {
  return root.querySelector(`[data-cercle-${name}]`);
}

/** JSON that the server put into the page, or `fallback`. */
export function pageData(id, fallback = null) {
  const node = document.getElementById(id);
  return node ? JSON.parse(node.textContent) : fallback;
}
