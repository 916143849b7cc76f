"""Plant every mistake of the table: `python -m tests.defects [-k WORDS]`."""

from __future__ import annotations

import argparse
import json
import os
import queue
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.claims.counts import COUNTS
from tests.defects import Copy, Defect, Outcome
from tests.defects.table import DEFECTS
from workshop_notes.content.files import write_if_changed


def main() -> int:
    """Return 0 where every mistake was caught, else 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-k", default="", help="only those whose promise or name holds these words")
    parser.add_argument("-v", action="store_true", help="show what was said of those missed")
    options = parser.parse_args()
    wanted = [
        (promise, defect)
        for promise, defects in DEFECTS.items()
        for defect in defects
        if options.k.lower() in f"{promise}: {defect.name}".lower()
    ]
    missed = 0
    with tempfile.TemporaryDirectory(prefix="defects-") as work:
        copies: queue.Queue[Copy] = queue.Queue()
        workers = os.cpu_count() or 1
        for number in range(workers):
            copies.put(Copy(Path(work, str(number))))

        def try_one(found: tuple[str, Defect]) -> tuple[str, Outcome]:
            copy = copies.get()
            try:
                return found[0], copy.try_one(found[1])
            finally:
                copies.put(copy)

        with ThreadPoolExecutor(workers) as pool:
            for promise, outcome in pool.map(try_one, wanted):
                missed += not outcome.caught
                word = "caught" if outcome.caught else "MISSED"
                print(f"{word} {outcome.seconds:5.1f} s  {promise}: {outcome.defect.name}")
                if not outcome.caught:
                    why = f"not said: {outcome.lacking}" if outcome.failed else "nothing failed"
                    print(f"        {why}")
                    if options.v:
                        print(outcome.said[-3000:])
                sys.stdout.flush()
    public = sum(bool(defect.source) for _, defect in wanted)
    print(f"{len(wanted) - missed} of {len(wanted)} caught; {public} were made in public")
    if not options.k:
        defects = {"planted": len(wanted), "caught": len(wanted) - missed, "public": public}
        counts = json.loads(COUNTS.read_text(encoding="utf-8")) | {"defects": defects}
        write_if_changed(COUNTS, json.dumps(counts, indent=2) + "\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
