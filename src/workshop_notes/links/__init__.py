"""Ask every source of the ledger whether it still says what the pages rest on.

The parts, from the wire to the file: `limits`, `waits`, `networks`, `hosts`, `body`, `fetch` (ask),
`markup`, `github`, `anchors`, `judge` (understand), `state` (remember), `journal`, `history`,
`record` (write), `archive`, `run`, `report`.
"""
