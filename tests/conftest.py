"""One environment for every test, whatever the user has set for other programs."""

import os
from pathlib import Path

pytest_plugins = ["tests.shared", "tests.site", "tests.small_book", "tests.summary", "tests.visits"]

_PROXIES = {"http_proxy", "https_proxy", "all_proxy", "ftp_proxy"}

for _name in list(os.environ):
    if _name.startswith(("AWS_", "BOTO_", "PIP_", "PYTHONWARN")) or _name.lower() in _PROXIES:
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
    "NO_PROXY": "*",
}
os.umask(0o022)  # LinkChecker and others read the site as another user
