"""Make .venv hold exactly what a lock says: python3 tools/bootstrap.py GROUP

GROUP is one of the dependency groups in pyproject.toml that CONTAINS lists.
Standard library only, and no syntax newer than Python 3.6: a Python that is too old must get far
enough to say so.
"""

import ast
import contextlib
import errno
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# A group's venv holds the locks named here; what cannot share one, for versions or size, is apart.
# "read" is only read, in a folder of the venv; "types" reads the code; "build" builds what is
# published as source only, without asking for tools that no lock names.
CONTAINS = {
    "site": ["site"],
    "check": ["check", "site"],
    "offline": ["offline", "check", "site"],
    "notebooks": ["notebooks", "offline", "check", "site"],
    "test": ["test", "notebooks", "offline", "check", "site", "read", "types"],
    "spark": ["build", "spark"],
    "debugger": ["debugger"],
}
APART = {"spark": ".venv-spark", "debugger": ".venv-debugger"}
# What an installation takes at its peak, downloads and pip's cache included.
NEEDS_MB = {"site": 300, "check": 350, "offline": 500, "notebooks": 1500, "test": 2600}
NEEDS_MB.update(spark=2000, debugger=1500)
SHELL = "chromium-headless-shell"
"""Chromium without windows: a page of its own costs half of what it does in the whole browser."""
BROWSERS = (SHELL, "chromium", "google-chrome", "google-chrome-stable")
NO_BROWSER = (
    'No browser found for the browser tests: run "sudo apt-get install chromium" (Debian, Ubuntu), '
    'or ".venv/bin/playwright install chromium", or set CHROME_PATH.'
)
JAVA = "openjdk-17-jre-headless"
NO_JAVA = (
    'Spark needs Java 8, 11 or 17, and none was found: install one (Debian 12: "sudo apt-get '
    f'install {JAVA}") or let JAVA_HOME name it, and run the command again.'
)
# What of a user's pip settings is passed on.
HONOURED = {
    *("index-url", "extra-index-url", "find-links", "trusted-host", "proxy", "cert"),
    *("client-cert", "timeout", "default-timeout", "retries", "cache-dir", "no-cache-dir"),
}
# Why pip failed: a pattern of its words, and ours.
REASONS = {
    "DO NOT MATCH THE HASHES": "a download does not match its hash in the lock file. Run the "
    "command again; if it stays so, do not trust that package index",
    "new connection|Connection (aborted|broken)|NameRes|TimeoutError|ProxyE|SSLE|unreachable": (
        "the package index was not reached. Check the network and the proxy settings, then run the "
        "command again"
    ),
    "No matching distribution found": "a package is not to be had for this system's Python {}.{}. "
    "Run with another one, for example make PYTHON=python3.12".format(*sys.version_info[:2]),
    "": "it failed. Look at the log, then run the command again",
}


class SetupError(Exception):
    """Its text is the one line that the user sees."""


def check_python(version):
    if tuple(version[:2]) < (3, 11):
        raise SetupError(
            "Python 3.11 or newer is needed, this is {}: install it and run, for example, "
            '"make PYTHON=python3.12 test".'.format(".".join(str(part) for part in version[:3]))
        )


def no_space(folder, group):
    free_mb = shutil.disk_usage(folder).free // 10**6
    return (
        f"Not enough disk space in {folder}: the setup needs about {NEEDS_MB[group]} MB, {free_mb} "
        "MB are free. Free some and run the command again."
    )


def base_python():
    """The interpreter outside any venv: the one in .venv cannot replace .venv."""
    return getattr(sys, "_base_executable", None) or sys.executable


