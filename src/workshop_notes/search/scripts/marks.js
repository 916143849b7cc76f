// Finds words in texts, to weigh sections and to mark what was asked for. Not by regular
// expressions: compiling those with classes of letters takes a browser longer than all the rest.
{
  const { parts } = notesSearch
  const JOINTS = "-_.:/+<>"
  const MOST_LETTERS_ALONE = 4
  const MOST_BETWEEN = 4

  // A word to look for; the parts of an identifier may have joints between them. Short words must
  // stand alone: git is not in digit.
  function form(word) {
    return { word, pieces: parts(word), alone: word.length <= MOST_LETTERS_ALONE }
  }

  function isLetter(text, at) {
    const code = text.charCodeAt(at)
    if (code < 128) return (code > 96 && code < 123) || (code > 47 && code < 58)
    return code > 127 && /[\p{L}\p{N}]/u.test(text[at])
  }

  // Lower case of the same length, so that places in one are places in the other.
  function lower(text) {
    const low = text.toLowerCase()
    if (low.length === text.length) return low
    return text.replace(/[^]/g, (letter) =>
      letter.toLowerCase().length === 1 ? letter.toLowerCase() : letter,
    )
  }

  // Where a word that begins at a place ends, or 0 where it does not stand there.
  function endAt(low, { pieces, alone }, start) {
    if (alone && isLetter(low, start - 1)) return 0
    let end = start
    for (let n = 0; n < pieces.length; n++) {
      while (n && end < low.length && JOINTS.includes(low[end])) end++
      if (!low.startsWith(pieces[n], end)) return 0
      end += pieces[n].length
    }
    return alone && isLetter(low, end) ? 0 : end
  }

  // The next place of a word in a text of lower case: [start, end], or nothing.
  function next(low, form, from) {
    for (let start = from - 1; (start = low.indexOf(form.pieces[0], start + 1)) >= 0;) {
      const end = endAt(low, form, start)
      if (end) return [start, end]
    }
  }

  // Whether any of some words stands in a text.
  function holds(low, forms) {
    return forms.some((form) => next(low, form, 0))
  }

  // Whether one of the first words stands just before one of the second.
  function holdsPair(low, firsts, seconds) {
    return firsts.some((first) => {
      for (let place = next(low, first, 0); place; place = next(low, first, place[0] + 1)) {
        for (let at = place[1]; at < low.length && at < place[1] + MOST_BETWEEN && !isLetter(low, at); at++) {
          if (seconds.some((second) => endAt(low, second, at + 1))) return true
        }
      }
      return false
    })
  }

  // The places of words from left to right, none over another; of two that begin alike the longer.
  function* places(text, forms) {
    const low = lower(text)
    const ahead = forms.map((form) => next(low, form, 0))
    for (let at = 0; ;) {
      let best
      for (let n = 0; n < forms.length; n++) {
        if (ahead[n]?.[0] < at) ahead[n] = next(low, forms[n], at)
        const place = ahead[n]
        if (place && (!best || place[0] < best[0] || (place[0] === best[0] && place[1] > best[1])))
          best = place
      }
      if (!best) return
      yield best
      at = best[1]
    }
  }

  Object.assign(notesSearch, { form, holds, holdsPair, lower, places })
}
