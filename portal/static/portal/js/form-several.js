/** A question that takes several answers, each in a field of its own. */
import { h } from "./dom.js";
import { told } from "./form-words.js";
import { _ } from "./i18n.js";
import { icon } from "./signs.js";

const MOST = 20;

/** `draw(item, id, changed)` makes one field. */
export function drawSeveral(draw, item, id, changed) {
  const rows = [];
  const list = h("div", { class: "c-several" });
  const more = h("button", { type: "button", class: "c-button", on: { click: () => add().first.focus() } }, icon("plus", 20), _("Another answer"));
  const node = h("div", { class: "c-several__all" }, list, more);

  function add(values = []) {
    const one = draw(item, `${id}-${crypto.randomUUID().slice(0, 8)}`, changed);
    one.first.setAttribute("aria-label", told(item));
    const away = h("button", { type: "button", class: "c-iconbutton", "aria-label": _("Take this answer away"), on: { click: () => drop() } }, icon("close"));
    const row = h("div", { class: "c-several__row" }, one.node, away);
    const drop = () => {
      rows.splice(rows.indexOf(one), 1);
      row.remove();
      if (!rows.length) add();
      changed();
    };
    one.write(values);
    rows.push(one);
    list.append(row);
    more.hidden = rows.length >= MOST;
    return one;
  }

  add();
  return {
    node,
    group: true,
    get first() {
      return rows[0].first;
    },
    read() {
      const all = rows.map((one) => one.read());
      return { values: all.flatMap(({ values }) => values), wrong: all.find(({ wrong }) => wrong)?.wrong };
    },
    write(values) {
      rows.splice(0);
      list.replaceChildren();
      for (const value of values.length ? values : [undefined]) add(value === undefined ? [] : [value]);
    },
  };
}
