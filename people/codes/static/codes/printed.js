/** Takes the code out of the address, where it stands behind the #: there it never leaves this device unasked. */
const field = document.querySelector("[data-cercle-code]");
const code = decodeURIComponent(location.hash.slice(1));
if (field && /^[0-9A-Za-z-]{16,24}$/.test(code)) {
  field.value = code;
  document.querySelector('input[name="pin"]').focus();
}
if (location.hash) history.replaceState(null, "", location.pathname);
