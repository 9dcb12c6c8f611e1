/** Every page, in the installed web app and out of it: the worker that keeps what was seen, and the word "no network". */

import { settled } from "../lib/dom.js";
import { forgetAll, forgetDone } from "./copies.js";

const bar = document.querySelector("[data-offline]");
const kept = document.documentElement.dataset.kept;
const words = bar?.dataset ?? {};

/** Without network: since when this page is old, or that what is new does not come. */
function tell() {
  if (!bar) return;
  const language = document.documentElement.lang;
  const when = kept && new Date(kept).toLocaleString(language, { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
  const sentence = kept ? (navigator.onLine ? words.back : words.kept.replace("{when}", when)) : navigator.onLine ? "" : words.lost;
  bar.querySelector("[data-offline-words]").textContent = sentence;
  bar.querySelector("[data-offline-again]").hidden = !(kept && navigator.onLine);
  bar.hidden = !sentence;
}

/** What this page is made of, told to the worker: the first visit came before it was there. */
function show(worker) {
  const addresses = performance.getEntriesByType("resource").map((entry) => entry.name);
  worker?.postMessage({ kind: "shown", addresses: [...new Set([location.href, ...addresses])] });
}

/** The same for what is still on its way, until all comes through the worker: it would fetch it a second time. */
function showLater(worker) {
  const watch = new PerformanceObserver(settled(() => {
    if (navigator.serviceWorker.controller) watch.disconnect();
    show(worker);
  }, 1000));
  watch.observe({ type: "resource" });
}

async function work() {
  if (!("serviceWorker" in navigator) || kept) return;
  const first = !navigator.serviceWorker.controller;
  await navigator.serviceWorker.register("/worker.js", { scope: "/", updateViaCache: "none" });
  navigator.serviceWorker.addEventListener("controllerchange", () => show(navigator.serviceWorker.controller));
  const { active } = await navigator.serviceWorker.ready;
  show(active);
  if (first) showLater(active);
}

addEventListener("online", tell);
addEventListener("offline", tell);
tell();
document.addEventListener("submit", ({ target }) => {
  if (target.action.includes("/account/logout/")) forgetAll();
  else if (target.action.endsWith("/delete/")) forgetDone(new URL(target.action).pathname);
});
forgetDone(location.pathname);
const quiet = globalThis.requestIdleCallback ?? ((action) => setTimeout(action, 500));
const begin = () => quiet(() => work().catch(() => null)); // a browser that refuses keeps nothing, and works
if (document.readyState === "complete") begin();
else addEventListener("load", begin);
