/** Letting somebody in: found by name, with a whole team, by e-mail, or by a code on this screen. The role and the past are asked for each way alike. */
import { post } from "./api.js";
import { showCode } from "./admit-code.js";
import { findPerson, findStructure } from "./admit-search.js";
import { hook } from "./dom.js";
import { _ } from "./i18n.js";

const circle = hook("people").dataset.cerclePeople;
const sheet = hook("admit-sheet");
if (sheet) begin();

function begin() {
  const form = hook("admit-form", sheet);
  const wrong = hook("wrong", sheet);
  const submit = form.querySelector("[type=submit]");
  const complain = (words) => {
    wrong.textContent = words;
    wrong.hidden = !words;
  };
  const [person, team] = [findPerson(sheet, complain), findStructure(sheet, complain)];
  const email = sheet.querySelector("#admit-email");

  /** Each way: what its button says, what it sends, and what follows. `body()` gives null after it has complained. */
  const WAYS = {
    person: {
      words: _("Let in"),
      path: "members",
      body: () => (person.chosen() ? { person: person.chosen().id } : (complain(_("Choose a person in the list first.")), null)),
    },
    team: {
      words: _("Let the team in"),
      path: "members",
      body: () => (team.chosen() ? { structure: team.chosen().id } : (complain(_("Choose a team in the list first.")), null)),
    },
    email: {
      words: _("Send the invitation"),
      path: "members",
      body: () => (email.value.trim() ? { email: email.value.trim() } : (complain(_("Write the e-mail address first.")), null)),
    },
    code: { words: _("Show the code"), path: "invitations", body: () => ({}), done: (made) => showCode(sheet, circle, made) },
  };
  const way = () => WAYS[form.elements.way.value];

  const turn = () => {
    complain("");
    for (const part of sheet.querySelectorAll("[data-cercle-way]")) part.hidden = part.dataset.cercleWay !== form.elements.way.value;
    submit.textContent = way().words;
  };
  for (const input of form.elements.way) input.addEventListener("change", turn);
  hook("admit").addEventListener("click", () => {
    turn();
    sheet.showModal();
  });
  hook("close", sheet).addEventListener("click", () => sheet.close());

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    complain("");
    const named = way().body();
    if (!named) return;
    const until = sheet.querySelector("#admit-until").value;
    const body = { ...named, role: sheet.querySelector("#admit-role").value, history: form.elements.history.value };
    if (until) body.until = new Date(`${until}T23:59:59`).toISOString();
    submit.setAttribute("aria-busy", "true");
    try {
      const made = await post(`circles/${circle}/${way().path}`, body);
      if (way().done) way().done(made);
      else location.reload();
    } catch (problem) {
      complain(problem.detail || _("No line. Nothing was changed."));
    } finally {
      submit.removeAttribute("aria-busy");
    }
  });
}
