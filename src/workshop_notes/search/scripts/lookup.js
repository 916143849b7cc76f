// Finds words in the index that src/workshop_notes/search wrote. Its files are scripts that call
// notesSearch.put(), because a page opened from a disk may load scripts but read no files.
{
  const { FAINT, STOP, distance, parts, stem } = notesSearch
  const STEM_WEIGHT = 0.9
  const PREFIX_WEIGHT = 0.7
  const MENDED_WEIGHT = { 1: 0.8, 2: 0.6 }
  const ALIKE_WEIGHT = 0.5
  const MENDED_WORTH = 0.7 // what a mended word is asked for tells less
  const FAINT_WORTH = 0.3
  const MAX_CANDIDATES = 6
  const LONGEST_ENDING = 13 // more than stem() takes, with doubled letters

  let folder = ""
  let version = ""
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
        script.src = `${folder}${name}.js?v=${version}`
        document.head.append(script)
        const end = (why) => {
          script.remove() // or the next attempt would wait for one that has ended
          reject(new Error(`${name}.js of the search's index ${why}`))
        }
        script.onload = () => end("is of another form")
        script.onerror = () => end("did not come")
      })
      file.catch(() => files.delete(name))
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
      groups.set(number, { words: words.split(" "), entries: entries.split(" ") })
    }
    return groups.get(number)
  }

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
    for (let page = -1; at < entry.length;) {
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

  // Words of the index that differ by a letter or two from one that is in none.
  async function mended(index, word, limit = 2) {
    const most = Math.min(limit, word.length < 3 ? 0 : word.length > 7 ? 2 : 1)
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
    return limit > 1 ? alike(index, word) : []
  }

  // Words that begin as one that is in no page, for most of its letters: contradicts for
  // contradiction.
  async function alike(index, word) {
    const least = Math.max(6, Math.ceil(word.length * 0.6))
    const { words } = await wordFile(fileNumbers(index, word, word)[0])
    const at = lowest(words, word)
    const shared = (known = "") => {
      let same = 0
      while (same < word.length && known[same] === word[same]) same++
      return same
    }
    const most = Math.max(shared(words[at - 1]), shared(words[at]))
    if (most < least) return []
    const found = await variants(index, word.slice(0, most), true)
    return found.slice(0, MAX_CANDIDATES).map(([known, , entry]) => [known, ALIKE_WEIGHT, entry])
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
    const rare = Math.log(1 + (index.pages - count + 0.5) / (count + 0.5))
    const worth = FAINT.has(text.toLowerCase()) ? FAINT_WORTH * rare : rare
    const words = (least) => found.filter(([, weight]) => weight >= least).map(([word]) => word)
    const sure = words(STEM_WEIGHT)
    return { text, pages, worth, words: words(0), sure: sure.length ? sure : words(0) }
  }

  // One chunk of the query: as a whole, else in its parts, else mended.
  async function unit(index, chunk, unfinished, mends) {
    const pieces = parts(chunk)
    const whole = pieces.join("")
    const found = await variants(index, whole, unfinished)
    // A word that only its stem leads to may be one with a typing error: monthy is not of a month.
    if (found.length && found.every(([, weight]) => weight === STEM_WEIGHT)) {
      found.push(...(await mended(index, whole, 1)))
    }
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
      one.worth *= MENDED_WORTH
      mends.push(one)
      return [one]
    }
    if (pieces.length < 2) return [{ text: chunk, pages: new Map(), worth: 0, words: [] }]
    return (await Promise.all(useful.map((piece) => unit(index, piece, false, mends)))).flat()
  }

  Object.assign(notesSearch, { put, load, open, variants, weigh, unit })
}
