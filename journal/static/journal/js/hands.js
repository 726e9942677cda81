/** Clicks and keys of the whole thread page, in one place: posts carry words for their acts and no listeners. */
import { hook } from "../../portal/js/dom.js";
import { _ } from "../../portal/js/i18n.js";
import { tryAgain } from "./again.js";
import { AlertView } from "./alert-view.js";
import { showReceipts, showSteps, showVersions } from "./details.js";
import { documentActs } from "./event-document.js";
import { suggestActs } from "./event-todos.js";
import { showSeen, withdrawMisplaced } from "./misplaced.js";
import { openPhoto } from "./photo-viewer.js";
import { beginPhotos } from "./photo-ways.js";
import { openDayChooser, openSearch } from "./search.js";
import { beginVoice } from "./speak.js";
import { beginStepsNews } from "./steps-news.js";
import { voiceActs } from "./transcripts.js";

export function beginHands(thread) {
  const { acts, view, posts, main } = thread;
  const alerts = new AlertView(thread);
  const doing = {
    take: (post) => acts.take(post),
    complete: (post) => acts.complete(post),
    handback: (post) => acts.handback(post),
    correct: (post) => acts.correct(post),
    retract: (post) => acts.retract(post),
    sheet: () => location.assign(`/circles/${main.querySelector("cercle-thread").getAttribute("circle")}/sheets`),
    misplaced: (post) => withdrawMisplaced(post, thread),
    seen: (post) => showSeen(post, view, () => thread.say(_("List copied."))),
    copy: (post) => acts.copy(post.text),
    appoint: (post) => location.assign(`/circles/${view.circle.id}/agenda/new?post=${post.id}`),
    more: (post) => acts.more(post),
    task: (post) => location.assign(`/circles/${thread.id_}/tasks?post=${post.id}`),
    reply: (post) => thread.composer.reply(post),
    receipts: (post) => showReceipts(post, view),
    steps: (post) => (post.urgency === "urgent" && post.alert.state !== "done" ? alerts.show(post) : showSteps(post, view)),
    versions: (post) => showVersions(post, view),
    photo: (_post, button) => openPhoto(button.getAttribute("data-cercle-act").split(" ")[1], view),
    ...voiceActs(thread),
    ...documentActs(thread),
    ...suggestActs(thread),
    goto: (_post, button) => thread.travel.goTo(button.getAttribute("data-cercle-post")),
  };
  const act = (name, post, button) => doing[name]?.(post, button);

  main.addEventListener("click", (event) => {
    const button = event.target.closest("[data-cercle-act]");
    const item = button?.closest(".thread-item");
    const post = item && posts.byId.get(item.getAttribute("data-cercle-post"));
    if (post) act(button.getAttribute("data-cercle-act").split(" ")[0], post, button); // an act may name one of several things
    const unsent = event.target.closest("[data-cercle-outbox-act]");
    if (unsent) onUnsent(unsent, thread);
  });
  hook("search", main).addEventListener("click", () => openSearch(thread));
  hook("jump", main)?.addEventListener("click", () => openDayChooser(thread));
  slideRooms(thread);
  beginStepsNews(thread);
  beginPhotos(thread.composer);
  beginVoice(thread.composer);
  return { act };
}

function onUnsent(button, thread) {
  const { outbox, acts } = thread;
  const id = button.getAttribute("data-cercle-record");
  const record = outbox.records.find((one) => one.id === id);
  if (!record) return;
  const act = button.getAttribute("data-cercle-outbox-act");
  if (act === "copy") return acts.copy(record.body.text);
  if (act === "again") return tryAgain(record, thread);
  return outbox.discard(id);
}

/** On a phone the rooms slide away while one reads on, and return at the first move back. */
function slideRooms({ main, travel }) {
  const rooms = main.querySelector(".c-rooms--row");
  const { scroller } = travel.pane;
  let last = null; // the first scroll is the page's own, to where the reader left
  scroller.addEventListener(
    "scroll",
    () => {
      const moved = scroller.scrollTop - (last ?? scroller.scrollTop);
      last ??= scroller.scrollTop;
      if (Math.abs(moved) < 24) return;
      last = scroller.scrollTop;
      rooms?.classList.toggle("is-away", moved > 0 && !travel.pane.footing.atBottom());
    },
    { passive: true },
  );
}
