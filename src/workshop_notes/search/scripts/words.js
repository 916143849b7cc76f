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

  // Words that name a page, but seldom the one that is asked for: by their stems. A site adds its own.
  const FAINT = new Set(
    (
      "able across add after again allow already although anything available because best bit both bug call cannot come complete " +
      "correct create current currently doing done during else error even ever example exception expect fail feature file " +
      "find fix get gets give go going handle happen help here however import improve issue job know let lead " +
      "line look lot make many message more much must name need new now occur old option people " +
      "please possible problem provide put question raise receive report request result run same " +
      "say see set show since something sort still support take tell thing think though through throw trace try type " +
      "unable understand update useful use used using value version want warn way when while within without work wont yet"
    )
      .split(" ")
      .map(stem),
  )

  // General classes of errors, which every traceback names.
  const ERRORS =
    /^(?:assertion|attribute|client|file.?not.?found|import|index|key|module.?not.?found|name|not.?implemented|os|permission|runtime|syntax|type|unexpected.?status|validation|value)?(?:error|exception|warning)s?$/

  // Words that are another one shortened, and verbs that ask for another version. A site adds its own.
  const SAME = {
    auth: "authentication",
    bump: "version",
    config: "configuration",
    creds: "credentials",
    doc: "documentation",
    docs: "documentation",
    param: "parameter",
    params: "parameters",
    repo: "repository",
    repos: "repositories",
    upgrade: "version",
  }

  const VERSION = /^v?\d+(?:\.\d+)+(?:-\d+)?$/

  // Names of what people ask about beside a site's subject, which a site tells. A question that holds
  // one which no page treats is not answered by its other words.
  const NEIGHBOURS = new Set()

  // Take in the words of a site.
  function know(faint, neighbours, same) {
    for (const word of faint) FAINT.add(stem(word))
    for (const word of neighbours) NEIGHBOURS.add(word)
    for (const pair of same) SAME[pair.split("=")[0]] = pair.split("=")[1]
  }

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
      .replace(/[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]/g, "")
      .normalize("NFC") // a mark of voiced kana is no letter by itself
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

  // Whether one letter left out, put in, replaced, or changed with the next turns one word into
  // the other.
  function oneEdit(one, other) {
    let start = 0
    while (start < one.length && one[start] === other[start]) start++
    let end = 0
    while (end < Math.min(one.length, other.length) - start && one.at(-1 - end) === other.at(-1 - end)) end++
    const [left, right] = [one, other].map((word) => word.slice(start, word.length - end))
    if (left.length < 2 && right.length < 2) return left !== right
    return left.length === 2 && left === [...right].reverse().join("")
  }

  // Whether a word names a page, but seldom the one that is asked for.
  function isFaint(word) {
    const low = word.toLowerCase()
    return FAINT.has(stem(low)) || ERRORS.test(low)
  }

  Object.assign(notesSearch, { NEIGHBOURS, SAME, STOP, VERSION, chunks, isFaint, know, parts, stem, oneEdit })
}
