// Ranks pages for a query, and says what to show of each.
{
  const { STOP, chunks, form, holds, holdsPair, load, lower, parts, places, unit, variants, weigh } =
    notesSearch
  const SHOWN = 10
  const PAIR_WEIGHT = 0.6
  const EXACT_WEIGHT = 1
  const SECTION_BONUS = 0.15
  const PHRASE_BONUS = 0.25
  const ANSWER_BONUS = 0.15
  const QUESTION = /^\W*(?:are|can|could|do|does|how|is|should|what|when|where|which|who|why)\b|\?\s*$/i

  // The best pages for a query, with the section and the words to show.
  async function search(index, query) {
    const all = chunks(query)
    const typed = all.filter((chunk) => !STOP.has(chunk.toLowerCase()))
    if (!typed.length) return { results: [], total: 0, mends: [], missing: [], empty: true }
    const unfinished = /[\p{L}\p{N}_]$/u.test(query) && all.at(-1) === typed.at(-1)
    const mends = []
    const wholes = typed.map((chunk) => parts(chunk).join(""))
    const [units, pairs, exact] = await Promise.all([
      Promise.all(typed.map((chunk, n) => unit(index, chunk, unfinished && n === typed.length - 1, mends))),
      Promise.all(wholes.slice(1).map((word, n) => variants(index, wholes[n] + word, false))),
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
      .map(([page, score]) => [page, score * partly(covered.get(page) / (total || 1))])
      .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    const top = ranked.slice(0, SHOWN)
    const texts = await Promise.all(top.map(([page]) => pageText(index, page)))
    const found = asked.filter((one) => one.words.length)
    const wordsOf = (one, words) => [one.text, ...words.filter((word) => !word.endsWith("*"))]
    const wanted = found.map((one) => {
      const words = wordsOf(one, one.sure)
      return { worth: one.worth + 0.1, forms: words.map(form), loose: shortest(words).map(form) }
    })
    const words = shortest([...new Set(found.flatMap((one) => wordsOf(one, one.words)))])
    const marks = words.map(form)
    const results = top
      .map(([, score], n) => show(texts[n], score * answering(query, texts[n][1]), wanted, marks))
      .sort((a, b) => b.score - a.score)
    return { results, total: ranked.length, mends, missing, words, marks }
  }

  // Who asks a question is after an answer, which the pages have whose titles are questions.
  function answering(query, title) {
    return title.endsWith("?") && QUESTION.test(query) ? 1 + ANSWER_BONUS : 1
  }

  // What is left of a score where only a part of what was asked for is there.
  function partly(covered) {
    return 0.3 + 0.7 * Math.min(1, covered)
  }

  async function pageText(index, page) {
    if (index.texts) return index.texts[page]
    const group = await load(`texts-${Math.floor(page / index.textPages)}`)
    return group[page % index.textPages]
  }

  // The words of which no other is a beginning that would mark them too.
  function shortest(words) {
    const loose = words.filter((word) => word.length > 4)
    return words.filter((word) => !loose.some((other) => other !== word && word.startsWith(other)))
  }

  function show(page, score, wanted, marks) {
    const [location, title, description, sections] = page
    const [about, ...texts] = lowered(page).map((low) => low.map((text) => heldOf(text, wanted)))
    const all = wanted.reduce((sum, { worth }) => sum + worth, 0) || 1
    const sum = (held) => wanted.reduce((total, { worth }, n) => total + (held[n] ? worth : 0), 0)
    let best = { value: -1 }
    sections.forEach(([heading, fragment, text], n) => {
      const [inHeading, inText] = texts[n]
      const own = sum(inHeading)
      const share = own && inHeading.filter(Boolean).length / lengthOf(heading || title)
      let value = 3 * own + 2 * own * Math.min(1, share)
      const seen = heading ? inHeading : inHeading.map((held, n) => held || about[0][n])
      value += heading ? 0 : 2 * (sum(seen) - own) + 0.2 * all
      const held = seen.map((held, n) => held || inText[n])
      value = (value + sum(held) - sum(seen)) * partly(sum(held) / all)
      if (value > best.value + 1e-9) best = { value, heading, fragment, text }
    })
    const near = nearness(lowered(page).slice(1).flat(), texts.flat(), wanted)
    return {
      location,
      title,
      heading: best.heading,
      fragment: best.fragment,
      snippet: snippet(best.fragment ? best.text : `${description} ${best.text}`, marks),
      score: score * (1 + SECTION_BONUS * Math.min(1, best.value / (3 * all)) + PHRASE_BONUS * near),
    }
  }

  // Which words a text of lower case holds.
  function heldOf(low, wanted) {
    return wanted.map(({ loose }) => holds(low, loose))
  }

  // How many of the words that were asked for side by side stand so in a text, by their worth.
  function nearness(lows, held, wanted) {
    let bound = 0
    let near = 0
    for (let n = 1; n < wanted.length; n++) {
      const worth = Math.min(wanted[n - 1].worth, wanted[n].worth) - 0.1
      bound += worth
      const found = lows.some(
        (low, at) => held[at][n - 1] && held[at][n] && holdsPair(low, wanted[n - 1].forms, wanted[n].forms),
      )
      if (found) near += worth
    }
    return near / (bound || 1)
  }

  const known = new WeakMap()
  // The texts of a page in lower case: its description, then heading and text of each section.
  function lowered(page) {
    if (!known.has(page)) {
      const [, title, description, sections] = page
      const lows = sections.map(([heading, , text]) => [lower(heading || title), lower(text)])
      known.set(page, [[lower(description)], ...lows])
    }
    return known.get(page)
  }

  function lengthOf(heading) {
    return chunks(heading).filter((chunk) => !STOP.has(chunk.toLowerCase())).length || 1
  }

  const SNIPPET = 170
  const HITS = 200
  // The part of a text with the most of the words that were asked for.
  function snippet(text, marks) {
    const hits = []
    for (const place of places(text, marks)) if (hits.push(place) === HITS) break
    let start = 0
    let most = 0
    hits.forEach(([index], n) => {
      const near = hits.slice(n).filter(([, end]) => end < index + SNIPPET - 40)
      const kinds = new Set(near.map(([from, end]) => text.slice(from, end).toLowerCase())).size
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

  Object.assign(notesSearch, { search })
}
