"""One environment for every test, whatever the user has set for other programs."""

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_sagemaker import launcher

pytest_plugins = [
    "tests.other_site",
    "tests.preloaded",
    "tests.shared",
    "tests.site",
    "tests.small_book",
    "tests.summary",
    "tests.visits",
    "pytester",
]

_PREFIXES = ("AWS_", "BOTO_", "IPYTHON", "JUPYTER_", "MPL", "PIP_", "PYTHONWARN")
_PROXIES = {"http_proxy", "https_proxy", "all_proxy", "ftp_proxy"}

for _name in list(os.environ):
    if _name.startswith(_PREFIXES) or _name.lower() in _PROXIES:
        # What installs packages needs to know where from; the tests of the set-up say it anew.
        if _name.startswith("PIP_") and _name in {"PIP_CERT", "PIP_INDEX_URL", "PIP_FIND_LINKS"}:
            continue
        del os.environ[_name]
if not Path(os.environ.get("TMPDIR", "/")).is_dir():
    del os.environ["TMPDIR"]
os.environ |= {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "OMP_NUM_THREADS": "1",  # the workers have all cores: more threads than those wait for turns
    "NO_PROXY": "*",
}
if "PYTEST_XDIST_WORKER" not in os.environ:  # workers take it over
    # What runs here neither reads nor writes the user's files, but for the browser and what pip is
    # told.
    _home, _empty = Path.home(), tempfile.mkdtemp(prefix="home-")
    atexit.register(shutil.rmtree, _empty, ignore_errors=True)
    _caches = "Library/Caches" if sys.platform == "darwin" else ".cache"
    _browsers = Path(os.environ.get("XDG_CACHE_HOME", _home / _caches)) / "ms-playwright"
    os.environ.setdefault("PLAYWRIGHT_BROWSERS_PATH", str(_browsers))
    for _name in (".config/pip/pip.conf", ".pip/pip.conf"):
        if (_home / _name).is_file():
            os.environ["PIP_CONFIG_FILE"] = str(_home / _name)
    for _name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        os.environ.pop(_name, None)
    os.environ["HOME"] = _empty
os.umask(0o022)  # LinkChecker and others read the site as another user


def pytest_xdist_auto_num_workers() -> int:
    """Return one worker more than processors, since each waits now and then; of them 4 at most."""
    return min(4, (os.cpu_count() or 1) + 1)


@pytest.fixture(scope="session", autouse=True)
def jobs_have_one_parent() -> Iterator[None]:
    """Import what jobs need once for all stand-ins of this process, which takes seconds."""
    with launcher.kept_warm():
        yield
