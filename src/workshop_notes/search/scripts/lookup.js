// Finds words in the index that src/workshop_notes/search wrote. Its files are scripts that call
// notesSearch.put(), because a page opened from a disk may load scripts but read no files.
{
  const { SAME, STOP, VERSION, isFaint, oneEdit, parts, stem } = notesSearch
  const STEM_WEIGHT = 0.7
  const PREFIX_WEIGHT = 0.7
  const MOST = 60 // LEVELS of postings.py, with its STEP and KEY
  const STEP = 4
  const KEY = 1
  const MENDED_LENGTH = 4
  const MENDED_LEVEL = 0.45 // what a heading or a description gives
  const FAINT_WORTH = 0.3
  const VERSION_WORTH = 0.5
  const NUMBER_WORTH = 0.5
  const CODE_WORTH = 1.3
  const ADDRESS = 1
  const HYPHENED = 0.6 // two words and their whole, each
  const HELD = 0.6
  const LEFT_OUT = 0.1
  const CODE = /[a-z][A-Z]|\w[._]\w/
  const RARENESS = 0.7 // in so few pages chance decides which word is rare
  const TEXT_SHARE = 0.35 // of its worth has a word that no title, alias or heading holds
  const LONGEST_ENDING = 13 // more than stem() takes, with doubled letters

  let folder = ""
  let version = ""
  let failures = 0
  const files = new Map()
  const arrivals = new Map()

  function put(name, data) {
    if (arrivals.has(name)) arrivals.get(name)(data)
    else files.set(name, Promise.resolve(data)) // the index, which comes with these scripts
  }

  // The data of a file. A file that did not come is asked for again the next time.
  function load(name) {
    if (!files.has(name)) {
      const file = new Promise((resolve, reject) => {
        arrivals.set(name, resolve)
        const script = document.createElement("script")
        // What ended too early may lie in the browser's cache: another address is asked again.
        script.src = `${folder}${name}.js?v=${version}${failures ? `&try=${failures}` : ""}`
        document.head.append(script)
        const end = (why) => {
          script.remove() // or the next attempt would wait for one that has ended
          reject(new Error(`${name}.js of the search's index ${why}`))
        }
        script.onload = () => end("is of another form")
        script.onerror = () => end("did not come")
      })
      file.catch(() => {
        failures++
        files.delete(name)
      })
      files.set(name, file)
    }
    return files.get(name)
  }

  // The index, with the files that it names below an address.
  async function open(from) {
    const index = await files.get("index")
    folder = from
    version = index.version
    if (index.words) {
      files.set("words-0", Promise.resolve(index.words))
      index.starts = [""]
    }
    return index
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
      groups.set(number, { words: unpack(words), entries: entries.split(" ") })
    }
    return groups.get(number)
  }

  // Words of which each says by a capital letter how much of the one before it begins with.
  function unpack(text) {
    let word = ""
    return text.match(/[A-Z][^A-Z]*/g).map((part) => (word = word.slice(0, part.charCodeAt(0) - 65) + part.slice(1)))
  }

  // Each page of an entry with its weight from 0 to 1; the number of pages that hold the word.
  function decode(entry) {
    let at = entry[0] === "p" ? 1 : 0
    const next = () => {
      let value = 0
      for (let base = 1; ; base *= 32) {
        const digit = entry.charCodeAt(at++) - 48
        value += (digit & 31) * base
        if (digit < 32) return value
      }
    }
    const count = at && next()
    const pages = []
    for (let page = -1; at < entry.length;) {
      page += next()
      pages.push([page, (entry.charCodeAt(at++) - 48) / MOST])
    }
    return { count: count || pages.length, pages }
  }

  // Words of the index that stand for one that was typed: [word, weight, entry].
  async function variants(index, word, unfinished) {
    const root = stem(word)
    let numbers = fileNumbers(index, root, `${unfinished ? root : word}\uffff`)
    const wide = numbers.length > 3
    if (wide) numbers = fileNumbers(index, word, `${word}*`)
    const found = []
    for (const { words, entries } of await Promise.all(numbers.map(wordFile))) {
      for (let at = lowest(words, root); words[at]?.startsWith(root); at++) {
        const weight = likeness(words[at], word, root, unfinished, wide)
        if (weight) found.push([words[at], weight, entries[at]])
      }
    }
    return found
  }

  // How far a word of the index stands for one that was typed, from 0 to 1.
  function likeness(known, word, root, unfinished, wide) {
    if (known === word) return 1
    if (known.endsWith("*")) return wide && unfinished && known === `${word}*` ? PREFIX_WEIGHT : 0
    if (known.length < root.length + LONGEST_ENDING && stem(known) === root) return STEM_WEIGHT
    if (unfinished && known.startsWith(word)) return (PREFIX_WEIGHT * (1 + word.length / known.length)) / 2
    return 0
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

  // Words for a word that is in no page, one letter from it, which a page's title, aliases or
  // headings hold: a word that merely stands in some text is nobody's meant one.
  async function nearest(index, word) {
    if (word.length < MENDED_LENGTH || /\d/.test(word)) return []
    const close = (await wordsOfLength(index, word.length - 1, word.length + 1)).filter(
      (known) => known[0] === word[0] && !known.endsWith("*") && oneEdit(word, known),
    )
    const found = await Promise.all(close.map((known) => variants(index, known, false)))
    return found
      .map((words, n) => [close[n], strength(words)])
      .filter(([, level]) => level >= MENDED_LEVEL)
      .sort((a, b) => b[1] - a[1])
      .map(([known]) => known)
  }

  // The greatest weight that any of some words has in a page.
  function strength(found) {
    return Math.max(0, ...found.flatMap(([, weight, entry]) => decode(entry).pages.map(([, level]) => level * weight)))
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

  // The pages that have a word as a whole alias, which its weights say by a remainder.
  function pagesNamed(found, word) {
    return found
      .filter(([known]) => known === word)
      .flatMap(([, , entry]) => decode(entry).pages.filter(([, level]) => Math.round(level * MOST) % STEP === KEY))
      .flatMap(([page, level]) => (level * MOST > STEP ? [page] : []))
  }

  // What pages a set of variants leads to, and how much that tells.
  function weigh(index, text, found, factor = 1) {
    const pages = new Map()
    let count = 0
    for (const [, weight, entry] of found) {
      const list = decode(entry)
      count = Math.max(count, list.count)
      for (const [page, level] of list.pages) {
        if (level * weight > (pages.get(page) ?? 0)) pages.set(page, level * weight)
      }
    }
    // Whose headings hold it counts more than who mentions it.
    const most = Math.max(...pages.values(), 0.01)
    const held = [...pages.values()].reduce((sum, level) => sum + (level / most) ** HELD, 0)
    count = Math.min(Math.max(count - pages.size, 0) * LEFT_OUT + held, index.pages)
    const words = (least) => found.filter(([, weight]) => weight >= least).map(([word]) => word)
    const sure = words(STEM_WEIGHT)
    const worth = factor * worthOf(index, count) * (TEXT_SHARE + (1 - TEXT_SHARE) * strength(found))
    return { text, pages, worth, words: words(0), sure: sure.length ? sure : words(0) }
  }

  // How much a word tells that so many pages hold: the fewer, the more.
  function worthOf(index, count) {
    return Math.log(1 + (index.pages - count + 0.5) / (count + 0.5)) ** RARENESS
  }

  // One chunk of the query: as a whole, else in its parts.
  async function unit(index, chunk, unfinished) {
    const pieces = parts(chunk)
    const whole = pieces.join("")
    const found = await variants(index, whole, unfinished)
    if (SAME[whole]) found.push(...(await variants(index, SAME[whole], false)))
    if (VERSION.test(chunk) && strength(found) < MENDED_LEVEL) {
      return [weigh(index, chunk, await variants(index, "version", false), VERSION_WORTH)]
    }
    const hyphened = /^\w+-\w+$/.test(chunk) && !/\d/.test(chunk)
    if (found.length && !hyphened) return [weigh(index, chunk, found, factorOf(chunk, found))]
    const useful = pieces.filter((piece) => !STOP.has(piece))
    if (pieces.length < 2) return [{ text: chunk, pages: new Map(), worth: 0, words: [], sure: [] }]
    const last = useful.length - 1
    const units = (await Promise.all(useful.map((piece, n) => unit(index, piece, unfinished && n === last)))).flat()
    const known = isAddress(chunk) ? units.filter((one) => one.words.length).length : 1
    if (found.length) return [weigh(index, chunk, found, HYPHENED), ...units.map((one) => ({ ...one, worth: one.worth * HYPHENED }))]
    return units.map((one) => ({ ...one, worth: one.worth / known ** ADDRESS }))
  }

  // An address is one thing, however many parts it has.
  function isAddress(chunk) {
    return /[/:]|\d\.\w+\.\w+\./.test(chunk) && parts(chunk).length > 4
  }

  // What a word tells beside others that as few pages hold: names in code decide.
  function factorOf(chunk, found) {
    if (isFaint(chunk)) return FAINT_WORTH
    if (/^\d+$/.test(chunk) && strength(found) < MENDED_LEVEL) return NUMBER_WORTH
    return CODE.test(chunk) ? CODE_WORTH : 1
  }

  Object.assign(notesSearch, { isAddress, pagesNamed, put, load, open, variants, weigh, unit, nearest, strength })
}
