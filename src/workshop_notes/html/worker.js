// Keeps one edition of the notes on a reader's device: pages, search and pictures. The build
// writes `edition` and `files` (place below the site: hash of the content) before these lines.
const ours = `notes ${registration.scope} `
const kept = ours + edition
const LANES = 6 // requests at once, as many as a browser has for one host

addEventListener("install", (event) => event.waitUntil(keep()))

addEventListener("activate", (event) => {
  const old = async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith(ours) && name !== kept)
    await Promise.all(names.map((name) => caches.delete(name)))
    await clients.claim()
  }
  event.waitUntil(old())
})

addEventListener("fetch", (event) => {
  const place = placeOf(event.request.url)
  if (event.request.method !== "GET" || place === undefined) return
  if (place in files) event.respondWith(keptOrAsked(event.request, place))
  else if (`${place}/` in files) event.respondWith(Response.redirect(addressOf(`${place}/`)))
  else if (event.request.mode === "navigate") event.respondWith(fetch(event.request).catch(notKept))
})

// All of an edition or nothing: what came before stays until every file is there.
async function keep() {
  const cache = await caches.open(kept)
  const waiting = Object.entries(files)
  const stop = new AbortController()
  let done = 0
  const lane = async () => {
    for (let file; !stop.signal.aborted && (file = waiting.pop()); ) {
      await keepFile(cache, stop.signal, ...file)
      await tell({ done: ++done, of: Object.keys(files).length })
    }
  }
  // Every lane has ended before a failure is told, so that no count comes after it.
  await Promise.all(Array.from({ length: LANES }, () => lane().catch((error) => stop.abort(error))))
  if (stop.signal.aborted) {
    await caches.delete(kept)
    await tell({ failed: stop.signal.reason.name })
    throw stop.signal.reason
  }
  await skipWaiting()
}

// What an earlier edition holds with the same content is not asked for again.
async function keepFile(cache, signal, place, hash) {
  const address = addressOf(place)
  const earlier = await caches.match(address)
  if (earlier?.headers.get("Notes-Hash") === hash) return cache.put(address, earlier)
  const { body, headers } = await fetch(address, { cache: "no-cache", integrity: hash, signal })
  // A new answer, since one that was redirected may not answer for a page.
  const answer = new Response(body, { headers })
  answer.headers.set("Notes-Hash", hash)
  return cache.put(address, answer)
}

async function keptOrAsked(request, place) {
  return (await caches.match(addressOf(place), { cacheName: kept })) ?? fetch(request)
}

function notKept() {
  const words = "This file is not kept on this device: it needs a network. Go back to read on."
  return new Response(words, { status: 503, headers: { "Content-Type": "text/plain; charset=utf-8" } })
}

function addressOf(place) {
  return registration.scope + place.split("/").map(encodeURIComponent).join("/")
}

// The place of an address below the site, without its query; nothing for one that is not there.
function placeOf(address) {
  const { origin, pathname } = new URL(address)
  if (!(origin + pathname).startsWith(registration.scope)) return undefined
  try {
    const place = decodeURIComponent((origin + pathname).slice(registration.scope.length))
    return place in files ? place : place.replace(/(^|\/)index\.html$/, "$1")
  } catch {
    return undefined
  }
}

async function tell(message) {
  for (const client of await clients.matchAll({ includeUncontrolled: true })) client.postMessage(message)
}
