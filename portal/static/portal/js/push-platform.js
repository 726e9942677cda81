/** What this browser can do about notifications. Nothing here asks anybody anything, and nothing needs a page: the service worker may read it. */

const IOS_SINCE = 16.4;

/** [name, mark in the user agent], the particular before the general: Edge and Samsung say "Chrome" too, Chrome says "Safari". */
const BROWSERS = [
  ["Edge", /Edg(?:A|iOS)?\//],
  ["Samsung Internet", /SamsungBrowser\//],
  ["Opera", /OPR\//],
  ["Firefox", /(?:Firefox|FxiOS)\//],
  ["Chrome", /(?:Chrome|CriOS|Chromium)\//],
  ["Safari", /Safari\//],
];

/** "iPhone", "iPad", "Android", "Windows", "Mac", "Linux", or "". An iPad calls itself a Mac, but no Mac has a touch screen. */
function systemOf(agent) {
  if (/iPhone|iPod/.test(agent)) return "iPhone";
  if (/iPad/.test(agent) || (/Macintosh/.test(agent) && navigator.maxTouchPoints > 1)) return "iPad";
  return ["Android", "Windows", "Macintosh", "Linux"].find((name) => agent.includes(name))?.replace("Macintosh", "Mac") ?? "";
}

/** The system's version as a number, 16.4 for "iPhone OS 16_4_1"; an iPad says only that of its Safari. Null where it is not said. */
function versionOf(agent) {
  const said = /OS (\d+)_(\d+)/.exec(agent) ?? /Version\/(\d+)\.(\d+)/.exec(agent);
  return said ? Number(`${said[1]}.${said[2]}`) : null;
}

function supportOf(apple, version, installed) {
  if (!globalThis.isSecureContext) return "insecure";
  if (apple && version !== null && version < IOS_SINCE) return "old";
  if (apple && !installed) return "install";
  return "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis ? "ready" : "none";
}

/**
 * What is known of this browser: {system, browser, name, version, apple, installed, support, permission}.
 * `name` is what a device is called ("Chrome, Android"); `installed` whether the page is open as an app of its own;
 * `support`: "ready", "install" (first to the home screen), "old" (iOS below 16.4), "insecure" (no https), "none";
 * `permission`: "default", "granted", "denied".
 */
export function platform() {
  const agent = navigator.userAgent;
  const system = systemOf(agent);
  const apple = system === "iPhone" || system === "iPad";
  const browser = BROWSERS.find(([, mark]) => mark.test(agent))?.[0] ?? (apple ? "Safari" : "");
  const version = apple ? versionOf(agent) : null;
  const installed = navigator.standalone === true || (globalThis.matchMedia?.("(display-mode: standalone)").matches ?? false);
  return {
    system,
    browser,
    name: [browser, system].filter(Boolean).join(", ") || "?",
    version,
    apple,
    installed,
    support: supportOf(apple, version, installed),
    permission: globalThis.Notification?.permission ?? "default",
  };
}
