// Ranks pages for a query, and says what to show of each.
{
  const { STOP, chunks, load, parts, unit, variants, weigh } = notesSearch
  const SHOWN = 10
  const PAIR_WEIGHT = 0.6
  const EXACT_WEIGHT = 1
  const SECTION_BONUS = 0.15
  const PHRASE_BONUS = 0.25

  // The best pages for a query, with the section and the words to show.
  async function search(index, query) {
    const all = chunks(query)
    const typed = all.filter((chunk) => !STOP.has(chunk.toLowerCase()))
    if (!typed.length) return { results: [], total: 0, mends: [], missing: [], empty: true }
    const unfinished = /[\p{L}\p{N}_]$/u.test(query) && all.at(-1) === typed.at(-1)
    const mends = []
    const wholes = typed.map((chunk) => parts(chunk).join(""))
    const [units, pairs, exact] = await Promise.all([
      Promise.all(
        typed.map((chunk, n) => unit(index, chunk, unfinished && n === typed.length - 1, mends)),
      ),
      Promise.all(
        wholes.slice(1).map((word, n) => variants(index, wholes[n] + word, false)),
      ),
      variants(index, `=${all.map((chunk) => parts(chunk).join("")).join("")}`, false),
    ])
    const asked = units.flat()
    const missing = asked.filter((one) => !one.words.length).map((one) => one.text)
    const scores = new Map()
    const covered = new Map()
    const add = (map, page, value) => map.set(page, (map.get(page) ?? 0) + value)
    let total = 0
    for (const one of asked) {
      total += one.worth
      for (const [page, level] of one.pages) {
        add(scores, page, one.worth * level)
        add(covered, page, one.worth)
      }
    }
    pairs.forEach((found, n) => {
      if (!found.length) return
      const one = weigh(index, `${typed[n]} ${typed[n + 1]}`, found)
      for (const [page, level] of one.pages) {
        add(scores, page, PAIR_WEIGHT * one.worth * level)
        if (!covered.has(page)) covered.set(page, one.worth)
      }
      if (!units[n][0].words.length || !units[n + 1][0].words.length) asked.push(one)
    })
    if (exact.length) {
      for (const [page] of weigh(index, query, exact).pages) {
        add(scores, page, EXACT_WEIGHT * (total || 1))
        if (!covered.has(page)) covered.set(page, total)
      }
    }
    const ranked = [...scores]
      .map(([page, score]) => [page, score * share(covered.get(page) / (total || 1))])
      .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    const top = ranked.slice(0, SHOWN)
    const texts = await Promise.all(top.map(([page]) => pageText(index, page)))
    const found = asked.filter((one) => one.words.length)
    const forms = (one, words) => [one.text, ...words.filter((word) => !word.endsWith("*"))]
    const patterns = found.map((one) => ({
      test: new RegExp(pattern(forms(one, one.sure)), "iu"),
      worth: one.worth + 0.1,
    }))
    const phrases = found.slice(1).map((one, n) => {
      const [first, second] = [found[n], one].map((each) => pattern(forms(each, each.sure)))
      const test = new RegExp(`(?:${first})[^\\p{L}\\p{N}]{1,4}(?:${second})`, "iu")
      return { test, worth: Math.min(found[n].worth, one.worth) }
    })
    const words = shortest([...new Set(found.flatMap((one) => forms(one, one.words)))])
    const marks = pattern(words)
    const results = top
      .map(([, score], n) => show(texts[n], score, patterns, phrases, marks))
      .sort((a, b) => b.score - a.score)
    return { results, total: ranked.length, mends, missing, words, marks }
  }

  // What is left of a score where only a part of what was asked for is there.
  function share(covered) {
    return 0.3 + 0.7 * Math.min(1, covered)
  }

  async function pageText(index, page) {
    if (index.texts) return index.texts[page]
    const group = await load(`texts-${Math.floor(page / index.textPages)}`)
    return group[page % index.textPages]
  }

  // A regular expression for words in a text; parts of an identifier may have anything between them.
  // Short words must stand alone: git is not in digit.
  function pattern(words) {
    const forms = words.map((word) => {
      const form = parts(word)
        .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
        .join("[-_.:/+<>]*")
      return word.length > 4 ? form : `(?<![\\p{L}\\p{N}])${form}(?![\\p{L}\\p{N}])`
    })
    return forms.sort((a, b) => b.length - a.length).join("|")
  }

  // The words of which no other is a beginning that would mark them too.
  function shortest(words) {
    const loose = words.filter((word) => word.length > 4)
    return words.filter((word) => !loose.some((other) => other !== word && word.startsWith(other)))
  }

  function show([location, title, description, sections], score, patterns, phrases, marks) {
    const all = patterns.reduce((sum, { worth }) => sum + worth, 0) || 1
    const sum = (text, seen) =>
      patterns.reduce((total, { test, worth }, n) => {
        if (seen[n] || !test.test(text)) return total
        seen[n] = true
        return total + worth
      }, 0)
    let best = { value: -1 }
    for (const [heading, fragment, text] of sections) {
      const seen = []
      const own = sum(heading || title, seen)
      const length = chunks(heading || title).filter((chunk) => !STOP.has(chunk.toLowerCase())).length
      let value = 3 * own + (2 * own * Math.min(1, seen.filter(Boolean).length / (length || 1)))
      value += heading ? 0 : 2 * sum(description, seen) + 0.2 * all
      value += sum(text, seen)
      value *= share(patterns.reduce((total, { worth }, n) => total + (seen[n] ? worth : 0), 0) / all)
      if (value > best.value + 1e-9) best = { value, heading, fragment, text }
    }
    const whole = sections.map(([heading, , text]) => `${heading}\n${text}`).join("\n")
    const bound = phrases.reduce((total, { worth }) => total + worth, 0) || 1
    const near = phrases.reduce(
      (total, { test, worth }) => total + (test.test(`${title}\n${whole}`) ? worth / bound : 0),
      0,
    )
    return {
      location,
      title,
      heading: best.heading,
      fragment: best.fragment,
      snippet: snippet(best.fragment ? best.text : `${description} ${best.text}`, marks),
      score: score * (1 + SECTION_BONUS * Math.min(1, best.value / (3 * all)) + PHRASE_BONUS * near),
    }
  }

  const SNIPPET = 170
  // The part of a text with the most of the words that were asked for.
  function snippet(text, marks) {
    const hits = marks ? [...text.matchAll(new RegExp(marks, "giu"))].slice(0, 200) : []
    let start = 0
    let most = 0
    hits.forEach(({ index }, n) => {
      const near = hits.slice(n).filter((hit) => hit.index + hit[0].length < index + SNIPPET - 40)
      const kinds = new Set(near.map((hit) => hit[0].toLowerCase())).size
      if (kinds > most) {
        most = kinds
        start = index < SNIPPET - 60 ? 0 : index - 40
      }
    })
    if (start) start = text.indexOf(" ", start) + 1
    let end = text.length > start + SNIPPET ? text.lastIndexOf(" ", start + SNIPPET) : text.length
    if (end <= start) end = start + SNIPPET
    return `${start ? "… " : ""}${text.slice(start, end)}${end < text.length ? " …" : ""}`
  }

  Object.assign(notesSearch, { search, pattern })
}
