// What the pages need a script for, besides the theme's: copying code, larger pictures, keys, and
// the notes on the reader's device. Nothing here is needed to read.

// A button on each block of code; output is read, not copied. The theme's own button stands in a
// landmark without a name, which readers who step through landmarks would all have to pass.
function addCopyButton(block) {
  const button = document.createElement("button")
  button.type = "button"
  button.className = "copy"
  button.textContent = "Copy"
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(block.querySelector("code").textContent.trimEnd() + "\n")
      button.textContent = "Copied"
    } catch {
      button.textContent = "Copying was refused"
    }
    announce(button.textContent)
    setTimeout(() => (button.textContent = "Copy"), 2000)
  })
  block.append(button)
}

// Tell readers who do not see the button's new word.
function announce(words) {
  let status = document.querySelector("main > .announcement")
  if (!status) {
    status = document.createElement("p")
    status.className = "announcement"
    status.role = "status"
    document.querySelector("main").append(status)
  }
  status.textContent = words
}

// The menu of narrow windows opens by a label, which the keyboard cannot reach: a real button takes
// its place, and the label stays for those who have no script.
function makeMenuButton(label, box) {
  const button = document.createElement("button")
  button.type = "button"
  button.className = `${label.className} menu-button`
  button.ariaLabel = "Menu"
  button.ariaExpanded = "false"
  button.append(...label.children)
  label.replaceWith(button)
  button.addEventListener("click", () => box.click())
  box.addEventListener("change", () => (button.ariaExpanded = String(box.checked)))
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && box.checked) {
      box.click()
      button.focus()
    }
  })
}

// The palette is two radio buttons of which one is shown: Enter and Space take the other.
function makeSwitch(form) {
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault()
      const other = [...form.querySelectorAll("input")].find((input) => input !== event.target)
      other.click()
      other.focus()
    }
  })
}

// A box over the page, with a way out for a finger; Escape is the browser's.
function showBox(label, content) {
  const box = document.createElement("dialog")
  box.className = "box"
  box.ariaLabel = label
  const close = Object.assign(document.createElement("button"), { type: "button", textContent: "Close" })
  close.addEventListener("click", () => box.close())
  box.addEventListener("close", () => box.remove())
  box.append(close, content)
  document.body.append(box)
  box.showModal()
}

// A picture is shown as wide as the window, and half as large again as it is drawn, if that is more.
function makeLarger(image) {
  Object.assign(image, { role: "button", tabIndex: 0, title: "Enlarge" })
  image.style.cursor = "zoom-in"
  const enlarge = () => {
    const large = Object.assign(new Image(), { src: image.currentSrc || image.src, alt: image.alt })
    large.style.width = `${Math.max(0.9 * innerWidth, 1.5 * image.naturalWidth)}px`
    showBox(image.alt, large)
  }
  image.addEventListener("click", enlarge)
  image.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault()
      enlarge()
    }
  })
}

const KEYS = [
  ["/", "search; s and Ctrl K do it too"],
  [",", "the page before"],
  [".", "the next page"],
  ["Esc", "close what is open"],
  ["?", "these keys"],
]

function showKeys() {
  const list = document.createElement("ul")
  for (const [key, words] of KEYS) {
    const item = list.appendChild(document.createElement("li"))
    item.append(Object.assign(document.createElement("kbd"), { textContent: key }), ` ${words}`)
  }
  showBox("Keys", list)
}

// The notes stay on this device where the reader asks for it: worker.js keeps them. The build writes
// the size; without it, on a disk, and on a host without HTTPS nothing is offered.
const keptSize = ""

async function offerToKeep(place) {
  const workers = navigator.serviceWorker
  const [button, said] = place.children
  // Another site of the same host may have a worker above this one.
  const registered = async () => {
    const found = await workers.getRegistration(searchFolder).catch(() => undefined)
    return found?.scope === searchFolder ? found : undefined
  }
  const before = registered() // when the page came
  let removed = false
  const say = (words) => announce((said.textContent = words))
  const name = (kept) => {
    button.textContent = kept ? "Remove these notes from this device" : `Keep these notes on this device, ${keptSize}`
  }
  workers.addEventListener("message", async ({ data }) => {
    const update = (await before) && !removed
    if (data.done === data.of && data.done) {
      say(update ? "A newer edition is kept: the next page shows it." : "Kept: they open without a network.")
      name(true)
    } else if (data.done) {
      said.textContent = `${data.done} of ${data.of} files`
    } else if (!update) {
      say(data.failed === "QuotaExceededError" ? "This device has no room; nothing was kept." : "Not all of it came; nothing was kept.")
    }
  })
  button.addEventListener("click", async () => {
    const now = await registered()
    if (now?.active) {
      removed = await now.unregister()
      const names = (await caches.keys()).filter((each) => each.startsWith(`notes ${searchFolder} `))
      await Promise.all(names.map((each) => caches.delete(each)))
      name(false)
      return say("Removed from this device.")
    }
    navigator.storage?.persist?.() // so that the browser does not clear them first
    said.textContent = "Keeping them …"
    await workers.register(`${searchFolder}worker.js`).catch(() => said.textContent.includes("…") && say("This browser refuses to keep them."))
  })
  name(await before)
  place.style.visibility = "visible"
}

