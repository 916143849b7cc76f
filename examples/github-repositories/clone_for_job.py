"""Clone a repository at a tag for a job's `source_dir`, by hand and with the helper of SDK v3."""

# --8<-- [start:supply]
import team_repository  # in the download: a repository on this machine

team_repository.stand_in_for("https://github.com/your-team/")  # not with one of your own
repository = "https://github.com/your-team/your-code.git"
version = "v1.0"  # a tag, or the hash of a commit
# --8<-- [end:supply]

# --8<-- [start:clone]
import subprocess

subprocess.run(["git", "clone", "--quiet", repository, "code"], check=True)
subprocess.run(["git", "-C", "code", "checkout", "--quiet", version], check=True)
# --8<-- [end:clone]

# --8<-- [start:helper]
from pathlib import Path

from sagemaker.core.git_utils import git_clone_repo

found = git_clone_repo({"repo": repository, "commit": version}, entry_point="train.py")
for path in ("code/train.py", found["entry_point"]):
    print(Path(path).read_text(encoding="utf-8").strip())
# --8<-- [end:helper]
