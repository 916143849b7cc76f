//# allFunctionsCalledOnLoad
// (Which Chromium takes as a hint to compile them while the file comes in.)
// Takes queries apart into words, as src/workshop_notes/search/words.py takes pages apart, and says
// which words are akin. The scripts of this folder are published as one, before the index.
const notesSearch = {}
{
  const STOP = new Set(
    (
      "a about all also am an and any are as at be been but by can could did do does each every for " +
      "from had has have how i if in into is it its just me my no not of on only or other our should " +
      "so some such than that the their them then there these they this to very was we were what " +
      "when where which who why will with would you your"
    ).split(" "),
  )

  // Words that name a page, but seldom the one that is asked for.
  const FAINT = new Set(
    (
      "again already anything best bit come done else ever find get gets give go going handle " +
      "happen happens help know let look lot lots make makes making many much must need needs " +
      "now people please possible put same say see shall show something sort still take tell " +
      "thing things think try trying use used uses using want way ways wont work working works " +
      "yet"
    ).split(" "),
  )

  const SEPARATOR = /[-_:/+<>]+|\.+(?!\d)|(?<!\d)\.+/
  const CAPITAL = /(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/

  function chunks(text) {
    if (!/[^ -~]/.test(text)) {
      // Nearly all queries; classes of all letters take a millisecond to compile.
      const plain = text.replace(/'s(?!\w)/g, "").replace(/(?<=\w)'(?=\w)/g, "")
      return plain.match(/\w+(?:[-.:/+<>]+\w+)*/g) ?? []
    }
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

  // What is left of a word without its endings, so that job and jobs, deploy and deployment,
  // monitor and monitoring meet.
  function stem(word) {
    if (word.length < 4 || /\d/.test(word)) return word
    const short = word.replace(/(?:ies|ied|(?<![aeiou])y(?:ing)?)$/, "")
    if (short !== word && short.length > 2) return short
    return without(without(word, /(?:ings?|ed|es|e|(?<!s)s)$/), /(?:(?:ment)?ation|ion|ment|er|or)$/)
  }

  function without(word, ending) {
    const bare = word.replace(ending, "")
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

  Object.assign(notesSearch, { FAINT, STOP, chunks, parts, stem, distance })
}
