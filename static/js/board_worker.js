/* Opens the hall's screen while its server is lost: one that is switched on again shows what it showed last.

   static/js/board.js keeps the pages and files of the screen; the browser asks this script, which only reads them,
   in place of the network. Of a page the server has the first word; a file has another address once it changes.
   Other pages are none of its business, nor is the screen's own question for something newer: that it fails is told. */
"use strict";

const PATIENCE = 15 * 1000;
const SCREENS = [self.registration.scope, `${self.registration.scope}/en`];

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("fetch", (event) => {
  const { method, mode, destination, url } = event.request;
  if (method !== "GET") return;
  if (mode !== "navigate" && destination) event.respondWith(file(event.request));
  else if (mode === "navigate" && SCREENS.includes(url.split(/[?#]/)[0])) event.respondWith(page(event.request));
});

async function file(request) {
  return (await caches.match(request)) || fetch(request);
}

async function page(request) {
  const kept = await caches.match(request, { ignoreSearch: true });
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (answer.ok || !kept) return answer;
  } catch (lost) {
    if (!kept) throw lost;
  }
  return kept;
}
