/**
 * Small signs as DOM: icons of the page's sprite, the circle sign and person marks.
 * All are aria-hidden: the word beside them is what is read out.
 */

const SVG = "http://www.w3.org/2000/svg";

/** Which parts of the sign are drawn at full weight, by audience. The ring always is. */
const READERS = {
  care_team: [],
  wider_team: ["right"],
  patient: ["dot"],
  relatives: ["left"],
  circle: ["dot", "left", "right"],
};

const MARK = { care: "care", care_team: "care", wider: "wider", wider_team: "wider", relatives: "relative",
  relative: "relative", patient: "patient", hospital: "hospital" };

function svg(tag, attributes) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

/** An icon of the sprite in base.html: icon("reply"), icon("urgent", 20). */
export function icon(name, size = 24) {
  const node = svg("svg", { class: size === 24 ? "c-icon" : `c-icon c-icon--${size}`, width: size, height: size,
    viewBox: "0 0 24 24", "aria-hidden": "true" });
  node.append(svg("use", { href: `#icon-${name}` }));
  return node;
}

/** Who reads, as one sign. `audience` as in the contract; 20 px in a post, 22 in the composer, 26 in the chooser. */
export function circleSign(audience, size = 20) {
  const readers = READERS[audience] ?? [];
  const sign = svg("svg", { class: "c-circlesign", width: size, height: size, viewBox: "0 0 24 24", fill: "none",
    "aria-hidden": "true" });
  for (const part of ["ring", "dot", "left", "right"]) {
    if (part === "ring" || readers.includes(part)) sign.append(svg("use", { href: `#sign-${part}` }));
    else if (part !== "dot") sign.append(svg("use", { href: `#sign-${part}-off`, class: "off" }));
  }
  return sign;
}

/** "Dr Hélène Castets" → "HC"; a structure's small words are skipped: "Cabinet du Marensin" → "CM". */
export function initials(name) {
  const words = name.replace(/^(Dr|Pr|Mme|M\.|Mrs?|Ms)\s+/u, "").split(/[\s'’]+/u)
    .filter((word) => /^\p{Lu}/u.test(word));
  if (words.length === 0) return name.slice(0, 2).toUpperCase();
  const letters = words.length === 1 ? words[0].slice(0, 2) : words[0][0] + words[words.length - 1][0];
  return letters.toUpperCase();
}

/**
 * Initials in a form that says the standing ("care_team", "wider_team", "patient", "relatives", "hospital").
 * `absent` draws the dashed form of somebody who is not connected.
 */
export function personMark(name, standing, { absent = false, large = false } = {}) {
  const mark = document.createElement("span");
  mark.className = `c-mark c-mark--${MARK[standing] ?? "care"}`;
  if (absent) mark.classList.add("c-mark--absent");
  if (large) mark.classList.add("c-mark--large");
  mark.setAttribute("aria-hidden", "true");
  mark.textContent = standing === "hospital" ? "H" : initials(name);
  return mark;
}
