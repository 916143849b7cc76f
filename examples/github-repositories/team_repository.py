"""A repository on this machine in place of one on GitHub: two tags, one script."""

import os
import subprocess
import tempfile
from pathlib import Path


def stand_in_for(team: str) -> None:
    """Make the repository `your-code.git`, and lead git to it from the address of a team."""
    folder = Path(tempfile.mkdtemp(), "your-code.git")
    folder.mkdir()
    git = ["git", "-C", str(folder), "-c", "user.name=octocat", "-c", "user.email=octocat"]
    subprocess.run([*git, "init", "--quiet", "--initial-branch=main"], check=True)
    for tag in ("v1.0", "v1.1"):
        (folder / "train.py").write_text(f"print('code of {tag}')\n", encoding="utf-8")
        subprocess.run([*git, "add", "train.py"], check=True)
        subprocess.run([*git, "commit", "--quiet", "--message", tag], check=True)
        subprocess.run([*git, "tag", tag], check=True)
    os.environ |= {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{folder.parent}/.insteadOf",
        "GIT_CONFIG_VALUE_0": team,
    }
