/** The shape of a sound as 64 bars: how tall each is, and how they are drawn. */

export const BARS = 64;
const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 2;
const STEP = 3;
const HEIGHT = 32;
const LEAST = 2; // silence, too, is drawn

/** Any number of levels (0 … 1) → 64 whole numbers 0 … 100, the loudest being 100. */
export function reduced(levels) {
  if (!levels.length) return new Array(BARS).fill(0);
  const bars = Array.from({ length: BARS }, (_bar, n) => {
    const from = Math.floor((n * levels.length) / BARS);
    const to = Math.max(from + 1, Math.floor(((n + 1) * levels.length) / BARS));
    return levels.slice(from, to).reduce((most, level) => Math.max(most, level), 0);
  });
  const loudest = Math.max(...bars) || 1;
  return bars.map((bar) => Math.round((bar / loudest) * 100));
}

/** The bars as an <svg>; `paint(bars)` changes them later. */
export function drawBars(bars) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "c-bars");
  svg.setAttribute("viewBox", `0 0 ${bars.length * STEP - (STEP - WIDTH)} ${HEIGHT}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  for (const [n] of bars.entries()) {
    const rect = document.createElementNS(SVG, "rect");
    rect.setAttribute("x", n * STEP);
    rect.setAttribute("width", WIDTH);
    svg.append(rect);
  }
  setBars(svg, bars);
  return svg;
}

/** Make the bars of a drawn <svg> these tall (0 … 100). */
export function setBars(svg, bars) {
  for (const [n, bar] of bars.entries()) {
    const tall = Math.max(LEAST, (bar / 100) * HEIGHT);
    svg.children[n].setAttribute("y", (HEIGHT - tall) / 2);
    svg.children[n].setAttribute("height", tall);
  }
}

/** Mark the first `share` (0 … 1) of the bars as played. */
export function setPlayed(svg, share) {
  const played = share * svg.children.length;
  for (const [n, bar] of [...svg.children].entries()) bar.classList.toggle("is-played", n + 0.5 < played);
}

/** "0:48" of seconds: those that are full. How long something is in all is rounded by the caller. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
