/** An invitation's link: what stands behind its # goes to the server by a form, and out of the address bar. */
import { hook } from "./dom.js";

function openLink() {
  const token = location.hash.slice(1);
  if (!token) return;
  history.replaceState(null, "", location.pathname);
  const form = hook("open-link");
  form.elements.token.value = token;
  form.submit();
}

addEventListener("hashchange", openLink);
openLink();
