// Ranks pages for a query, and says what to show of each.
{
  const { NEIGHBOURS, STOP, chunks, form, holds, holdsPair, isAddress, isFaint, load, lower, nearest, parts, places } = notesSearch
  const { pagesNamed, strength, unit, variants, weigh } = notesSearch
  const SHOWN = 10
  const OTHERS = 2
  const OTHER_SHARE = 0.5
  const PAIR_WEIGHT = 0.5
  const FAINT_PAIR = 0.2
  const LONGER = 1.1 // so far a phrase of three words tells more than one of two
  const EXACT_WEIGHT = 1
  const FAINT_MARK = 0.3 // the worth of a word that is marked where it stands
  const TELLS = 0.5 // the worth of a word that more than a third of the pages lack
  const TREATED = 0.45 // the weight of a word that a heading or a description holds
  const SECTION_BONUS = 0.25
  const PHRASE_BONUS = 0.33
  const ANSWER_BONUS = 0.15
  const NAMED = 1.5 // what the score of a page counts whose title was typed: others may differ by one word
  const LEAST_KNOWN = 0.15 // of what a query could score, where any of its words is unknown
  const FEW = 3 // words of a query that is a name rather than a sentence
  const HINT = 0.6
  const SURE = 4.6 // the score of a page that is about all the rest of a query
  const DOUBTED = 1.63 // the score of the best page below which it is not the answer more often than it is
  const LEAST_SHARE = 0.55 // of a score, where next to nothing of what was asked for is there
  const QUESTION = /^\W*(?:are|can|could|do|does|how|is|should|what|when|where|which|who|why)\b|\?\s*$/i

  // The best pages for a query, with the section and the words to show. `nothing` says that no page
  // is about what was asked, though some hold words of it; `doubted`, that perhaps none is; `meant`
  // asks about a typing error.
  async function search(index, query, { count: shown = SHOWN, exact: asTyped } = {}) {
    const all = chunks(query)
    const unfinished = /[\p{L}\p{N}_]$/u.test(query)
    let typed = all.filter((chunk) => !STOP.has(chunk.toLowerCase()))
    // A word half typed may be the beginning of another: "no" of notebook.
    if (!typed.length && unfinished && all.at(-1)?.length > 1) typed = [all.at(-1)]
    if (!typed.length) return { results: [], total: 0, missing: [], empty: true }
    const half = unfinished && all.at(-1) === typed.at(-1)
    const wholes = typed.map((chunk) => parts(chunk).join(""))
    const phrases = phrasesOf(typed, wholes, index.words ? [2, 3, 4, 5] : [2]) // each is a file in a large site
    const [units, pairs, exact] = await Promise.all([
      Promise.all(typed.map((chunk, n) => unit(index, chunk, half && n === typed.length - 1))),
      Promise.all(phrases.map(({ word }) => variants(index, word, false))),
      variants(index, wholes.join(""), false),
    ])
    const asked = units.flat()
    const missing = asked.filter((one) => !one.words.length)
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
      const { text, count, from, faint } = phrases[n]
      const one = weigh(index, text, found, faint ? FAINT_PAIR : 1)
      for (const [page, level] of one.pages) {
        add(scores, page, PAIR_WEIGHT * one.worth * level * (count - 1) ** LONGER)
        if (!covered.has(page)) covered.set(page, one.worth)
      }
      if (count === 2 && from.some((at) => !units[at][0].words.length)) asked.push(one)
    })
    for (const page of pagesNamed(exact, wholes.join(""))) {
      add(scores, page, EXACT_WEIGHT * (total || 1))
      if (!covered.has(page)) covered.set(page, total)
    }
    // What is asked as "did you mean" already has a say in the order of what else was found.
    const broken = typed.filter((_, n) => units[n].some((one) => !one.words.length))
    const mended = asTyped || typed.length > FEW ? [] : await Promise.all(broken.map((chunk) => nearest(index, parts(chunk).join(""))))
    for (const [word] of mended.filter((words) => words.length)) {
      const one = weigh(index, word, await variants(index, word, false), HINT)
      for (const [page, level] of one.pages) if (scores.has(page)) add(scores, page, one.worth * level)
    }
    const ranked = [...scores]
      .map(([page, score]) => [page, score * partly(covered.get(page) / (total || 1))])
      .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    const top = ranked.slice(0, shown)
    const texts = await Promise.all(top.map(([page]) => pageText(index, page)))
    const found = asked.filter((one) => one.words.length)
    const wordsOf = (one, words) => [one.text, ...words.filter((word) => !word.endsWith("*"))]
    const wanted = found.map((one) => {
      const words = wordsOf(one, one.sure)
      return { worth: one.worth + 0.1, forms: words.map(form), loose: shortest(words).map(form) }
    })
    const telling = found.filter((one) => one.worth > FAINT_MARK).sort((a, b) => b.worth - a.worth)
    const words = shortest([...new Set((telling.length ? telling : found).flatMap((one) => wordsOf(one, one.sure)))])
    const marks = words.map(form)
    const results = top
      .map(([, score], n) => show(texts[n], score * answering(query, texts[n][1]), wanted, marks))
      .sort((a, b) => b.score - a.score)
    const told = { results, total: ranked.length, missing: missing.map((one) => one.text), words, marks }
    // What is unknown is rare; numbers and faint words are in no page by chance.
    const unknown = missing.filter(({ text }) => !isFaint(text) && !/^[\d.:-]+$/.test(text)).length
    const least = unknown && LEAST_KNOWN * (total + unknown)
    const score = scores.get(ranked[0]?.[0]) ?? 0
    told.strange = await strangers(index, typed.flatMap(parts))
    told.nothing = !ranked.length || score < least || (told.strange.length > 0 && score < SURE)
    told.doubted = all.length > 2 && results[0]?.score < DOUBTED
    if (asTyped || told.strange.length || !missing.length) return told
    const meant = await corrected(index, query, broken)
    if (!meant) return told
    const sure = units.filter((_, n) => !broken.includes(typed[n])).flat()
    if (sure.some((one) => one.worth > TELLS)) return { ...told, meant }
    const other = await search(index, meant, { count: shown, exact: true })
    return other.nothing ? told : { ...other, meant, instead: query }
  }

  // What stands side by side in a query, in one piece, as an alias of several words is indexed:
  // "the image X does not exist" holds "image does not exist", whatever address X is.
  function phrasesOf(typed, wholes, lengths) {
    const plain = [...typed.keys()].filter((n) => !isAddress(typed[n]))
    return plain.flatMap((_, start) =>
      lengths.slice(0, Math.max(0, plain.length - start - 1)).map((count) => {
        const from = plain.slice(start, start + count)
        const words = from.map((n) => typed[n])
        return { word: from.map((n) => wholes[n]).join(""), text: words.join(" "), count, from, faint: words.every(isFaint) }
      }),
    )
  }

  // The query with the words that its unknown ones may be errors of, or nothing.
  async function corrected(index, query, broken) {
    let text = query
    for (const chunk of broken) {
      for (const word of [chunk, ...parts(chunk)]) {
        const [known] = await nearest(index, parts(word).join(""))
        if (known) text = text.replace(word, () => known)
        if (known) break
      }
    }
    return text === query ? "" : text
  }

  // The names that were typed of what no page treats.
  async function strangers(index, pieces) {
    const names = pieces.flatMap((piece, n) => [[piece], pieces.slice(n, n + 2)])
    const known = names.filter((name) => NEIGHBOURS.has(name.join("")) || NEIGHBOURS.has(name.join("").replace(/s$/, "")))
    const found = await Promise.all(known.map((name) => variants(index, name.join(""), name.length > 1)))
    const whole = (words) => words.map(([word, , entry]) => [word, 1, entry])
    return known.filter((_, n) => strength(whole(found[n])) < TREATED).map((name) => name.join(" "))
  }

  // Who types a title is after its page, and who asks a question after an answer, which the pages
  // have whose titles are questions.
  function answering(query, title) {
    if (bare(query) === bare(title)) return NAMED
    return title.endsWith("?") && QUESTION.test(query) ? 1 + ANSWER_BONUS : 1
  }

  function bare(text) {
    return lower(chunks(text).join(" "))
  }

  // What is left of a score where only a part of what was asked for is there.
  function partly(covered) {
    return LEAST_SHARE + (1 - LEAST_SHARE) * Math.min(1, covered)
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
    const [location, title, description, sections, place] = page
    const [about, ...texts] = lowered(page).map((low) => low.map((text) => heldOf(text, wanted)))
    const all = wanted.reduce((sum, { worth }) => sum + worth, 0) || 1
    const sum = (held) => wanted.reduce((total, { worth }, n) => total + (held[n] ? worth : 0), 0)
    const values = sections.map(([heading, fragment, text], n) => {
      const [inHeading, inText] = texts[n]
      const own = sum(inHeading)
      const share = own && inHeading.filter(Boolean).length / lengthOf(heading || title)
      let value = 3 * own + 2 * own * Math.min(1, share)
      const seen = heading ? inHeading : inHeading.map((held, n) => held || about[0][n])
      value += heading ? 0 : 2 * (sum(seen) - own) + 0.2 * all
      const held = seen.map((held, n) => held || inText[n])
      value = (value + sum(held) - sum(seen)) * partly(sum(held) / all)
      return { value, heading, fragment, text, told: sum(held) }
    })
    const best = values.reduce((best, one) => (one.value > best.value + 1e-9 ? one : best))
    const others = values
      .filter((one) => one !== best && one.heading && one.told > OTHER_SHARE * all && one.value > OTHER_SHARE * best.value)
      .sort((a, b) => b.value - a.value)
    const near = nearness(lowered(page).slice(1).flat(), texts.flat(), wanted)
    return {
      location,
      title,
      heading: best.heading,
      fragment: best.fragment,
      place,
      others: others.slice(0, OTHERS).map((one) => [one.heading, one.fragment]),
      snippet: passage(best.fragment ? [best.text] : [description, best.text], marks),
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
  // The passage with the most of the words; of those with as many the first.
  function passage(texts, marks) {
    return texts
      .map((text) => snippet(text, marks))
      .reduce((best, one) => (one.kinds > best.kinds || !best.text ? one : best)).text
  }

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
    return { kinds: most, text: `${start ? "… " : ""}${text.slice(start, end)}${end < text.length ? " …" : ""}` }
  }

  Object.assign(notesSearch, { search })
}
