"""Show the site while it is being written: `make serve`."""

from __future__ import annotations

import signal
import subprocess
import sys

from tools import ports
from workshop_notes.build import environment
from workshop_notes.content.project import Project
from workshop_notes.directives.expand import prepare


def serve(project: Project, port: int) -> int:
    """Serve the site with live reload until it is interrupted.

    Args:
        project: the project to serve.
        port: the TCP port on 127.0.0.1.

    Returns:
        The exit status of the server.

    Raises:
        ContentError: when the content cannot be built to begin with.
    """
    ports.require_free(port)
    prepare(project)
    # Not strict: an author in the middle of a sentence keeps a running server.
    command = [sys.executable, "-m", "mkdocs", "serve", "--dirty", "--no-strict", "--livereload"]
    command += ["--dev-addr", f"127.0.0.1:{port}", "--config-file", str(project.config)]
    # Without it the engine would go on, and hold the port, when this process alone is ended.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        return subprocess.run(command, cwd=project.root, env=environment(), check=False).returncode
    except KeyboardInterrupt:
        return 0
