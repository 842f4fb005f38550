// Keeps a copy of the page's own files, each checked by its hash, and gives them without asking a server. It keeps nothing else and asks for nothing else.
// A new version takes its place whole: all files of it are there, or none is used. The list is written in by the build.
const VERSION = "__UNDENY_VERSION__";
const FILES = __UNDENY_FILES__;
const CACHE = `undeny ${VERSION}`;

self.addEventListener("install", (event) => event.waitUntil(keep()));
self.addEventListener("activate", (event) => event.waitUntil(forgetOthers()));
self.addEventListener("fetch", (event) => {
  const name = own(event.request);
  if (name !== undefined) event.respondWith(give(name, event.request));
});

async function keep() {
  const cache = await caches.open(CACHE);
  await Promise.all(
    Object.entries(FILES).map(async ([name, integrity]) => {
      const response = await fetch(name, { integrity, credentials: "same-origin" });
      if (!response.ok) throw new Error(`${name}: status ${response.status}`);
      await cache.put(name, response);
    }),
  );
}

async function forgetOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("undeny ") && name !== CACHE).map((name) => caches.delete(name)));
}

// The name of the file that a request is for; nothing for any other request.
function own({ method, url }) {
  if (method !== "GET" || !url.startsWith(self.registration.scope)) return undefined;
  const name = url.slice(self.registration.scope.length).split(/[?#]/)[0] || "index.html";
  return name in FILES ? name : undefined;
}

async function give(name, request) {
  const kept = await caches.match(name, { cacheName: CACHE });
  return kept ?? fetch(request);
}
