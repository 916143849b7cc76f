"""The site has no mistakes, and no question has left its address: run with `python -m pytest`."""

import html
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ADDRESSES = (ROOT / "tests" / "addresses.txt").read_text(encoding="utf-8").splitlines()


def test_the_site_has_no_mistakes():
    command = [sys.executable, "-m", "workshop_notes", "check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_each_question_is_at_its_address():
    """A published address never dies: lines may be added to the list, and none may go."""
    assert ADDRESSES
    for line in ADDRESSES:
        page, _, title = line.partition("\t")
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        assert text.count("\n# ") >= 1, page
        heading = next(line for line in text.splitlines() if line.startswith("# "))
        assert html.unescape(heading.replace("\\", "")) == f"# {title}".replace("\\", ""), page
