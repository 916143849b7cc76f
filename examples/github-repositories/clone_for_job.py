"""Clone a repository at a tag for a job's `source_dir`, by hand and with the helper of SDK v3.

Git asks no server: a setting leads it from the address on GitHub to a folder on this machine.
"""

import os
import tempfile
from pathlib import Path

work = Path(tempfile.mkdtemp())
os.chdir(work)
os.environ["GIT_CONFIG_NOSYSTEM"] = "1"
os.environ["GIT_CONFIG_GLOBAL"] = str(work / "gitconfig")
Path("gitconfig").write_text(
    f'[url "{work}/"]\n\tinsteadOf = https://github.com/your-team/\n'
    "[user]\n\tname = octocat\n\temail = octocat@example.org\n",
    encoding="utf-8",
)

import subprocess

GIT = ["git", "-C", "your-code.git"]
Path("your-code.git").mkdir()
subprocess.run([*GIT, "init", "--quiet", "--initial-branch=main"], check=True)
for tag in ("v1.0", "v1.1"):
    Path("your-code.git", "train.py").write_text(f"print('code of {tag}')\n", encoding="utf-8")
    subprocess.run([*GIT, "add", "train.py"], check=True)
    subprocess.run([*GIT, "commit", "--quiet", "--message", tag], check=True)
    subprocess.run([*GIT, "tag", tag], check=True)

# --8<-- [start:clone]
import subprocess

repository = "https://github.com/your-team/your-code.git"
version = "v1.0"  # a tag, or the hash of a commit

subprocess.run(["git", "clone", "--quiet", repository, "code"], check=True)
subprocess.run(["git", "-C", "code", "checkout", "--quiet", version], check=True)
# --8<-- [end:clone]

from sagemaker.core.git_utils import git_clone_repo

found = git_clone_repo({"repo": repository, "commit": version}, entry_point="train.py")
for name, path in (("git clone", "code/train.py"), ("git_clone_repo", found["entry_point"])):
    print(f"{name}: {Path(path).read_text(encoding='utf-8').strip()}")