class Venv:
    def __init__(self, root, group="test"):
        self.root, self.group = root, group
        self.path = root / APART.get(group, ".venv")
        self.largest = group if group in APART else "test"
        self.python = self.path / "bin" / "python"
        self.stamp = self.path / "installed.json"
        self.mark = self.path / "made-by-setup"
        self.log = self.path / "pip.log"
        self.settings = None  # the user's, once pip has been asked for them

    def wanted(self, group):
        """The hash of each lock that a group needs."""
        locks = {name: self.root / "requirements" / f"{name}.txt" for name in CONTAINS[group]}
        return {name: hashlib.sha256(lock.read_bytes()).hexdigest() for name, lock in locks.items()}

    def maker(self):
        # The folder is part of it, because scripts in a venv name it: a moved checkout starts anew.
        version = "{}.{}.{}".format(*sys.version_info[:3])
        return [version, os.path.realpath(base_python()), str(self.path)]

    def installed(self):
        """The locks that are installed whole, with the hash of each."""
        # There may be none, or a half-written one.
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            stamp = json.loads(self.stamp.read_text(encoding="utf-8"))
            # exists() follows links: false when the Python behind the venv is gone
            if stamp["maker"] == self.maker() and self.python.exists():
                return stamp["groups"]
        return {}

    def ready(self, group):
        installed = self.installed()
        return bool(installed) and self.wanted(group).items() <= installed.items()

    def refuse_what_is_not_ours(self):
        """Stop where the folder is a link, or was made by somebody else: it would be emptied."""
        what, ours = None, (self.mark, self.stamp, self.log)
        if self.path.is_symlink():
            what = f"is a link to {os.readlink(self.path)}"
        elif self.path.exists() and not self.path.is_dir():
            what = "is a file"
        elif self.path.exists() and any(self.path.iterdir()) and not any(map(Path.exists, ours)):
            what = "was not made by this project's setup"
        if what:
            raise SetupError(
                f"{self.path.name} {what}, and is left as it is: move it away or remove it (in "
                f"{self.root}), then run the command again."
            )

    @contextlib.contextmanager
    def locked(self):
        """One setup at a time, whoever started it."""
        import fcntl

        # The project's own folder is the lock: nothing replaces it.
        self.handle = os.open(str(self.root), os.O_RDONLY)
        try:
            try:
                fcntl.flock(self.handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                print("Another setup is under way: waiting for it.", flush=True)
                fcntl.flock(self.handle, fcntl.LOCK_EX)
            self.refuse_what_is_not_ours()
            self.path.mkdir(exist_ok=True)
            self.mark.touch()
            yield
        finally:
            os.close(self.handle)

    def install(self):
        installed, current = self.installed(), self.wanted(self.largest)
        if shutil.disk_usage(self.path).free < NEEDS_MB[self.group] * 10**6:
            raise SetupError(no_space(self.path, self.group))
        self.stamp.unlink(missing_ok=True)
        # Only a whole venv of these very locks is added to. Anything else is made anew: pip takes
        # a half-written package for an installed one, and never removes what a lock dropped.
        if not installed or not installed.items() <= current.items():
            self.make_anew()
            installed = {}
        for lock in CONTAINS[self.group]:
            # A group's lock holds all of the smaller ones.
            if lock in ("build", "read", "types", self.group) and lock not in installed:
                self.pip(lock)
        if self.group not in APART and (self.root / "pyproject.toml").is_file():
            # The packages in src/ as they lie there, with their entry point for MkDocs.
            words = ["--no-deps", "--no-index", "--no-build-isolation", "--editable", self.root]
            self.run(["pip", "install", *words], "install this project")
        stamp = self.stamp.with_suffix(".new")
        groups = {name: current[name] for name in CONTAINS[self.group]}
        stamp.write_text(json.dumps({"maker": self.maker(), "groups": groups}), encoding="utf-8")
        stamp.replace(self.stamp)  # last: it says that all the rest is there

    def make_anew(self):
        package = "python{}.{}-venv".format(*sys.version_info[:2])
        if not importlib.util.find_spec("ensurepip") and not apt_install(package):
            raise SetupError(
                "This Python cannot make virtual environments: run "
                f'"sudo apt-get install {package}" (Debian, Ubuntu) or install a complete Python, '
                "and then the command again."
            )
        # Not by venv --clear, which takes our mark too: an interrupted setup stays ours.
        for entry in self.path.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            elif entry != self.mark:
                entry.unlink()
        self.run(["venv", self.path], f"make {self.path.name}", base_python())

    def pip(self, lock):
        # Wheels only: to build a package, pip would fetch tools that no lock names. And Python
        # compiles what it imports: to compile all of it would take longer than the rest.
        words = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--no-compile"]
        if lock == "spark":
            words += ["--no-binary", "pyspark", "--no-build-isolation"]
        if lock == "read":
            words += ["--target", self.path / lock]
        words += ["-r", self.root / "requirements" / f"{lock}.txt"]
        self.run(["pip", "install", *words], f"install requirements/{lock}.txt")

    def environment(self):
        """The variables for pip: of the user's settings where packages come from, no more.

        A mirror, a proxy and certificates are the user's to choose, and hashes hold whatever comes
        from there. What would change the result (user, target, prefix, no-binary, constraint ...)
        is dropped, whether a variable or a pip.conf says it.
        """
        clean = {name: value for name, value in os.environ.items() if name[:6] != "PYTHON"}
        settings = {"PIP_DEFAULT_TIMEOUT": "60", "PIP_RETRIES": "5", **(self.settings or {})}
        if self.settings is None and self.python.exists():
            command = [str(self.python), "-I", "-m", "pip", "config", "list"]
            lines = subprocess.run(command, env=clean, stdout=subprocess.PIPE).stdout
            for section in ("global.", "install.", ":env:."):  # the later one counts
                for line in lines.decode("utf-8", "replace").splitlines():
                    name, _, value = line[len(section) :].partition("=")
                    if line.startswith(section) and name in HONOURED:
                        # Several values stand on lines of their own; in a variable in one.
                        words = " ".join(ast.literal_eval(value).split())
                        settings["PIP_" + name.upper().replace("-", "_")] = words
            self.settings = dict(settings)
        settings.update(PIP_CONFIG_FILE=os.devnull, PIP_NO_INPUT="1", PIP_PROGRESS_BAR="off")
        clean = {name: value for name, value in clean.items() if name[:4] != "PIP_"}
        return {**clean, **settings, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}

    def run(self, words, what, python=None):
        command = [str(python or self.python), "-I", "-m", *map(str, words)]
        scratch = self.path / "tmp"  # on the disk that was checked: /tmp may be a small one
        try:
            scratch.mkdir(exist_ok=True)
            done = subprocess.run(
                command,
                env={**self.environment(), "TMPDIR": str(scratch)},
                pass_fds=[self.handle],  # holds the lock should this process be killed
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            # venv does not pass on why its pip could not be unpacked
            full = shutil.disk_usage(self.root).free < 32 * 10**6
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        text = done.stdout.decode("utf-8", "replace")
        if done.returncode and (full or re.search("No space left|Disk quota exceeded", text)):
            raise SetupError(no_space(self.path, self.group))
        with self.log.open("a", encoding="utf-8") as file:
            file.write(f"$ {' '.join(command)}\n{text}\n")
        if done.returncode:
            reason = next(REASONS[words] for words in REASONS if re.search(words, text))
            raise SetupError(f"Could not {what}: {reason} (log: {self.path.name}/pip.log).")


def set_up(group, root=ROOT):
    venv = Venv(root, group)
    if venv.ready(group):
        return
    with venv.locked():
        if not venv.ready(group):  # another run may have done it while this one waited
            lasts = "some minutes" if group in APART else "about a minute"
            words = f"Setting up {venv.path.name} from requirements/{group}.txt: once, {lasts}."
            print(words, flush=True)
            venv.install()


def apt_install(*packages):
    """Install packages of Debian or Ubuntu; return whether that could be done without asking."""
    sudo = ["sudo", "-n"] if os.geteuid() else []
    apt = [*sudo, "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"]
    if not shutil.which("apt-get") or not _works([*sudo, "true"]):
        return False
    print(f"Installing {' and '.join(packages)} with apt-get.", flush=True)
    _works([*apt, "update"])  # an old list of packages may still do
    return _works([*apt, "install", "--yes", "--no-install-recommends", *packages])


def find_browser():
    """Return the path of an installed browser, or None: then Playwright's own is the one.

    Raises:
        SetupError: CHROME_PATH names no program; what it names is never replaced by another.
    """
    chosen = os.environ.get("CHROME_PATH")
    if chosen and not shutil.which(chosen):
        raise SetupError(
            f'CHROME_PATH is "{chosen}", which is not a program: correct it or unset it.'
        )
    return next(filter(None, map(shutil.which, [chosen] if chosen else BROWSERS)), None)


def ensure_browser():
    """Install a browser where there is none, or say what to run."""
    # On a bare Debian the Node.js that drives the browser lacks libatomic1.
    if find_browser() or (apt_install(SHELL, "fonts-liberation", "libatomic1") and find_browser()):
        return
    # Where it is downloaded already, this asks nobody.
    if not _works([ROOT / ".venv" / "bin" / "playwright", "install", "chromium"]):
        raise SetupError(NO_BROWSER)


def _works(command):
    """Whether a command ends well, without a word and without asking anything."""
    nothing = subprocess.DEVNULL
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    with contextlib.suppress(OSError):
        return not subprocess.call(command, env=env, stdin=nothing, stdout=nothing, stderr=nothing)
    return False


def main(arguments):
    check_python(sys.version_info)
    if len(arguments) != 1 or arguments[0] not in CONTAINS:
        raise SetupError(f"usage: python3 tools/bootstrap.py {'|'.join(CONTAINS)}")
    group = arguments[0]
    try:
        set_up(group)
        if group == "test":
            ensure_browser()
        java = os.environ.get("JAVA_HOME") or shutil.which("java")  # its version is seen later
        if group == "spark" and not (java or apt_install(JAVA)):
            raise SetupError(NO_JAVA)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise SetupError(no_space(ROOT, group)) from None
        if error.errno in (errno.EROFS, errno.EACCES):
            raise SetupError(
                f"{ROOT} cannot be written to: copy or clone the project to a folder of yours and "
                "run the command there."
            ) from None
        raise SetupError(f"The setup stopped: {error}.") from None


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except SetupError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("Interrupted: run the command again to finish the setup.")
