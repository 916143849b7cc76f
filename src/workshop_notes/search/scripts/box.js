// The search box: what is typed goes to notesSearch (rank.js), what it finds is shown as a list
// that the arrow keys walk through while the focus stays in the box (the combobox pattern of the
// ARIA Authoring Practices Guide). The dialog, its hints and its closing are those of site.js.
{
  const REMEMBERED_AFTER = 300 // milliseconds without a key; browsers refuse too many addresses
  queueMicrotask(() => {
    // After the index, which ends this file.
    setUp(document.querySelector("dialog.search"))
    const asked = new URLSearchParams(location.search).get("h")
    if (asked) markWords(document.querySelector("article"), asked)
  })

  function setUp(dialog) {
    const base = dialog.dataset.base
    const input = dialog.querySelector("input")
    const close = element("button", { className: "search__close", type: "button" }, "Close")
    const status = dialog.querySelector(".search__status")
    const help = dialog.querySelector(".search__help")
    const list = element("div", { className: "search__results", id: "search-results", role: "listbox" })
    list.ariaLabel = "Results"
    dialog.querySelector(".search__top").append(close)
    status.after(list)

    let latest = 0
    let remembering
    let chosen = -1

    async function answer() {
      const query = input.value.trim()
      const turn = ++latest
      list.ariaBusy = "true"
      clearTimeout(remembering)
      remembering = setTimeout(remember, REMEMBERED_AFTER, query)
      if (!query)
        return show([], "", searchHints("Type what you are looking for: a word, a class, an error message."))
      try {
        const index = await notesSearch.open(`${base}search/`)
        const found = await notesSearch.search(index, input.value)
        if (turn === latest) tell(query, found)
      } catch (error) {
        if (turn === latest)
          show([], `The search does not work: ${error.message}.`, searchHints("Look here instead:"))
      }
    }

    function tell(query, { results, total, mends, missing, empty, words, marks }) {
      const quoted = (words) => words.map((word) => `“${word}”`).join(", ")
      if (empty) {
        return show(
          [],
          `Every page holds ${quoted([query])}.`,
          searchHints("Add a word that says what it is about."),
        )
      }
      if (!results.length) {
        const words = "Try fewer or other words: the name of a class, a service or an error. Or look here:"
        return show([], `Nothing found for ${quoted([query])}.`, searchHints(words))
      }
      const parts = [total === 1 ? "1 page" : `${total} pages`]
      if (total > results.length) parts[0] = `The best ${results.length} of ${total} pages`
      for (const { text, words } of mends) {
        parts.push(`nothing for ${quoted([text])}, shown for ${quoted(words.slice(0, 2))}`)
      }
      if (missing.length) parts.push(`without ${quoted(missing)}, which no page holds`)
      show(
        results.map((result, n) => option(result, n, words, marks)),
        `${parts.join("; ")}.`,
      )
    }

    function show(results, words, more) {
      if (list.firstChild) list.scrollTop = 0
      list.replaceChildren(...results)
      status.textContent = words
      help.replaceChildren(...(more ?? []))
      input.ariaExpanded = String(results.length > 0)
      choose(results.length ? 0 : -1)
      list.ariaBusy = "false"
    }

    function option(result, n, words, marks) {
      const link = element("a", { className: "search__result", role: "option", tabIndex: -1 })
      link.id = `search-result-${n}`
      link.addEventListener("pointermove", () => choose(n))
      link.href = addressOf(result, words)
      const title = element("span", { className: "search__title" })
      title.append(...marked(result.title, marks))
      link.append(title)
      if (result.heading) {
        const heading = element("span", { className: "search__heading" })
        heading.append(...marked(result.heading, marks))
        link.append(heading)
      }
      const snippet = element("span", { className: "search__snippet" })
      snippet.append(...marked(result.snippet, marks))
      link.append(snippet)
      return link
    }

    function addressOf({ location: place, fragment }, words) {
      const url = new URL(place, base)
      // A server completes the address of a folder, a disk does not.
      if (url.protocol === "file:" && url.pathname.endsWith("/")) url.pathname += "index.html"
      url.searchParams.set("h", words.slice(0, 8).join(" "))
      if (fragment) url.hash = fragment
      return url.href
    }

    function choose(n) {
      list.children[chosen]?.setAttribute("aria-selected", "false")
      chosen = n
      const link = list.children[n]
      if (link) {
        link.setAttribute("aria-selected", "true")
        input.setAttribute("aria-activedescendant", link.id)
        // Asking where the first one stands would lay the page out once more before it is painted.
        if (n) link.scrollIntoView({ block: "nearest" })
      } else {
        input.removeAttribute("aria-activedescendant")
      }
    }

    input.addEventListener("input", answer)
    input.addEventListener("keydown", (event) => {
      const count = list.children.length
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault()
        if (count) choose((chosen + (event.key === "ArrowDown" ? 1 : count - 1)) % count)
        if (!chosen) list.scrollTop = 0
      } else if (event.key === "Enter") {
        event.preventDefault()
        list.children[chosen]?.click()
      }
    })
    close.addEventListener("click", closeSearch)
    dialog.addEventListener("click", (event) => event.target === dialog && closeSearch())
    dialog.addEventListener("close", () => {
      clearTimeout(remembering)
      remember("")
    })
    list.addEventListener("click", (event) => {
      const link = event.target.closest("a")
      if (link) remember(input.value.trim())
      const here = (url) => url.replace(/#.*/, "")
      if (link && here(link.href) === here(location.href)) closeSearch()
    })
    answer()
  }

  // The query stands in the address, so that it can be shared and is there after "back".
  function remember(query) {
    const url = new URL(location.href)
    if (query) url.searchParams.set("q", query)
    else url.searchParams.delete("q")
    try {
      if (url.href !== location.href) history.replaceState(history.state, "", url)
    } catch {
      // Some browsers refuse it to pages from a disk.
    }
  }

  function element(name, properties, text = "") {
    const made = Object.assign(document.createElement(name), properties)
    if (properties.role) made.setAttribute("role", properties.role)
    if (text) made.textContent = text
    return made
  }

  function marked(text, marks = []) {
    const found = []
    let at = 0
    for (const [start, end] of notesSearch.places(text, marks)) {
      found.push(text.slice(at, start), element("mark", {}, text.slice(start, end)))
      at = end
    }
    found.push(text.slice(at))
    return found.filter((part) => part !== "")
  }

  // Mark the words that the reader came with.
  function markWords(article, words) {
    const marks = notesSearch.chunks(words).map(notesSearch.form)
    if (!article || !marks.length) return
    const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT)
    const texts = []
    while (walker.nextNode()) texts.push(walker.currentNode)
    for (const text of texts) {
      if (text.parentElement.closest("button, script, .headerlink")) continue
      const found = marked(text.data, marks)
      if (found.length > 1 || found[0] instanceof Element) text.replaceWith(...found)
    }
  }
}
