"""The tests of jobs again: as another user, in a chroot, where the kernel refuses namespaces."""

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

import pytest

from tests import PATIENCE
from tests.local_sagemaker import api

TESTS = ("test_isolation.py", "test_private.py", "test_processing.py::test_outputs_land_in_s3")
NO_RIGHTS = ["setpriv", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"]
NOBODY = [*NO_RIGHTS, "--reuid=65534", "--regid=65534", "--clear-groups"]
REFUSED = "no private /opt/ml here: [Errno 1] unshare: Operation not permitted"

# A root that is no mount, as a chroot's often is, made of the folders of the machine. What mounts
# are seen outside when all is over is printed.
CHROOT = """
mount -t tmpfs none "$1" && mkdir "$1/root" || exit 1
for entry in /*; do
  if [ -L "$entry" ]; then cp -P "$entry" "$1/root$entry"
  elif [ -d "$entry" ]; then mkdir "$1/root$entry" && mount --rbind "$entry" "$1/root$entry"
  fi || exit 1
done
root="$1/root"; shift
chroot "$root" "$@"
code=$?
grep stand-in- /proc/self/mountinfo
exit $code
"""
REFUSE = """
echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"
"""


@pytest.fixture
def home():
    """A folder that every user can reach and write to."""
    with tempfile.TemporaryDirectory(dir="/tmp") as path:
        Path(path).chmod(0o777)
        yield Path(path)


def can(*words):
    """Say whether a command succeeds on this machine."""
    try:
        return subprocess.run(words, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


def script(home, text):
    """Return the beginning of a command that runs a shell script, which runs the rest."""
    path = home / "script.sh"
    path.write_text(text)
    return ["sh", str(path)]


def run_tests(home, *words, tests=TESTS):
    """Run tests of jobs below a command, and return what pytest printed."""
    result = subprocess.run(
        [
            *words,
            *("env", f"--chdir={api.ROOT}", sys.executable, "-m", "pytest", "-q"),
            *("-p", "no:cacheprovider", f"--basetemp={home}/pytest"),
            *(f"tests/local_sagemaker/{name}" for name in tests),
        ],
        env={**os.environ, "HOME": str(home), "TMPDIR": str(home), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def opened(home):
    """Return a script that makes this checkout and Python readable to all, should they not be.

    They may lie below root's home, which is closed to others. In the mount namespace that it runs
    in, that folder is replaced by one which holds nothing else.
    """
    places = sorted({api.ROOT, Path(sys.prefix), Path(sys.base_prefix)})
    closed = {Path(*place.parts[:2]) for place in places}
    closed = {folder for folder in closed if not folder.stat().st_mode & 0o001}
    hidden = [place for place in places if Path(*place.parts[:2]) in closed]
    kept = [home / f"kept-{number}" for number in range(len(hidden))]
    pairs = list(zip(hidden, kept, strict=True))
    lines = [f"mkdir {keep} && mount --bind {place} {keep}" for place, keep in pairs]
    lines += [f"mount -t tmpfs -o mode=755 none {folder}" for folder in sorted(closed)]
    lines += [f"mkdir -p {place} && mount --bind {keep} {place}" for place, keep in pairs]
    return " &&\n".join([*lines, 'exec "$@"'])


@pytest.mark.skipif(os.getuid() != 0, reason="the suite runs as an ordinary user already")
def test_ordinary_user_who_owns_the_checkout(home):
    """Root becomes user 1001 in a user namespace, who has no rights and knows no other user."""
    words = ["unshare", "--user", "--map-user=1001", "--map-group=1001"]
    if not can(*words, "true"):
        pytest.skip("no user namespaces can be made here")
    tests = ("test_private.py", "test_disk.py", "test_processing.py")
    assert "0 skipped" in run_tests(home, *words, tests=tests)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_other_user_without_any_right(home):
    words = ["unshare", "--mount", *script(home, opened(home)), *NOBODY]
    if not can(*words, sys.executable, "-c", ""):
        pytest.skip("no mounts can be made here, or this Python is root's alone")
    for keep in home.glob("kept-*"):
        keep.rmdir()
    output = run_tests(home, *words)
    if can(*NOBODY, "unshare", "--user", "true"):
        assert "0 skipped" in output
    else:  # in a chroot
        assert REFUSED in output


WHEEL = "test_processing.py::test_a_job_installs_a_wheel_that_travels_with_it_without_network"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can mount")
@pytest.mark.parametrize("where", ["below /tmp", pytest.param("beside", marks=pytest.mark.heavy)])
def test_a_checkout_below_tmp_and_one_beside_another_mount(home, monkeypatch, where):
    """What Python runs from seems changeable to a job wherever the checkout lies."""
    below, beside = home / "ein Pfad, mit: ümläut", api.ROOT / "build" / "another mount"
    mounts = f"""
mkdir -p "{below}" && mount --bind "{api.ROOT}" "{below}" || exit 1
mkdir -p "{beside}" && mount -t tmpfs none "{beside}" || exit 1
exec "$@"
"""
    words = ["unshare", "--mount", *script(home, mounts)]
    if not can(*words, "true"):
        pytest.skip("no mounts can be made here")
    if where == "below /tmp":
        python = below / Path(sys.prefix).relative_to(api.ROOT) / "bin" / "python"
        monkeypatch.setattr(sys, "executable", str(python))
    assert "0 skipped" in run_tests(home, *words, tests=[WHEEL])


INSTALLS = """
import os, subprocess, sys
from pathlib import Path
from local_sagemaker import sandbox

stage, here = Path(sys.argv[1]), Path(sys.prefix, "lib", "installed.py")
sandbox.unshare()
if os.fork() == 0:
    sandbox.enter(stage, 10_000_000)
    here.write_text("print('installed')")
    python = sandbox.VENV / "bin" / "python"
    subprocess.run(f"{python} {sandbox.VENV}/lib/installed.py", shell=True, check=True)
    os._exit(0)
_, status = os.wait()
assert not here.exists(), "a job changed what others run from"
sys.exit(os.waitstatus_to_exitcode(status))
"""


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder away")
def test_an_environment_in_a_folder_of_somebody_else_with_blanks_in_its_name(home):
    """It lies outside `/tmp`, and the user does not own all the folders above it."""
    words = ["unshare", "--user", "--map-user=1001", "--map-group=1001"]
    if not can(*words, "true"):
        pytest.skip("no user namespaces can be made here")
    with tempfile.TemporaryDirectory(dir="/var/tmp") as path:
        folder = Path(path, "of somebody else", "Wörk shop")
        folder.mkdir(parents=True)
        venv.create(folder / ".venv", symlinks=True)
        Path(path).chmod(0o755)
        os.chown(folder.parent, 4242, 4242)
        for name in ("ml", "disk", "root"):
            (home / "stage" / name).mkdir(parents=True)
        done = subprocess.run(
            [*words, folder / ".venv/bin/python", "-c", INSTALLS, home / "stage"],
            env={**os.environ, "PYTHONPATH": str(api.ROOT / "src")},
            capture_output=True, text=True, timeout=PATIENCE,
        )  # fmt: skip
        os.chown(folder.parent, 0, 0)
    assert (done.returncode, done.stdout) == (0, "installed\n"), done.stderr


@pytest.mark.heavy
@pytest.mark.skipif(os.getuid() != 0, reason="only root can change its root")
def test_root_in_a_chroot(home):
    """The kernel makes no user namespace there, and none is needed."""
    # Shared: a mount that is not kept private would be seen in the namespace outside.
    words = ["unshare", "--mount", "--propagation", "shared"]
    if not can(*words, "true"):
        pytest.skip("no mounts can be made here")
    (home / "machine").mkdir()
    output = run_tests(home, *words, *script(home, CHROOT), str(home / "machine"))
    assert "0 skipped" in output
    assert "stand-in-" not in output


def test_kernel_that_refuses(home):
    """Jobs run, tests of what cannot be are skipped by name, and nothing is left behind."""
    words = ["unshare", "--user", "--map-root-user", *script(home, REFUSE), *NO_RIGHTS]
    if not can(*words, "true"):
        words = NO_RIGHTS  # in a chroot it is enough to have no right
    output = run_tests(home, *words)
    assert REFUSED in output
    assert "0 failed" in output
