"""Make .venv hold exactly what a lock says: python3 tools/bootstrap.py GROUP

GROUP is one of the dependency groups in pyproject.toml that CONTAINS lists.
Standard library only, and no syntax newer than Python 3.6: a Python that is too old must get far
enough to say so.
"""

import sys

if __name__ == "__main__":
    sys.path.pop(0)  # this folder: its modules must not hide the standard library's

import ast
import contextlib
import errno
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
# A group's lock also holds every package of the groups named here.
CONTAINS = {"site": ["site"]}
for _larger, _smaller in (
    ("check", "site"),
    ("offline", "check"),
    ("notebooks", "offline"),
    ("test", "notebooks"),
):
    CONTAINS[_larger] = [_larger, *CONTAINS[_smaller]]
# What cannot share a venv with the rest, for its versions or its size, has one of its own.
APART = {"spark": ".venv-spark", "debugger": ".venv-debugger"}
# What is published as source only, which the group "build" then builds: without asking for tools
# that no lock names.
SOURCES = {"spark": "pyspark"}
# Packages that are only read, and whose names others in the venv have: in a folder of it.
READ = "read"
CONTAINS["test"].append(READ)
for _apart in APART:
    CONTAINS[_apart] = [_apart, "build"] if _apart in SOURCES else [_apart]
# What an installation takes at its peak, downloads and pip's cache included.
NEEDS_MB = {"site": 300, "check": 350, "offline": 500, "notebooks": 1500, "test": 2600}
NEEDS_MB.update(spark=2000, debugger=1500)
NO_SPACE = ("No space left on device", "Disk quota exceeded")


# What of a user's pip settings is passed on.
HONOURED = {
    *("index-url", "extra-index-url", "find-links", "trusted-host", "proxy", "cert"),
    *("client-cert", "timeout", "default-timeout", "retries", "cache-dir", "no-cache-dir"),
}


class SetupError(Exception):
    """Its text is the one line that the user sees."""


def check_python(version):
    if tuple(version[:2]) < OLDEST:
        raise SetupError(
            "Python 3.11 or newer is needed, this is {}: install it and run, for example, "
            '"make PYTHON=python3.12 test".'.format(".".join(str(part) for part in version[:3]))
        )


def disk_line(folder, group, free_mb=None):
    found = "" if free_mb is None else f", {free_mb} MB are free"
    return (
        f"Not enough disk space in {folder}: the setup needs about {NEEDS_MB[group]} MB{found}. "
        "Free some and run the command again."
    )


def check_disk(folder, group):
    free_mb = shutil.disk_usage(folder).free // 10**6
    if free_mb < NEEDS_MB[group]:
        raise SetupError(disk_line(folder, group, free_mb))


