/** A row of rooms that is wider than its place: the one where one is stands in view, and a faded edge says that there are more. */

function mark(row) {
  const most = row.scrollWidth - row.clientWidth;
  row.classList.toggle("has-before", row.scrollLeft > 2);
  row.classList.toggle("has-after", row.scrollLeft < most - 2);
}

function showCurrent(row) {
  const current = row.querySelector("[aria-current]");
  if (current) row.scrollLeft += current.getBoundingClientRect().left - row.getBoundingClientRect().left - (row.clientWidth - current.offsetWidth) / 2;
  mark(row);
}

/** A wheel that turns only up and down moves the row too: it has no bar that a mouse could pull. */
function turn(event) {
  const row = event.currentTarget;
  if (event.deltaX || event.ctrlKey || row.scrollWidth <= row.clientWidth) return;
  event.preventDefault();
  row.scrollLeft += event.deltaY;
}

export function beginRoomsRow() {
  for (const row of document.querySelectorAll(".c-rooms--row")) {
    row.addEventListener("scroll", () => mark(row), { passive: true });
    row.addEventListener("wheel", turn, { passive: false });
    new ResizeObserver(() => showCurrent(row)).observe(row);
    showCurrent(row);
  }
}
