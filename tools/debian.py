"""Install a package of Debian or Ubuntu, where that needs no password."""

import os
import shutil
import subprocess


def install(packages, say=print):
    """True when apt-get installed them; False when it cannot be used here or failed."""
    prefix = _root_prefix() if shutil.which("apt-get") else None
    if prefix is None:
        return False
    say(f"Installing {' and '.join(packages)} with apt-get.")
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    # Another apt may be running (unattended upgrades): wait for it rather than fail.
    apt = [*prefix, "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"]
    # An old list of packages may still do, so a failed update alone stops nothing.
    _run([*apt, "update"], environment)
    return _run([*apt, "install", "--yes", "--no-install-recommends", *packages], environment)


def _root_prefix():
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and _run(["sudo", "-n", "true"], dict(os.environ)):
        return ["sudo", "-n"]
    return None


def _run(command, environment):
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return done.returncode == 0
