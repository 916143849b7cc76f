"""Write `claims.json` anew: `python -m tests.claims`, which `make format` does."""

import json

from tests.claims import read_claims
from tests.claims.counts import COUNTS, counted
from tests.site import ROOT
from workshop_notes.content import ledger
from workshop_notes.content.files import write_if_changed
from workshop_notes.content.pages import read_pages
from workshop_notes.content.project import Project

project = Project(ROOT)
pages = [page for page in read_pages(project) if page.is_question]
kept = json.loads(COUNTS.read_text(encoding="utf-8"))
# The mistakes planted for trial are counted by `make test-defects`.
counts = kept | counted(pages, read_claims(), ledger.read(project.ledger, project.ledger))
if write_if_changed(COUNTS, json.dumps(counts, indent=2) + "\n"):
    print(f"rewrote {COUNTS.relative_to(ROOT)}")
