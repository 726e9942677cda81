/** The editor of forms: of each row only the fields of its kind are shown. Without this script all are there. */

function show(row) {
  const kind = row.querySelector("[data-cercle-kind]").value;
  for (const part of row.querySelectorAll("[data-cercle-for]")) part.hidden = !part.dataset.cercleFor.split(" ").includes(kind);
}

for (const row of document.querySelectorAll("[data-cercle-row]")) {
  row.addEventListener("change", (event) => event.target.matches("[data-cercle-kind]") && show(row));
  show(row);
}
document.getElementById(location.hash.slice(1))?.focus();
