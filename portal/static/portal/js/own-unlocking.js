/**
 * The device's own unlocking (fingerprint, face, its code) in place of the PIN: one of the person's passkeys, asked with user
 * verification. Nothing goes to the server: what is checked is that this device has just recognised its owner.
 */

const USER_VERIFIED = 0x04;
const same = (one, other) => one.length === other.length && one.every((byte, n) => byte === other[n]);

async function ask(allowCredentials) {
  const challenge = crypto.getRandomValues(new Uint8Array(32));
  const asked = { challenge, allowCredentials, userVerification: "required", timeout: 60000 };
  const { rawId, response } = await navigator.credentials.get({ publicKey: asked });
  const said = JSON.parse(new TextDecoder().decode(response.clientDataJSON));
  const echoed = Uint8Array.from(atob(said.challenge.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
  const data = new Uint8Array(response.authenticatorData);
  const site = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(location.hostname)));
  const right = said.type === "webauthn.get" && said.origin === location.origin && same(echoed, challenge) && same(data.slice(0, 32), site);
  if (!right || !(data[32] & USER_VERIFIED)) throw new Error("not verified");
  return { id: rawId, person: new TextDecoder().decode(response.userHandle ?? new ArrayBuffer(0)) };
}

/** Whether this device can recognise its owner for a page. */
export async function isPossible() {
  return Boolean(await globalThis.PublicKeyCredential?.isUserVerifyingPlatformAuthenticatorAvailable?.());
}

/** Let `person` choose a passkey of theirs; its raw id. Raises where nothing was chosen or the passkey is somebody else's. */
export async function choosePasskey(person) {
  const chosen = await ask([]);
  if (chosen.person.replaceAll("-", "") !== person.replaceAll("-", "")) throw new Error("another person's");
  return chosen.id;
}

/** Ask for the passkey with this raw id. Raises where the owner was not recognised. */
export async function recognise(id) {
  await ask([{ type: "public-key", id }]);
}
