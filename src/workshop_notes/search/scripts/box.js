// The search box: what is typed goes to notesSearch (rank.js), what it finds is shown as a list
// that the arrow keys walk through while the focus stays in the box (the combobox pattern of the
// ARIA Authoring Practices Guide). The dialog, its hints and its closing are those of site.js.
{
  const REMEMBERED_AFTER = 300 // milliseconds without a key; browsers refuse too many addresses
  const ANNOUNCED_AFTER = 700 // and who listens wants to hear a result once, not at each key
  const LONGEST = 1000
  const ERROR = /^\s*(?:[\w.]+\.)?\w*(?:Error|Exception|Fault|Failure)\b/
  queueMicrotask(() => {
    // After the index, which ends this file.
    setUp(document.querySelector("dialog.search"))
    const asked = new URLSearchParams(location.search).get("h")
    if (asked) markWords(document.querySelector("article"), asked)
  })

  function setUp(dialog) {
    const base = dialog.dataset.base
    const input = dialog.querySelector("input")
    const status = dialog.querySelector(".search__status")
    const heard = dialog.querySelector("[role=status]")
    const help = dialog.querySelector(".search__help")
    const close = button("search__close", "Close", closeSearch)
    const list = element("div", { className: "search__results", id: "search-results", role: "listbox" })
    list.ariaLabel = "Results"
    const offers = element("div", { className: "search__offers" })
    const keys = "↑ ↓ choose · Enter opens · Ctrl+Enter in a new tab · Esc closes"
    dialog.querySelector(".search__top").append(close)
    status.after(offers, list)
    help.after(element("p", { className: "search__keys" }, keys))

    let latest = 0
    let timers = []
    let chosen = -1

    async function answer(options = {}) {
      const query = input.value.trim()
      const turn = ++latest
      list.ariaBusy = "true"
      timers.forEach(clearTimeout)
      timers = [setTimeout(remember, REMEMBERED_AFTER, query)]
      if (!query) return show("", [], searchHints("Type what you are looking for: a word, a class, an error message."))
      try {
        const index = await notesSearch.open(`${base}search/`)
        const found = await notesSearch.search(index, input.value.slice(0, LONGEST), options)
        if (turn === latest) tell(query, found, options)
      } catch (error) {
        if (turn === latest) show(`The search does not work: ${error.message}.`, [], searchHints("Look here instead:"))
      }
    }

    function tell(query, found, { all, count = 10 }) {
      const quoted = (words) => [...new Set(words)].map((word) => `“${word}”`).join(", ")
      const { results, total, missing, meant, instead } = found
      const again = (options) => () => {
        input.focus()
        answer(options)
      }
      const asking = meant && [
        "Did you mean ",
        instead ? `“${meant}”` : button("", meant, () => openSearch(meant)),
        "?",
        instead && button("", `No, “${instead}”`, again({ exact: true })),
      ]
      if (found.empty) return show("", [], searchHints("Add a word that says what it is about."))
      if (found.nothing && !all) {
        const subject = quoted(found.strange.length ? found.strange : [query])
        const words = total ? `No page here is about ${subject}.` : `Nothing found for ${subject}.`
        const some = total && button("", `Pages that hold some of the words (${total})`, again({ all: true }))
        return show(words, [], searchHints("What these notes answer:"), [asking, some])
      }
      const parts = [total === 1 ? "1 page" : `${total} pages`]
      if (total > results.length) parts[0] = `The best ${results.length} of ${total} pages`
      if (instead) parts.push(`nothing for “${instead}”`)
      else if (missing.length) parts.push(`without ${quoted(missing.slice(0, 4))}, which no page holds`)
      if (found.doubted && !all) parts.push("perhaps none is about it")
      if (input.value.length > LONGEST) parts.push(`for the first ${LONGEST} characters`)
      const more = total > results.length && button("", "More", again({ all, count: count + 10 }))
      show(`${parts.join("; ")}.`, results.flatMap((result) => options(result, found)), [], [asking], more)
    }

    function show(words, results, more, asked = [], after) {
      if (list.firstChild) list.scrollTop = 0
      list.replaceChildren(...results, ...(after ? [after] : []))
      results.forEach((link, n) => {
        link.id = `search-result-${n}`
        link.addEventListener("pointermove", () => choose(n))
      })
      status.textContent = words
      timers.push(setTimeout(() => (heard.textContent = words), ANNOUNCED_AFTER))
      offers.replaceChildren(...asked.flat().filter(Boolean))
      help.replaceChildren(...more)
      input.ariaExpanded = String(results.length > 0)
      choose(results.length ? 0 : -1)
      list.ariaBusy = "false"
    }

    // A page with its best part, and its other parts that hold what was asked for.
    function options(result, { words, marks }) {
      const part = (name, text) => {
        const made = element("span", { className: `search__${name}` })
        made.append(...marked(text, marks))
        return text ? [made] : []
      }
      const { title, place, heading, fragment, snippet, others } = result
      const link = (name, hash, ...parts) => {
        const made = element("a", { className: name, role: "option", tabIndex: -1 })
        made.href = addressOf(result.location, hash, words)
        made.append(...parts.flat())
        return made
      }
      return [
        link("search__result", fragment, part("place", place), part("title", title), part("heading", heading), part("snippet", snippet)),
        ...others.map(([text, hash]) => link("search__part", hash, part("heading", text))),
      ]
    }

    function addressOf(place, fragment, words) {
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

    input.addEventListener("input", () => answer())
    input.addEventListener("paste", (event) => {
      const lines = event.clipboardData.getData("text").split("\n").filter((line) => line.trim())
      if (lines.length < 2) return
      event.preventDefault()
      // The box holds one line: that which says what happened. "at …" below it is where.
      const line = lines.findLast((text) => ERROR.test(text)) ?? lines.at(-1)
      input.setRangeText(line.trim(), input.selectionStart, input.selectionEnd, "end")
      answer()
    })
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return // the key is the input method's
      const count = list.querySelectorAll("a").length
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault()
        if (count) choose((chosen + (event.key === "ArrowDown" ? 1 : count - 1)) % count)
        if (!chosen) list.scrollTop = 0
      } else if (event.key === "Enter") {
        event.preventDefault()
        const link = list.children[chosen]
        if (event.ctrlKey || event.metaKey) link && open(link.href, "_blank", "noopener")
        else link?.click()
      }
    })
    dialog.addEventListener("click", (event) => event.target === dialog && closeSearch())
    dialog.addEventListener("close", () => {
      timers.forEach(clearTimeout)
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
    write((parameters) => (query ? parameters.set("q", query) : parameters.delete("q")))
  }

  function write(change) {
    const url = new URL(location.href)
    change(url.searchParams)
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

  function button(className, text, act) {
    const made = element("button", { className, type: "button" }, text)
    made.addEventListener("click", act)
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

  // Mark the words that the reader came with, and offer to take the marks off.
  function markWords(article, words) {
    const marks = notesSearch.chunks(words).map(notesSearch.form)
    if (!article || !marks.length) return
    const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT)
    const texts = []
    while (walker.nextNode()) texts.push(walker.currentNode)
    const made = texts.flatMap((text) => {
      if (text.parentElement.closest("button, script, .headerlink")) return []
      const found = marked(text.data, marks)
      if (found.length > 1 || found[0] instanceof Element) text.replaceWith(...found)
      return found.filter((part) => part instanceof Element)
    })
    if (!made.length) return
    const off = button("unmark", "Take the marks off", () => {
      made.forEach((mark) => mark.replaceWith(...mark.childNodes))
      off.remove()
      write((parameters) => parameters.delete("h"))
    })
    article.after(off)
  }
}