def without_python_settings():
    """The environment without what changes how any Python starts or what it imports."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def base_python():
    """The interpreter outside any venv: the one in .venv cannot replace .venv."""
    return getattr(sys, "_base_executable", None) or sys.executable


class Venv:
    def __init__(self, root, group="test"):
        self.root = root
        self.path = root / APART.get(group, ".venv")
        self.largest = group if group in APART else "test"
        self.python = self.path / "bin" / "python"
        self.stamp = self.path / "installed.json"
        self.mark = self.path / "made-by-setup"
        self.log = self.path / "pip.log"

    def lock_file(self, group):
        return self.root / "requirements" / f"{group}.txt"

    def wanted(self, groups):
        return {group: sha256(self.lock_file(group)) for group in groups}

    def maker(self):
        # The folder is part of it, because scripts in a venv name it: a moved checkout starts anew.
        version = "{}.{}.{}".format(*sys.version_info[:3])
        return [version, os.path.realpath(base_python()), str(self.path)]

    def installed(self):
        """The groups that are whole, with the hash of the lock each came from."""
        try:
            stamp = json.loads(self.stamp.read_text(encoding="utf-8"))
            # exists() follows links: false when the Python behind the venv is gone
            if stamp["maker"] == self.maker() and self.python.exists():
                return stamp["groups"]
        except (OSError, ValueError, KeyError, TypeError):
            pass
        return {}

    def ready(self, group):
        installed = self.installed()
        if not installed:
            return False
        wanted = self.wanted(CONTAINS[group])
        return all(installed.get(name) == sha for name, sha in wanted.items())

    def refuse_what_is_not_ours(self):
        """Stop where the folder is a link, or was made by somebody else: it would be emptied."""
        what = None
        if self.path.is_symlink():
            what = f"{self.path.name} is a link to {os.readlink(self.path)}"
        elif self.path.exists() and not self.path.is_dir():
            what = f"{self.path.name} is a file"
        elif self.path.is_dir():
            ours = any(file.exists() for file in (self.mark, self.stamp, self.log))
            if not ours and any(self.path.iterdir()):
                what = f"{self.path.name} was not made by this project's setup"
        if what:
            raise SetupError(
                f"{what}, and is left as it is: move it away or remove it (in {self.root}), then "
                "run the command again."
            )

    @contextlib.contextmanager
    def locked(self):
        """One setup at a time, whoever started it: the folder itself is the lock."""
        import fcntl

        while True:
            self.refuse_what_is_not_ours()
            self.path.mkdir(exist_ok=True)
            self.mark.touch()
            handle = os.open(self.path, os.O_RDONLY)
            try:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    say("Another setup is under way: waiting for it.")
                    fcntl.flock(handle, fcntl.LOCK_EX)
                if is_open_folder(handle, self.path):
                    self.lock_handle = handle
                    yield
                    return
            finally:
                os.close(handle)

    def install(self, group):
        installed = self.installed()
        current = self.wanted(CONTAINS[self.largest])
        # Only a whole venv of these very locks is added to. Anything else is made anew: pip takes
        # a half-written package for an installed one, and never removes what a lock dropped.
        whole = installed and all(current.get(name) == sha for name, sha in installed.items())
        check_disk(self.path, group)
        self.stamp.unlink(missing_ok=True)
        if not whole:
            ensure_venv_module()
            # Not by venv --clear, which takes our mark too: an interrupted setup stays ours.
            for entry in self.path.iterdir():
                if entry.is_dir() and not entry.is_symlink():
                    shutil.rmtree(entry)
                elif entry != self.mark:
                    entry.unlink()
            command = [base_python(), "-m", "venv", str(self.path)]
            self.run(command, group, f"make {self.path.name}")
        if group in SOURCES:
            self.pip("build", group)
        self.pip(group, group)
        if READ in CONTAINS[group]:
            self.pip(READ, group)
        if group not in APART and (self.root / "pyproject.toml").is_file():
            self.install_project(group)
        groups = {name: current[name] for name in CONTAINS[group]}
        stamp = self.stamp.with_suffix(".new")
        stamp.write_text(json.dumps({"maker": self.maker(), "groups": groups}), encoding="utf-8")
        stamp.replace(self.stamp)  # last: it says that all the rest is there

    def pip(self, lock, group):
        command = [str(self.python), "-I", "-m", "pip", "install", "--require-hashes", "--no-deps"]
        # Wheels only: to build a package, pip would fetch tools that no lock names.
        command += ["--only-binary", ":all:", "--progress-bar", "off", "--no-input"]
        if lock in SOURCES:
            command += ["--no-binary", SOURCES[lock], "--no-build-isolation"]
        if lock == READ:
            command += ["--target", str(self.path / READ)]
        # Python compiles what it imports; to compile all of it would take longer than the rest.
        command += ["--no-compile", "--disable-pip-version-check"]
        command += ["-r", str(self.lock_file(lock))]
        self.run(command, group, f"install requirements/{lock}.txt")

    def install_project(self, group):
        """Install the packages in src/ as they lie there, with their entry point for MkDocs."""
        command = [str(self.python), "-I", "-m", "pip", "install", "--no-deps", "--no-index"]
        command += ["--no-build-isolation", "--disable-pip-version-check", "--no-input"]
        command += ["--editable", str(self.root)]
        self.run(command, group, "install this project")

    def pip_settings(self):
        """Return what pip is told of the user's own settings: where packages come from, no more.

        A mirror, a proxy and certificates are the user's to choose, and hashes hold whatever comes
        from there. What would change the result (user, target, prefix, no-binary, constraint ...)
        is dropped, whether a variable or a pip.conf says it.
        """
        settings = {"PIP_DEFAULT_TIMEOUT": "60", "PIP_RETRIES": "5"}
        if self.python.exists():
            command = [str(self.python), "-I", "-m", "pip", "config", "list"]
            done = subprocess.run(
                command, env=without_python_settings(), stdout=subprocess.PIPE, check=False
            )
            lines = done.stdout.decode("utf-8", "replace").splitlines()
            for section in ("global.", "install.", ":env:."):  # the later one counts
                for line in lines:
                    name, _, value = line[len(section) :].partition("=")
                    if line.startswith(section) and name in HONOURED:
                        # Several values stand on lines of their own; in a variable in one.
                        words = " ".join(ast.literal_eval(value).split())
                        settings["PIP_" + name.upper().replace("-", "_")] = words
        kept = {n: v for n, v in os.environ.items() if n.startswith("PIP_")}
        return {**dict.fromkeys(kept), "PIP_CONFIG_FILE": os.devnull, **settings}

    def run(self, command, group, what):
        environment = without_python_settings() | self.pip_settings()
        # On the disk that was checked: /tmp may be a small one.
        scratch = self.path / "tmp"
        environment["TMPDIR"] = str(scratch)
        try:
            scratch.mkdir(exist_ok=True)
            done = subprocess.run(
                command,
                env={name: value for name, value in environment.items() if value is not None},
                pass_fds=[self.lock_handle],  # holds the lock should this process be killed
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            # venv does not pass on why its pip could not be unpacked
            full = shutil.disk_usage(self.root).free < 32 * 10**6
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        text = done.stdout.decode("utf-8", "replace")
        if done.returncode and (full or any(sign in text for sign in NO_SPACE)):
            raise SetupError(disk_line(self.path, group))
        with self.log.open("a", encoding="utf-8") as file:
            file.write(f"$ {' '.join(command)}\n{text}\n")
        if done.returncode:
            from tools import pip_errors

            raise SetupError(pip_errors.explain(text, what, self.log.relative_to(self.root)))


def ensure_venv_module():
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        return
    from tools import debian

    package = "python{}.{}-venv".format(*sys.version_info[:2])
    # Debian's package serves Debian's Python only.
    if os.path.realpath(base_python()).startswith("/usr/bin/"):
        if debian.install([package], say):
            importlib.invalidate_caches()
            if importlib.util.find_spec("ensurepip"):
                return
        raise SetupError(
            f'This Python cannot make virtual environments: run "sudo apt-get install {package}" '
            "and then the command again."
        )
    raise SetupError(
        "This Python has no venv and ensurepip modules: install a complete Python 3.11 or newer "
        'and run, for example, "make PYTHON=python3.12 test".'
    )


def is_open_folder(handle, path):
    """False when someone removed or replaced the folder that the handle was opened on."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def say(text):
    print(text, flush=True)


