"""A virtual environment with the toolkits of AWS's images, from requirements/toolkits.txt.

Apart from .venv: the toolkits are released as source only and bring what nothing else here needs.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements" / "toolkits.txt"


def python():
    """Return the interpreter of that environment, which the first call makes."""
    if sys.platform != "linux":
        pytest.skip("sagemaker-training needs Linux (inotify)")
    if not shutil.which("cc") and not shutil.which("gcc"):
        pytest.skip("sagemaker-training is compiled when installed, and there is no C compiler")
    maker = f"{sys.version} {sys.base_prefix}"
    key = hashlib.sha256(LOCK.read_bytes() + maker.encode()).hexdigest()[:16]
    folder = ROOT / ".cache" / f"toolkits-{key}"
    interpreter = folder / "bin" / "python"
    if not (folder / "whole").exists():
        assert not folder.is_symlink(), f"{folder} is a link, and is left as it is: remove it"
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        # First what builds the others: their own wish for it names no version.
        for lines in (_entry("setuptools"), LOCK.read_text("utf-8")):
            wanted = folder / "wanted.txt"
            wanted.write_text(lines, encoding="utf-8")
            pip = "-I -m pip install --quiet --require-hashes --no-deps --no-build-isolation"
            words = [*pip.split(), "--disable-pip-version-check", "-r", wanted]
            done = subprocess.run([interpreter, *words], capture_output=True, text=True)
            assert done.returncode == 0, done.stderr[-2000:]
        (folder / "whole").touch()
    return interpreter


def _entry(name):
    text = LOCK.read_text("utf-8")
    start = text.index(f"\n{name}==") + 1
    lines = text[start:].splitlines()
    last = next(at for at, line in enumerate(lines) if not line.endswith("\\"))
    return "\n".join(lines[: last + 1]) + "\n"
