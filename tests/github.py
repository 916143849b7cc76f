"""A local server for the part of GitHub's REST API that the workflows' scripts use.

It keeps issues, pull requests and releases, and refuses what the service refuses: another token, a
request without the fields that are needed, a path that it does not have. Paths, fields and answers
as in GitHub's reference "REST API endpoints", version 2022-11-28. `http-backend` of git itself
serves the repository.
"""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import re
import subprocess
import threading
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

TOKEN = "a-token"
REPOSITORY = "team/notes"
BASIC = "Basic " + b64encode(f"x-access-token:{TOKEN}".encode()).decode()


@dataclass
class State:
    """What the service knows.

    Attributes:
        repositories: the folder of the bare repository `team/notes.git`.
        issues: open issues, and pull requests, which are issues too.
        pulls: open pull requests.
        releases: their files by the tag.
        notes: their words by the tag.
        started: workflows that were started, with the branch.
        may_propose: whether a workflow may open pull requests, which is a setting.
        asked: method and path of each request.
    """

    repositories: Path
    issues: list[dict] = field(default_factory=list)
    pulls: list[dict] = field(default_factory=list)
    releases: dict[str, dict[str, bytes]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    started: list[tuple[str, str]] = field(default_factory=list)
    may_propose: bool = True
    asked: list[str] = field(default_factory=list)
    address: str = ""

    def environment(self) -> dict[str, str]:
        """What a runner and our workflows set for a script."""
        return {
            "GH_TOKEN": TOKEN,
            "GITHUB_API_URL": f"{self.address}/api",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_SERVER_URL": self.address,
        }


class _Handler(http.server.BaseHTTPRequestHandler):
    state: State

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        parts = urlsplit(self.path)
        if parts.path.startswith(f"/{REPOSITORY}"):
            return self._git(parts.path, parts.query, body)
        self.state.asked.append(f"{self.command} {parts.path}")
        path = parts.path.removeprefix(f"/api/repos/{REPOSITORY}")
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            return self._send(401, {"message": "Bad credentials"})
        for (method, pattern), act in _ROUTES.items():
            if method == self.command and (found := re.fullmatch(pattern, path)):
                raw = self.headers["Content-Type"] == "application/octet-stream"
                sent = body if raw else json.loads(body or "{}")
                try:
                    return self._send(*act(self.state, sent, query, *found.groups()))
                except KeyError as error:
                    return self._send(422, {"message": f"Validation Failed: {error}"})
        self._send(404, {"message": "Not Found"})

    do_GET = do_POST = do_PATCH = do_DELETE = _answer

    def _send(self, code: int, answer: object = None) -> None:
        data = b"" if answer is None else json.dumps(answer).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _git(self, path: str, query: str, body: bytes) -> None:
        """Pass a request on to git's own server, as a web server does by CGI (RFC 3875)."""
        if self.headers["Authorization"] != BASIC:
            return self._send(401)
        variables = {
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": self.headers.get("Content-Type") or "",
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROJECT_ROOT": str(self.state.repositories),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol") or "",
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding") or "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REMOTE_USER": "x-access-token",
            "REQUEST_METHOD": self.command,
        }
        done = subprocess.run(
            ["git", "http-backend"], env={**os.environ, **variables}, input=body,
            capture_output=True, check=True,
        )  # fmt: skip
        head, _, data = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().splitlines())
        self.send_response(int(headers.pop("Status", "200")[:3]))
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments) -> None:
        """Keep the test's output for the test."""


def _page(things: list, query: dict[str, str]) -> tuple[int, list]:
    size, number = int(query["per_page"]), int(query["page"])
    return 200, things[(number - 1) * size : number * size]


def _pulls(state: State, sent, query):
    return _page([each for each in state.pulls if query["head"] == f"team:{each['head']}"], query)


def _propose(state: State, sent, query):
    if not state.may_propose:
        message = "GitHub Actions is not permitted to create or approve pull requests."
        return 403, {"message": message}
    made = {"number": len(state.issues) + 1, **{n: sent[n] for n in ("title", "head", "base")}}
    state.pulls.append(made | {"body": sent["body"]})
    state.issues.append({"number": made["number"], "title": sent["title"], "pull_request": {}})
    return 201, made


def _open(state: State, sent, query):
    made = {"number": len(state.issues) + 1, "title": sent["title"], "body": sent["body"]}
    state.issues.append(made)
    return 201, made


def _edit(state: State, sent, query, number):
    (issue,) = (each for each in state.issues if each["number"] == int(number))
    issue["body"] = sent["body"]
    return 200, issue


def _start(state: State, sent, query, workflow):
    state.started.append((workflow, sent["ref"]))
    return 204, None


def _told(state: State, tag: str):
    assets = [{"name": name, "id": f"{tag}:{name}"} for name in state.releases[tag]]
    upload = f"{state.address}/api/repos/{REPOSITORY}/upload/{tag}{{?name,label}}"
    return {"upload_url": upload, "assets": assets}


def _release(state: State, sent, query, tag):
    return (200, _told(state, tag)) if tag in state.releases else (404, {"message": "Not Found"})


def _make_release(state: State, sent, query):
    state.releases[sent["tag_name"]], state.notes[sent["tag_name"]] = {}, sent["body"]
    return 201, _told(state, sent["tag_name"])


def _upload(state: State, sent, query, tag):
    if query["name"] in state.releases[tag]:
        return 422, {"errors": [{"code": "already_exists"}]}
    state.releases[tag][query["name"]] = sent
    return 201, {}


def _delete(state: State, sent, query, tag, name):
    del state.releases[tag][name]
    return 204, None


_ROUTES = {
    ("GET", ""): lambda state, sent, query: (200, {"default_branch": "main"}),
    ("GET", "/issues"): lambda state, sent, query: _page(state.issues, query),
    ("POST", "/issues"): _open,
    ("PATCH", r"/issues/(\d+)"): _edit,
    ("GET", "/pulls"): _pulls,
    ("POST", "/pulls"): _propose,
    ("POST", r"/actions/workflows/([\w.]+)/dispatches"): _start,
    ("GET", r"/releases/tags/([\w.]+)"): _release,
    ("POST", "/releases"): _make_release,
    ("POST", r"/upload/([\w.]+)"): _upload,
    ("DELETE", r"/releases/assets/([\w.]+):([\w.-]+)"): _delete,
}


@contextlib.contextmanager
def github(repositories: Path) -> Iterator[State]:
    """Serve the API and a repository on the loopback, and give what the service knows."""
    state = State(repositories)
    handler = type("Handler", (_Handler,), {"state": state})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        state.address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield state
        server.shutdown()
