// Answers queries from the index that workshop_notes/search wrote. Files of the index are scripts
// that call notesSearch.put(), because a page opened from a disk may load scripts but read no files.
const notesSearch = (() => {
  const STOP = new Set(
    ("a about all also am an and any are as at be been but by can could did do does each every for " +
      "from had has have how i if in into is it its just me my no not of on only or other our should " +
      "so some such than that the their them then there these they this to very was we were what " +
      "when where which who why will with would you your").split(" "),
  )
  const SHOWN = 10
  const STEM_WEIGHT = 0.9
  const PREFIX_WEIGHT = 0.7
  const MENDED_WEIGHT = { 1: 0.8, 2: 0.6 }
  const PAIR_WEIGHT = 0.6
  const EXACT_WEIGHT = 1
  const SECTION_BONUS = 0.15
  const PHRASE_BONUS = 0.25
  const MAX_CANDIDATES = 6

  // ---- Files ----

  let folder = ""
  let version = ""
  const files = new Map()
  const arrivals = new Map()

  function put(name, data) {
    arrivals.get(name)?.(data)
  }

  // The data of a file. A file that did not come is asked for again the next time.
  function load(name) {
    if (!files.has(name)) {
      const file = new Promise((resolve, reject) => {
        arrivals.set(name, resolve)
        const script = document.createElement("script")
        script.src = `${folder}${name}.js${version && `?v=${version}`}`
        script.onload = () => reject(new Error(`${name}.js of the search's index is of another form`))
        script.onerror = () => reject(new Error(`${name}.js of the search's index did not come`))
        document.head.append(script)
      })
      file.catch(() => files.delete(name))
      files.set(name, file)
    }
    return files.get(name)
  }

  let opening
  function open(from) {
    folder = from
    opening ??= load("index").then((index) => {
      version = index.version
      if (index.words) {
        files.set("words-0", Promise.resolve(index.words))
        index.starts = [""]
      }
      return index
    })
    opening.catch(() => (opening = undefined))
    return opening
  }

  // The numbers of the files in which words between two others stand.
  function fileNumbers(index, first, last) {
    const upTo = (word) => {
      let low = 0
      let high = index.starts.length
      while (low < high) {
        const middle = (low + high) >> 1
        if (index.starts[middle] <= word) low = middle + 1
        else high = middle
      }
      return Math.max(0, low - 1)
    }
    const from = upTo(first)
    return Array.from({ length: upTo(last) - from + 1 }, (_, n) => from + n)
  }

  const groups = new Map()
  async function wordFile(number) {
    if (!groups.has(number)) {
      const [words, entries] = await load(`words-${number}`)
      groups.set(number, { words: words.split(" "), entries: entries.split(" ") })
    }
    return groups.get(number)
  }

  // ---- Words ----

  // As workshop_notes/search/words.py takes pages apart.
  const SEPARATOR = /[-_:/+<>]+|\.+(?!\d)|(?<!\d)\.+/
  const CAPITAL = /(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/

  function chunks(text) {
    const plain = text
      .normalize("NFKD")
      .replace(/[\u0300-\u036f]/g, "")
      .replace(/['’]s(?![\p{L}\p{N}_])/gu, "")
      .replace(/(?<=[\p{L}\p{N}_])['’](?=[\p{L}\p{N}_])/gu, "")
    return plain.match(/[\p{L}\p{N}_]+(?:[-.:/+<>]+[\p{L}\p{N}_]+)*/gu) ?? []
  }

  function parts(chunk) {
    return chunk
      .split(SEPARATOR)
      .filter(Boolean)
      .flatMap((part) => (/[a-z]/.test(part) ? part.split(CAPITAL) : [part]))
      .map((part) => part.toLowerCase())
  }

  // What is left of a word without its ending, so that jobs, job and scheduled, scheduling meet.
  function stem(word) {
    if (word.length < 4 || /\d/.test(word)) return word
    const short = word.replace(/(?:ies|ied|ying|y)$/, "").replace(/(?:ss)$/, "ss")
    if (short !== word && short.length > 2) return short
    const bare = word.replace(/(?:ations?|ings?|ers?|ed|es|e|(?<!s)s)$/, "")
    return bare.length > 2 ? bare.replace(/([b-df-hj-np-tv-z])\1$/, "$1") : word
  }

  // Changes that turn one word into the other, two neighbours that changed places counting as one
  // (optimal string alignment), or more than `most`.
  function distance(one, other, most) {
    if (Math.abs(one.length - other.length) > most) return most + 1
    let older = []
    let old = Array.from({ length: other.length + 1 }, (_, n) => n)
    for (let i = 1; i <= one.length; i++) {
      const row = [i]
      let least = i
      for (let j = 1; j <= other.length; j++) {
        const same = one[i - 1] === other[j - 1]
        let cost = Math.min(old[j] + 1, row[j - 1] + 1, old[j - 1] + (same ? 0 : 1))
        if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) {
          cost = Math.min(cost, older[j - 2] + 1)
        }
        row.push(cost)
        least = Math.min(least, cost)
      }
      if (least > most) return most + 1
      older = old
      old = row
    }
    return old[other.length]
  }

  // ---- Looking up ----

  // Each page of an entry with its weight from 0 to 1; the number of pages that hold the word.
  function decode(entry) {
    let at = 0
    const next = () => {
      let value = 0
      for (let base = 1; ; base *= 32) {
        const digit = entry.charCodeAt(at++) - 48
        value += (digit & 31) * base
        if (digit < 32) return value
      }
    }
    const count = next()
    const pages = []
    for (let page = -1; at < entry.length; ) {
      page += next()
      pages.push([page, (entry.charCodeAt(at++) - 48) / 63])
    }
    return { count, pages }
  }

  // Words of the index that stand for one that was typed: [word, weight, entry].
  async function variants(index, word, unfinished) {
    const root = stem(word)
    let numbers = fileNumbers(index, root, `${unfinished ? root : word}\uffff`)
    const wide = numbers.length > 3
    if (wide) numbers = fileNumbers(index, word, `${word}*`)
    const found = []
    for (const { words, entries } of await Promise.all(numbers.map(wordFile))) {
      let at = lowest(words, root)
      for (; at < words.length && words[at].startsWith(root); at++) {
        const known = words[at]
        if (known === word) found.push([known, 1, entries[at]])
        else if (known.endsWith("*")) {
          if (wide && unfinished && known === `${word}*`) found.push([known, PREFIX_WEIGHT, entries[at]])
        } else if (stem(known) === root) found.push([known, STEM_WEIGHT, entries[at]])
        else if (unfinished && known.startsWith(word)) {
          found.push([known, (PREFIX_WEIGHT * (1 + word.length / known.length)) / 2, entries[at]])
        }
      }
    }
    return found
  }

  function lowest(words, word) {
    let low = 0
    let high = words.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (words[middle] < word) low = middle + 1
      else high = middle
    }
    return low
  }

  // Words of the index that differ by a letter or two from one that is in none.
  async function mended(index, word) {
    const most = word.length < 3 ? 0 : word.length > 7 ? 2 : 1
    for (let changes = 1; changes <= most; changes++) {
      const close = []
      for (const known of await wordsOfLength(index, word.length - changes, word.length + changes)) {
        if (/^=|\*$/.test(known) || distance(word, known, changes) > changes) continue
        if (word.length === 3 && [...known].sort().join() !== [...word].sort().join()) continue
        close.push(known)
      }
      close.sort((a, b) => (b[0] === word[0]) - (a[0] === word[0]))
      const found = await Promise.all(
        close.slice(0, MAX_CANDIDATES).map((known) => variants(index, known, false)),
      )
      if (found.length) {
        return found.flat().map(([known, weight, entry]) => [known, weight * MENDED_WEIGHT[changes], entry])
      }
    }
    return []
  }

  async function wordsOfLength(index, from, to) {
    if (!index.lengths) {
      const { words } = await wordFile(0)
      return words.filter((word) => word.length >= from && word.length <= to)
    }
    const lengths = index.lengths.filter((length) => length >= from && length <= to)
    const lists = await Promise.all(lengths.map((length) => load(`length-${length}`)))
    return lists.flatMap((list) => list.split(" "))
  }

  // What pages a set of variants leads to, and how much that tells.
  function weigh(index, text, found) {
    const pages = new Map()
    let count = 0
    for (const [, weight, entry] of found) {
      const list = decode(entry)
      count = Math.max(count, list.count)
      for (const [page, level] of list.pages) {
        if (level * weight > (pages.get(page) ?? 0)) pages.set(page, level * weight)
      }
    }
    count = Math.min(Math.max(count, pages.size), index.pages)
    const worth = Math.log(1 + (index.pages - count + 0.5) / (count + 0.5))
    const words = (least) => found.filter(([, weight]) => weight >= least).map(([word]) => word)
    const sure = words(STEM_WEIGHT)
    return { text, pages, worth, words: words(0), sure: sure.length ? sure : words(0) }
  }

  // One chunk of the query: as a whole, else in its parts, else mended.
  async function unit(index, chunk, unfinished, mends) {
    const pieces = parts(chunk)
    const whole = pieces.join("")
    const found = await variants(index, whole, unfinished)
    if (found.length) return [weigh(index, chunk, found)]
    const useful = pieces.filter((piece) => !STOP.has(piece))
    if (pieces.length > 1) {
      const each = await Promise.all(
        useful.map((piece, n) => variants(index, piece, unfinished && n === useful.length - 1)),
      )
      if (each.every((list) => list.length)) {
        return each.map((list, n) => weigh(index, useful[n], list))
      }
    }
    const repaired = await mended(index, whole)
    if (repaired.length) {
      const one = weigh(index, chunk, repaired)
      one.mended = true
      mends.push(one)
      return [one]
    }
    if (pieces.length < 2) return [{ text: chunk, pages: new Map(), worth: 0, words: [] }]
    return (await Promise.all(useful.map((piece) => unit(index, piece, false, mends)))).flat()
  }

  // ---- Ranking ----

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

  return { put, open, search, pattern, chunks, parts, stem, distance }
})()
