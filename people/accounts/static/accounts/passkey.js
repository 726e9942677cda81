/** Says in words that a passkey was not used; the packaged script only writes to the console. */
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const said = document.querySelector("[data-cercle-passkey-failed]");
  if (said) said.hidden = false;
});
