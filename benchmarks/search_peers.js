// Asks search libraries the same queries on the same pages: `node search_peers.js < input > output`.
// The input holds the pages, the queries, the published scripts of our search and of Material's, and
// the folder of MiniSearch; the output the locations of each one's results, by library.
const fs = require("fs")
const vm = require("vm")

const input = JSON.parse(fs.readFileSync(0, "utf8"))
const { pages, queries } = input
const BOOSTS = input.boosts

const tools = {
  async ours() {
    const context = vm.createContext({})
    vm.runInContext(`${input.ours};globalThis.notesSearch = notesSearch`, context)
    const { open, search } = context.notesSearch
    const index = await open("")
    return async (query) => {
      const { results, nothing, empty } = await search(index, query)
      return nothing || empty ? [] : results.map((each) => each.location)
    }
  },

  async MiniSearch() {
    const MiniSearch = require(`${input.minisearch}/dist/cjs/index.cjs`)
    const stop = new Set(input.stopWords)
    const index = new MiniSearch({
      idField: "location",
      fields: Object.keys(BOOSTS),
      processTerm: (term) => (stop.has(term.toLowerCase()) ? null : term.toLowerCase()),
      searchOptions: {
        boost: BOOSTS,
        boostDocument: (location) => weights.get(location),
        fuzzy: (term) => (term.length > 5 ? 0.2 : false),
        prefix: (term) => term.length > 3,
        weights: { fuzzy: 0.1, prefix: 0.3 },
        bm25: { k: 1.2, b: 0.3, d: 0.5 },
      },
    })
    const weights = new Map(pages.map(({ location, weight }) => [location, weight]))
    index.addAll(pages)
    return (query) => index.search(query).map((each) => each.id)
  },

  // lunr with the fields and weights that the others have, and queries as plain words.
  async lunr() {
    const { lunr } = material()
    const index = lunr(function () {
      this.ref("location")
      for (const [field, boost] of Object.entries(BOOSTS)) this.field(field, { boost })
      for (const page of pages) this.add(page, { boost: page.weight })
    })
    return (query) =>
      index
        .query((q) => {
          for (const token of lunr.tokenizer(query)) q.term(token.toString(), { usePipeline: true })
        })
        .map((each) => each.ref)
  },

  // Material's own worker: sections as documents, aliases as tags, which it weighs most.
  async "Material's search"() {
    const answers = []
    const worker = material({ postMessage: (message) => answers.push(message) })
    const fields = { title: { boost: 1e3 }, text: { boost: 1 }, tags: { boost: 1e6 } }
    const config = { lang: ["en"], separator: "[\\s\\-]+", pipeline: ["stopWordFilter"], fields }
    const docs = pages.flatMap(({ location, title, description, aliases, tags, sections, weight }) => [
      { location, title, text: `${description} ${sections[0].text}`, tags: [...tags.split("\n"), ...aliases.split("\n")], boost: weight },
      ...sections.slice(1).map((each) => ({
        location: `${location}#${each.fragment}`, title: each.heading, text: each.text, boost: weight,
      })),
    ])
    await worker.hear({ data: { type: 0, data: { config, docs, options: {} } } })
    return async (query) => {
      answers.length = 0
      await worker.hear({ data: { type: 2, data: query } })
      const items = answers.at(-1).data.items
      return items.map((group) => group[0].location.replace(/#.*/, ""))
    }
  },
}

function material(more = {}) {
  const listeners = []
  const quiet = { warn() {} }
  const context = vm.createContext({ addEventListener: (_, hear) => listeners.push(hear), console: quiet, ...more })
  context.self = context
  vm.runInContext(input.material, context)
  return { lunr: context.lunr, hear: (event) => settled(listeners[0](event)) }
}

// The worker answers by a message and its listener returns nothing to wait for.
async function settled() {
  await new Promise((done) => setImmediate(() => setImmediate(done)))
}

async function main() {
  const output = {}
  for (const name of Object.keys(tools)) {
    const ask = await tools[name]()
    output[name] = []
    for (const query of queries) output[name].push([...(await ask(query))])
  }
  process.stdout.write(JSON.stringify(output))
}

main()