if (navigator.clipboard) {
  document.querySelectorAll(".highlight:not(.language-text)").forEach(addCopyButton)
}
makeMenuButton(document.querySelector("header label[for=__drawer]"), document.querySelector("#__drawer"))
makeSwitch(document.querySelector("form[data-md-component=palette]"))
document.querySelectorAll(".md-content img").forEach(makeLarger)

// The search: a dialog whose script and index are one file, loaded when it is asked for.
const searchFolder = new URL("../", document.currentScript.src).href
let searchOpener // what had the focus before
let searchWatcher // hears the "back" of a phone, where the browser tells
let searchAlone // the timer of standAlone
let searchAsked = false
let searchTries = 0

// Load the search; when it does not come, the next key asks again.
function loadSearch() {
  if (searchAsked) return
  searchAsked = true
  const script = document.createElement("script")
  // What ended too early may lie in the browser's cache: another address is asked again.
  script.src = `${searchFolder}search/index.js${searchTries++ ? `?try=${searchTries}` : ""}`
  script.onload = script.onerror = () => {
    script.remove()
    searchAsked = typeof notesSearch !== "undefined"
    if (searchAsked || !searchDialog.open) return
    sayOfSearch("The search did not come; the next key asks again.")
    searchDialog.querySelector(".search__help").replaceChildren(...searchHints("Look here instead:"))
  }
  document.head.append(script)
}

// What is seen, and what a screen reader says of it.
function sayOfSearch(words) {
  for (const place of searchDialog.querySelectorAll(".search__status, [role=status]")) place.textContent = words
}

// Where to look when no word helps: the parts of the site, from the page's own menu.
function searchHints(words) {
  const list = document.createElement("ul")
  for (const { href, textContent } of [...document.querySelectorAll(".menu > ul > li > a")].slice(0, 12)) {
    const link = Object.assign(document.createElement("a"), { href, textContent: textContent.trim() })
    list.appendChild(document.createElement("li")).append(link)
  }
  return [Object.assign(document.createElement("p"), { textContent: words }), list]
}

// Make the page behind the search inert. showModal() would do it before the search is seen, which
// takes a browser longer than to find the first result; so it is done a moment after that, or when
// someone tabs.
function standAlone() {
  clearTimeout(searchAlone)
  for (const part of document.body.children) part.inert = searchDialog.open && part !== searchDialog
}

function closeSearch() {
  searchWatcher?.destroy()
  searchDialog.close()
  standAlone()
  searchOpener?.focus({ preventScroll: true })
}

const searchDialog = makeSearchDialog()

function makeSearchDialog() {
  const dialog = document.createElement("dialog")
  dialog.className = "search"
  dialog.ariaLabel = "Search"
  dialog.ariaModal = "true"
  dialog.dataset.base = searchFolder
  dialog.innerHTML =
    '<div class="search__panel"><div class="search__top">' +
    '<input class="search__input" type="text" role="combobox" ' +
    'aria-label="Search" aria-expanded="false" aria-controls="search-results" ' +
    'aria-autocomplete="list" autocomplete="off" autocapitalize="off" spellcheck="false" ' +
    'placeholder="A word, a class, an error …"></div><p class="search__status" aria-hidden="true"></p>' +
    '<p class="announcement" role="status"></p><div class="search__help"></div></div>'
  dialog.addEventListener("input", loadSearch)
  document.body.append(dialog)
  return dialog
}

// Open the search at once, so that no key is lost; what was loaded takes over when it is there.
function openSearch(query) {
  loadSearch()
  if (!searchDialog.open) {
    searchOpener = document.activeElement
    if (typeof notesSearch === "undefined") sayOfSearch("The search is being loaded …")
    searchDialog.show()
    searchAlone = setTimeout(standAlone, 300)
    if (window.CloseWatcher) {
      searchWatcher = new CloseWatcher()
      searchWatcher.onclose = closeSearch
    }
  }
  const input = searchDialog.querySelector("input")
  if (query === undefined) return input.value && input.select()
  input.value = query
  input.dispatchEvent(new Event("input"))
}

// Who points at the search, or tabs to it, is about to type.
for (const event of ["pointerover", "focusin"]) {
  document.addEventListener(event, ({ target }) => {
    if (target.closest?.("button.search-button, form.find")) loadSearch()
  })
}
document.querySelectorAll("button.search-button").forEach((button) => {
  button.addEventListener("click", () => openSearch())
})
document.querySelectorAll("form.find").forEach((form) => {
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    openSearch(form.elements.q.value)
  })
})
document.addEventListener("keydown", (event) => {
  if (searchDialog.open) {
    if (event.key === "Tab") standAlone()
    if (event.key === "Escape" && !event.isComposing) closeSearch()
  }
  const alone = !event.ctrlKey && !event.metaKey && !event.altKey
  const typing = event.target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select")
  const asked = alone ? !typing && ["/", "s"].includes(event.key) : event.key === "k" && !event.altKey
  if (asked) {
    event.preventDefault()
    openSearch()
  } else if (alone && !typing && event.key === "?" && !document.querySelector("dialog[open]")) {
    showKeys()
  }
})
document.querySelector(".keys")?.addEventListener("click", showKeys)
const keepPlace = document.querySelector(".keep")
if (keptSize && keepPlace && isSecureContext && navigator.serviceWorker) offerToKeep(keepPlace)
const searchAddress = new URLSearchParams(location.search)
if (searchAddress.has("q")) openSearch(searchAddress.get("q"))
else if (searchAddress.has("h")) loadSearch()
