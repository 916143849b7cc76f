"""Say who holds a port before the server stumbles over it."""

import errno
import socket
import sys
from pathlib import Path

HOST = "127.0.0.1"


def require_free(port, host=HOST):
    """Return when the port can be listened on; otherwise stop with one line for the user."""
    if not 1 <= port <= 65535:
        sys.exit(f'There is no port {port}: choose one from 1024 to 65535, "make serve PORT=8001".')
    error = _bind_error(port, host)
    if not error:
        return
    other = next((p for p in range(port + 1, port + 100) if not _bind_error(p, host)), 0)
    remedy = f'run "make serve PORT={other or "NUMBER"}".'
    if error == errno.EADDRINUSE:
        sys.exit(f"Port {port} is taken{_by(port)}: stop that program or {remedy}")
    if error in (errno.EACCES, errno.EPERM):
        sys.exit(f"Port {port} may not be used by this account: {remedy}")
    sys.exit(f"Port {port} cannot be used (error {error}): {remedy}")


def _bind_error(port, host):
    if port > 65535:
        return errno.EINVAL
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the server does: a port that has just been left is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            return error.errno
    return 0


def _by(port):
    """' (by python3, process 123)' where Linux tells, otherwise nothing."""
    sockets = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            rows = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for row in rows:
            fields = row.split()
            listening = fields[3] == "0A"
            if listening and int(fields[1].rsplit(":", 1)[1], 16) == port:
                sockets.add(f"socket:[{fields[9]}]")
    if not sockets:
        return ""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            for handle in (process / "fd").iterdir():
                if str(handle.readlink()) in sockets:
                    name = (process / "comm").read_text().strip()
                    return f" (by {name}, process {process.name})"
        except OSError:  # ended meanwhile, or another account's
            continue
    return ""


if __name__ == "__main__":
    require_free(int(sys.argv[1]))
