"""Say in one line why pip failed: standard library only, since the setup imports it."""

import sys

NO_NETWORK = (
    "Failed to establish a new connection",
    "NameResolutionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
    "SSLError",
    "Connection aborted",
    "Connection broken",
    "Network is unreachable",
)


def explain(text, what, log):
    """Return the line that the user sees.

    Args:
        text: what pip printed.
        what: what it was to do, after "Could not".
        log: the file that holds its words.
    """
    if "DO NOT MATCH THE HASHES" in text:
        return (
            f"Could not {what}: a download does not match its hash in the lock file. Run the "
            f"command again; if it stays so, do not trust that package index (log: {log})."
        )
    if any(sign in text for sign in NO_NETWORK):
        return (
            f"Could not {what}: the package index was not reached. Check the network and the "
            f"proxy settings, then run the command again (log: {log})."
        )
    if "No matching distribution found" in text:
        return (
            f"Could not {what}: a package is not to be had for this system's Python "
            "{}.{}. Run with another one, for example make PYTHON=python3.12 (log: {}).".format(
                *sys.version_info[:2], log
            )
        )
    return f"Could not {what}: see {log}, then run the command again."
