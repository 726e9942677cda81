/** Calls of /api/v1: JSON both ways, the CSRF token on unsafe methods, problem+json as exceptions. */

const ROOT = "/api/v1/";
const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/** What the server refused. `code` is stable and dotted, `detail` a sentence for the reader, `errors` by field. */
export class Problem extends Error {
  constructor(status, body, retryAfter = null) {
    super(body.detail || body.title || String(status));
    this.name = "Problem";
    this.status = status;
    this.code = body.code || "";
    this.detail = body.detail || "";
    this.errors = body.errors || {};
    this.body = body;
    this.retryAfter = retryAfter;
  }
}

/** The line failed: nothing is known of what the server did. */
export class NoLine extends Error {
  constructor(cause) {
    super("no line", { cause });
    this.name = "NoLine";
  }
}

/** The present CSRF token: the cookie is fresher than a page that was opened before another sign-in. */
export function csrfToken() {
  if (typeof document === "undefined") return "";
  const cookie = /(?:^|; )(?:__Host-)?cercle-csrf=([^;]+)/.exec(document.cookie);
  if (cookie) return decodeURIComponent(cookie[1]);
  const meta = document.querySelector('meta[name="csrf-token"]');
  return meta?.content ?? document.querySelector('input[name="csrfmiddlewaretoken"]')?.value ?? "";
}

/**
 * One call as it is: `body` goes out unchanged. Gives the Response.
 * Raises Problem for a refusal, NoLine where nothing answered; an aborted `signal` raises its AbortError.
 */
export async function ask(method, path, { headers = {}, ...more } = {}) {
  const head = new Headers({ Accept: "application/json", ...headers });
  if (!SAFE.has(method) && !head.has("X-CSRFToken")) head.set("X-CSRFToken", csrfToken());
  let answer;
  try {
    answer = await fetch(ROOT + path, { ...more, method, headers: head, credentials: "same-origin", cache: "no-store" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new NoLine(error);
  }
  if (!answer.ok) throw await problemOf(answer);
  dispatchEvent(new Event("cercle:contact"));
  return answer;
}

/** One call with JSON both ways. Gives the parsed answer, or null for an empty one; raises as `ask`. */
export async function call(method, path, { body, headers = {}, ...more } = {}) {
  const sent = body === undefined ? { headers } : { headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(body) };
  const answer = await ask(method, path, { ...more, ...sent });
  if (answer.status === 204) return null;
  try {
    return await answer.json();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new NoLine(error); // cut in the middle, or a page of somebody in between
  }
}

/** Whether what failed may pass by itself: the line, the load, a session or token that has run out. */
export function passing(error) {
  if (error instanceof NoLine) return true;
  if (!(error instanceof Problem)) return false;
  return [401, 408, 425, 429].includes(error.status) || error.status >= 500 || error.code === "http.csrf";
}

export async function problemOf(answer) {
  let body = {};
  try {
    body = await answer.json();
  } catch {
    // A proxy's page is no problem+json; the status says enough.
  }
  const wait = Number(answer.headers.get("Retry-After"));
  const problem = new Problem(answer.status, body, Number.isFinite(wait) && wait > 0 ? wait : null);
  if (answer.status === 401 && typeof document !== "undefined") {
    document.dispatchEvent(new CustomEvent("cercle:signed-out"));
  }
  return problem;
}

export const get = (path, options) => call("GET", path, options);
export const post = (path, body, options) => call("POST", path, { body, ...options });
export const put = (path, body, options) => call("PUT", path, { body, ...options });
export const remove = (path, body, options) => call("DELETE", path, { body, ...options });
