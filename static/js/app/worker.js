/**
 * The service worker of the installed web app. Before this text the server puts RELEASE, SHELL, OFFLINE and PLACES:
 * see mapping/web_app.py.
 *
 * It keeps what everybody may see and nothing else: the files of this release, the public pages of places that were
 * opened, and the list and the drawing of the area seen last. An answer that is somebody's own (`private`, `no-store`)
 * is never kept. The network is always asked first; what was kept is shown only when there is none, and says so.
 */

const FILES = `files-${RELEASE}`;
const SEEN = `seen-${RELEASE}`;
const MOST = { pages: 30, lists: 20, data: 400 };
const page = (url) => PLACES.some((place) => new RegExp(place).test(url.pathname));
const fragment = (url) => url.searchParams.has("fragment");
const drawn = (url) => /^\/tiles\/.+\.geojson$/.test(url.pathname) || (/^\/layers\/.+\.geojson$/.test(url.pathname) && url.searchParams.has("zoom"));

const file = (url) => /\.\w+$|^\/(?:files|exports)\//.test(url.pathname); // it goes to the disk, past the worker

function kindOf(url) {
  if (drawn(url)) return "data";
  if (!page(url)) return "";
  return fragment(url) ? "lists" : "pages";
}

/** Whether an answer is public and whole. A tile without anything is an answer too. */
function open(response) {
  const control = response.headers.get("Cache-Control") ?? "";
  return [200, 204].includes(response.status) && response.type === "basic" && !response.redirected && !/private|no-store/.test(control);
}

/** Puts an answer away under its kind; what was seen longest ago goes. */
async function keep(kind, address, response) {
  const seen = await caches.open(`${SEEN}-${kind}`);
  await seen.delete(address);
  await seen.put(address, response);
  const keys = await seen.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - MOST[kind])).map((key) => seen.delete(key)));
}

/** What was kept of an address: itself, else the newest of the same page, else nothing. */
async function kept(kind, url, near) {
  const seen = await caches.open(`${SEEN}-${kind}`);
  const same = await seen.match(url.href);
  if (same || !near) return same;
  const keys = (await seen.keys()).filter((key) => new URL(key.url).pathname === url.pathname);
  return keys.length ? seen.match(keys.at(-1)) : undefined;
}

/** A kept page says from when it is, where the page's own script looks for it. */
async function marked(response) {
  const when = new Date(response.headers.get("Date") ?? Date.now()).toISOString();
  const text = (await response.text()).replace("<html ", `<html data-kept="${when}" `);
  const headers = new Headers(response.headers);
  for (const name of ["Content-Length", "Content-Encoding"]) headers.delete(name);
  return new Response(text, { status: 200, headers });
}

async function ofRelease(request) {
  const files = await caches.open(FILES);
  const there = await files.match(request);
  if (there) return there;
  const response = await fetch(request);
  if (response.ok && request.url.includes(`/${RELEASE}/`)) await files.put(request, response.clone());
  return response;
}

/** The network; without it what was kept. */
async function seenLast(event, kind, url) {
  try {
    const response = await fetch(event.request);
    if (open(response)) event.waitUntil(keep(kind, url.href, response.clone()));
    return response;
  } catch (error) {
    const there = await kept(kind, url, kind === "lists");
    if (there) return there;
    throw error;
  }
}

/** A page; without network the kept one, the map as it was seen last, or the page that says there is no network. */
async function visited(event, url) {
  try {
    const response = (await event.preloadResponse) ?? (await fetch(event.request));
    if (page(url) && open(response)) event.waitUntil(keep("pages", url.href, response.clone()));
    return response;
  } catch {
    const there = page(url) && (await kept("pages", url, true));
    if (there) return marked(there);
    const map = url.pathname === "/" || url.pathname === "/en/" ? await lastMap(url) : "";
    if (map) return Response.redirect(map, 302);
    const words = url.pathname.startsWith("/en/") ? OFFLINE.en : OFFLINE.it;
    return (await (await caches.open(FILES)).match(words)) ?? Response.error();
  }
}

/** The address of the map that was seen last, in the language of the address. */
async function lastMap(url) {
  const english = url.pathname.startsWith("/en/");
  const keys = await (await caches.open(`${SEEN}-lists`)).keys();
  const last = keys.map((key) => new URL(key.url)).findLast((one) => one.pathname.startsWith("/en/") === english);
  if (!last) return "";
  last.searchParams.delete("fragment");
  return last.href;
}

self.addEventListener("install", (event) => {
  const all = caches.open(FILES).then((files) => files.addAll([...SHELL, ...Object.values(OFFLINE)]));
  event.waitUntil(all.then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (name) => !name.startsWith(FILES) && !name.startsWith(SEEN);
  const swept = caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))));
  const early = self.registration.navigationPreload?.enable(); // a page is asked for while the worker wakes up
  event.waitUntil(Promise.all([swept, early]).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin || request.headers.has("Range")) return;
  if (url.pathname.startsWith("/static/")) return event.respondWith(ofRelease(request));
  if (request.mode === "navigate") return file(url) ? undefined : event.respondWith(visited(event, url));
  const kind = kindOf(url);
  if (kind === "lists" || kind === "data") event.respondWith(seenLast(event, kind, url));
});

/**
 * A page tells what it is made of, for it may have come before this worker did. Public addresses are taken from what
 * the browser has, or read again without the reader's name: what is kept is what a stranger sees.
 */
self.addEventListener("message", (event) => {
  if (event.data?.kind !== "shown") return;
  event.waitUntil(shown(event.data.addresses.map((address) => new URL(address, self.location.origin))));
});

async function shown(urls) {
  const files = await caches.open(FILES);
  for (const url of urls.filter((one) => one.origin === self.location.origin)) {
    const own = url.pathname.startsWith(`/static/${RELEASE}/`);
    const kind = kindOf(url);
    if (own && !(await files.match(url.href))) await files.add(url.href).catch(() => null);
    if (!kind || (await kept(kind, url, false))) continue;
    const response = await fetch(url.href, { credentials: "omit", cache: "force-cache" }).catch(() => null);
    if (response && open(response)) await keep(kind, url.href, response);
  }
}