def set_up(group, root=ROOT):
    venv = Venv(root, group)
    if venv.ready(group):
        return
    with venv.locked():
        if venv.ready(group):  # another run did it while this one waited
            return
        start = time.monotonic()
        lasts = "some minutes" if group in APART else "about a minute"
        say(f"Setting up {venv.path.name} from requirements/{group}.txt: once, {lasts}.")
        venv.install(group)
        say(f"Set up in {time.monotonic() - start:.0f} s.")


def main(arguments):
    check_python(sys.version_info)
    if len(arguments) != 1 or arguments[0] not in CONTAINS:
        groups = "|".join(CONTAINS)
        raise SetupError(f"usage: python3 tools/bootstrap.py {groups}")
    group = arguments[0]
    try:
        set_up(group)
        if group == "test":
            set_up_browser()
        if group == "spark":
            set_up_java()
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise SetupError(disk_line(ROOT, group)) from None
        if error.errno in (errno.EROFS, errno.EACCES):
            raise SetupError(
                f"{ROOT} cannot be written to: copy or clone the project to a folder of yours and "
                "run the command there."
            ) from None
        raise SetupError(f"The setup stopped: {error}.") from None


def set_up_browser():
    from tools import browser

    try:
        browser.ensure_browser(say)
        browser.ensure_driver(say)
    except browser.BrowserError as error:
        raise SetupError(str(error)) from None


def set_up_java():
    from tools import java

    try:
        java.ensure(say)
    except java.JavaError as error:
        raise SetupError(str(error)) from None


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    try:
        main(sys.argv[1:])
    except SetupError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("Interrupted: run the command again to finish the setup.")
