"""A package index on this machine, for tests of the setup: real pip, real wheels, no internet."""

import base64
import hashlib
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests import PATIENCE


def wheel(folder, name, padding=0):
    """Write a wheel of one module; return its path and its line for a lock file."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    files = {
        f"{name}.py": b"ANSWER = 42\n",
        f"{name}_padding.bin": bytes(padding),
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(
        f"{file},sha256={_digest(content)},{len(content)}\n" for file, content in files.items()
    )
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, content in files.items():
            archive.writestr(file, content)
    return path, f"{name}==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def _digest(content):
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


class PackageIndex:
    """Serves the wheels of a folder. Between hold() and released.set(), a download waits."""

    def __init__(self, folder):
        self.folder = folder
        self.asked = threading.Event()
        self.released = threading.Event()
        self.released.set()
        self.downloads = 0
        index = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                index.answer(self)

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}/simple/"

    def hold(self):
        self.released.clear()

    def answer(self, request):
        last = request.path.rstrip("/").rsplit("/", 1)[-1]
        if last.endswith(".whl"):
            self.downloads += 1
            self.asked.set()
            self.released.wait(PATIENCE)
            kind, body = "application/octet-stream", (self.folder / last).read_bytes()
        else:
            files = sorted(path.name for path in self.folder.glob(f"{last.replace('-', '_')}-*"))
            links = "".join(f'<a href="/files/{name}">{name}</a>' for name in files)
            kind, body = "text/html", f"<!DOCTYPE html><html><body>{links}</body></html>".encode()
        try:
            request.send_response(200)
            request.send_header("Content-Type", kind)
            request.send_header("Content-Length", str(len(body)))
            request.end_headers()
            request.wfile.write(body)
        except ConnectionError:  # the asker was killed, as some tests do
            pass

    def close(self):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()
