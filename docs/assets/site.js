// What the pages need a script for, besides the theme's: copying code, and keys for the two
// switches that the theme made of labels. Nothing here is needed to read.

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
  let status = document.querySelector(".announcement")
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

if (navigator.clipboard) {
  document.querySelectorAll(".highlight:not(.language-text)").forEach(addCopyButton)
}
makeMenuButton(
  document.querySelector("header label[for=__drawer]"),
  document.querySelector("#__drawer"),
)
makeSwitch(document.querySelector("form[data-md-component=palette]"))

// The search: a dialog that is made, and whose scripts and index are loaded, when it is asked for.
const searchFolder = new URL("../", document.currentScript.src).href
const searchScripts = ["assets/search/search.js", "search/index.js"]
let searchDialog
let searchAsked = false

function loadSearch(names) {
  if (searchAsked) return
  searchAsked = true
  for (const name of names) {
    const script = document.createElement("script")
    script.src = searchFolder + name
    script.async = false // one after the other, but fetched at once
    script.onload = script.onerror = () => script.remove() // what failed is asked for again
    document.head.append(script)
  }
}

// Open the search at once, so that no key is lost; search.js takes over when it is there.
function openSearch(query) {
  if (!searchDialog) {
    searchDialog = document.createElement("dialog")
    searchDialog.className = "search"
    searchDialog.ariaLabel = "Search"
    searchDialog.dataset.base = searchFolder
    searchDialog.innerHTML =
      '<div class="search__top"><input class="search__input" type="text" role="combobox" ' +
      'aria-label="Search" aria-expanded="false" aria-controls="search-results" ' +
      'aria-autocomplete="list" autocomplete="off" autocapitalize="off" spellcheck="false" ' +
      'placeholder="A word, a class, an error …" maxlength="400"></div>'
    document.body.append(searchDialog)
    loadSearch(searchScripts)
    if (typeof notesSearch !== "undefined") notesSearch.setUp(searchDialog)
  }
  if (!searchDialog.open) searchDialog.showModal()
  const input = searchDialog.querySelector("input")
  if (query !== undefined) {
    input.value = query
    input.dispatchEvent(new Event("input"))
  }
  input.select()
}

// Who points at the search, or tabs to it, is about to type.
for (const event of ["pointerover", "focusin"]) {
  document.addEventListener(event, ({ target }) => {
    if (target.closest?.("button.search-button, form.find")) loadSearch(searchScripts)
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
  const alone = !event.ctrlKey && !event.metaKey && !event.altKey
  const typing = event.target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select")
  const asked = alone ? !typing && ["/", "s"].includes(event.key) : event.key === "k" && !event.altKey
  if (asked) {
    event.preventDefault()
    openSearch()
  }
})
const searchAddress = new URLSearchParams(location.search)
if (searchAddress.has("q")) openSearch(searchAddress.get("q"))
else if (searchAddress.has("h")) loadSearch(["assets/search/search.js"])
