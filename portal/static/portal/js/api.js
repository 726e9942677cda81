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
 * One call. Gives the parsed answer, or null for an empty one.
 * Raises Problem for a refusal, NoLine where nothing answered; an aborted `signal` raises its AbortError.
 */
export async function call(method, path, { body, headers = {}, signal, keepalive = false } = {}) {
  const head = new Headers({ Accept: "application/json", ...headers });
  if (body !== undefined) head.set("Content-Type", "application/json");
  if (!SAFE.has(method) && !head.has("X-CSRFToken")) head.set("X-CSRFToken", csrfToken());
  let answer;
  try {
    answer = await fetch(ROOT + path, {
      method,
      headers: head,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
      signal,
      keepalive,
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new NoLine(error);
  }
  if (answer.ok) {
    dispatchEvent(new Event("cercle:contact"));
    return answer.status === 204 ? null : answer.json();
  }
  throw await problemOf(answer);
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
