"""A package index on this machine that holds one small package of ours, and nothing else.

It stands in for the index that a job would ask: PyPI, or a team's own. The package is made here,
so that no job needs the internet.
"""

import atexit
import base64
import functools
import hashlib
import http.server
import shutil
import tempfile
import threading
import zipfile
from pathlib import Path

NAME, VERSION = "flight_features", "1.0"
MODULE = """\
def add_all(rows):
    return rows.assign(
        hour=rows["departure"].dt.hour,
        weekend=rows["departure"].dt.dayofweek >= 5,
    )
"""


def write_wheel(folder: Path) -> Path:
    """Write the package as a wheel; return its path."""
    info = f"{NAME}-{VERSION}.dist-info"
    files = {
        f"{NAME}.py": MODULE,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {VERSION}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    lines = [f"{name},sha256={_digest(text)},{len(text)}" for name, text in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*lines, f"{info}/RECORD,,", ""])
    path = folder / f"{NAME}-{VERSION}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Print nothing."""


def serve() -> str:
    """Serve the package until this process ends; return the address of the index."""
    root = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    project = Path(root, "simple", NAME.replace("_", "-"))
    project.mkdir(parents=True)
    write_wheel(project)
    handler = functools.partial(_Quiet, directory=root)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/simple/"
