"""A Git server on this machine in place of GitHub: one repository, which wants a token."""

import atexit
import base64
import http.server
import os
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

USER, TOKEN = "octocat", "an-access-token"
WANTED = "Basic " + base64.b64encode(f"{USER}:{TOKEN}".encode()).decode()


def start() -> str:
    """Serve `your-team/your-code.git` until this process ends; return the address of the server.

    Settings that git keeps for the user go into a file of their own meanwhile, and git asks nobody
    at the keyboard.
    """
    root = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    os.environ |= {
        "GIT_CONFIG_GLOBAL": str(root / "gitconfig"),
        "GIT_PROJECT_ROOT": str(root),
        "GIT_TERMINAL_PROMPT": "0",
    }
    repository = root / "your-team/your-code.git"
    git = ["git", "-C", str(repository)]
    repository.mkdir(parents=True)
    subprocess.run([*git, "init", "--quiet", "--bare", "--initial-branch=main"], check=True)
    subprocess.run([*git, "config", "http.receivepack", "true"], check=True)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


class _Handler(http.server.BaseHTTPRequestHandler):
    """Hands each request with the token to git's own server."""

    def do_GET(self) -> None:
        """Answer a question about the repository."""
        if self.headers["Authorization"] != WANTED:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="your-team"')
            self.end_headers()
            return
        path, _, query = self.path.partition("?")
        done = subprocess.run(
            ["git", "http-backend"],
            input=self.rfile.read(int(self.headers["Content-Length"] or 0)),
            env=os.environ
            | {
                "GIT_HTTP_EXPORT_ALL": "1",
                "REMOTE_USER": USER,
                "REQUEST_METHOD": self.command,
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "CONTENT_TYPE": self.headers["Content-Type"] or "",
                "HTTP_CONTENT_ENCODING": self.headers["Content-Encoding"] or "",
            },
            stdout=subprocess.PIPE,
            check=True,
        )
        heads, _, body = done.stdout.partition(b"\r\n\r\n")
        lines = [line.split(": ", 1) for line in heads.decode().splitlines()]
        self.send_response(int(dict(lines).get("Status", "200").split()[0]))
        for name, value in lines:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *arguments: object) -> None:
        """Print nothing."""
