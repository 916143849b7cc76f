"""Give the calling process a file system of its own, with a private `/opt/ml`, without root.

The process gets user, mount and process namespaces (`man 7 namespaces`). Its root is made of
overlays of the machine's folders: it can read them and seems to change them, but every byte that it
writes lands in memory of limited size that ends with the job, as the disk of a container does. A
folder with other mounts below it is shown read-only; `/tmp` is the job's own, and `/dev` holds only
what every container has. Inside a chroot the kernel makes no user namespaces, so there it takes
root. Where the kernel has no overlay for unprivileged users (before Linux 5.11) or refuses the
namespaces, as in a Docker container without further rights, OSError is raised and the caller runs
the job without.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import platform
import re
import shutil
import signal
import struct
import sys
from pathlib import Path

CLONE_NEWNS = 0x00020000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000
_MS_NOSUID, _MS_NODEV, _MS_BIND, _MS_REC, _MS_PRIVATE = 2, 4, 4096, 16384, 1 << 18
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 1, 36, 38
_PR_SET_SECUREBITS, _NO_ROOT = 28, 0b11  # SECBIT_NOROOT, and its lock
_CAPABILITY_VERSION_3 = 0x20080522
_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2
_SYS_MOUNT_SETATTR, _AT_FDCWD, _AT_RECURSIVE, _MOUNT_ATTR_RDONLY = 442, -100, 0x8000, 1

VENV = Path("/opt/python")
"""Where a job finds the virtual environment that it runs in: some scripts of the SDK quote no path,
and the checkout's may hold blanks."""
_TMP = Path("/tmp")
_OWN = {"dev", "proc", "sys", "tmp"}  # folders of the root that are not carried over
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
# Files of the whole machine, which its root may write even without capabilities.
_MACHINE_WIDE = ("sys", "sysrq-trigger", "irq", "bus", "fs")

# The machine's number for a filter, and its calls that give a file to another owner: chown, fchown,
# lchown and fchownat (asm/unistd_64.h, asm-generic/unistd.h).
_CHOWN_CALLS = {
    "x86_64": (0xC000003E, (92, 93, 94, 260)),
    "aarch64": (0xC00000B7, (55, 54)),
}
# Classic BPF (linux/filter.h) over struct seccomp_data: the call's number at 0, the machine's at 4.
_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _SUCCEED = 0x7FFF0000, 0x00050000  # SECCOMP_RET_ALLOW; SECCOMP_RET_ERRNO with error 0

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _mount(source: str, target: Path, kind: str, flags: int = 0, data: str = "") -> None:
    words = (source.encode(), os.fsencode(target), kind.encode())
    _check(_libc.mount(*words, ctypes.c_ulong(flags), data.encode()), f"mount {kind} on {target}")


def die_with_parent(parent: int | None = None) -> None:
    """Have the kernel kill this process when its parent ends. It holds for this process alone.

    Args:
        parent: the parent's id where it can be seen; one that has ended already ends this process.
    """
    _check(_libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "prctl")
    if parent is not None and os.getppid() != parent:
        os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of every descendant that loses its own, so that none is lost sight of."""
    _check(_libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "prctl")


def unshare(network: bool = True) -> None:
    """Leave the machine's namespaces; the next fork is process 1 of the new ones.

    Args:
        network: whether the machine's network stays reachable. Without it there is not even
            loopback, as with `EnableNetworkIsolation`.

    Raises:
        OSError: the kernel does not allow it.
    """
    user, group = os.getuid(), os.getgid()
    flags = CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWPID | (0 if network else CLONE_NEWNET)
    try:
        _check(_libc.unshare(flags | CLONE_NEWUSER), "unshare")
    except OSError:
        if user != 0:
            raise
        _check(_libc.unshare(flags), "unshare")  # all that root needs
    else:
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1", encoding="ascii")
    _keep_mounts_private()


def enter(stage: Path, size: int) -> None:
    """Change into the private file system. Call it in process 1, after `unshare`.

    Args:
        stage: a folder with `ml`, which becomes the contents of `/opt/ml`, and the empty folders
            `disk` and `root`.
        size: how many bytes the job may write in all.

    Raises:
        OSError: the kernel does not allow it, or `ml` does not fit into `size`.
    """
    disk, root = stage / "disk", stage / "root"
    mounted = _mount_points()
    _mount("disk", disk, "tmpfs", _MS_NOSUID | _MS_NODEV, f"size={size},mode=755")
    (disk / "root").mkdir()
    _mount(str(disk / "root"), root, "", _MS_BIND)
    for entry in Path("/").iterdir():
        if entry.name not in _OWN:
            below = any(point.startswith(f"{entry}/") for point in mounted)
            _carry_over(entry, root, disk, stage.is_relative_to(entry) or below)
    (root / "tmp").mkdir()
    (root / "tmp").chmod(0o1777)
    _own_python(root, disk)
    _own_devices(root)
    _own_processes(root)
    (root / "sys").mkdir()
    (root / "opt/ml").mkdir(parents=True, exist_ok=True)
    shutil.copytree(stage / "ml", disk / "ml", symlinks=True)
    _mount(str(disk / "ml"), root / "opt/ml", "", _MS_BIND)
    os.chroot(root)
    os.chdir("/")


def drop_privileges() -> None:
    """Give up the rights that the namespaces took: a job, and what it starts, needs none of them.

    Raises:
        OSError: the kernel does not allow it.
    """
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")
    _check(_libc.prctl(_PR_SET_SECUREBITS, _NO_ROOT, 0, 0, 0), "prctl")
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    _check(_libc.capset(header, (ctypes.c_uint32 * 6)()), "capset")
    _take_any_owner()


def _take_any_owner() -> None:
    """Have every change of a file's owner succeed, and change nothing.

    A container's root may give files to anybody; the root of our namespace knows no other user, so
    `tar`, `cp -a`, `install` and `chown` would fail on what others own. Tools that build images
    without root do the same. Where the machine is of another kind, such calls fail as they would.

    Raises:
        OSError: the kernel does not allow it.
    """
    if platform.machine() not in _CHOWN_CALLS:
        return
    machine, calls = _CHOWN_CALLS[platform.machine()]
    code = [(_LOAD, 0, 0, 4), (_JUMP_IF_EQUAL, 0, len(calls) + 1, machine), (_LOAD, 0, 0, 0)]
    code += [(_JUMP_IF_EQUAL, len(calls) - n, 0, call) for n, call in enumerate(calls)]
    code += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _SUCCEED)]
    filters = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *each) for each in code))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(code), ctypes.addressof(filters)))
    words = (_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(program), 0, 0)
    _check(_libc.prctl(*map(ctypes.c_ulong, words)), "prctl")


def _keep_mounts_private() -> None:
    """Have no mount from here on seen outside, nor one from there seen here."""
    try:
        _mount("none", Path("/"), "", _MS_REC | _MS_PRIVATE)
        return
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
    # In a chroot "/" need not be a mount. To enter the namespace that we are in leads to its true
    # root for a moment.
    here = os.open("/", os.O_PATH | os.O_DIRECTORY)
    namespace = os.open("/proc/self/ns/mnt", os.O_RDONLY)
    _check(_libc.setns(namespace, CLONE_NEWNS), "setns")
    try:
        _mount("none", Path("/"), "", _MS_REC | _MS_PRIVATE)
    finally:
        os.fchdir(here)
        os.chroot(".")
        os.close(here)
        os.close(namespace)


def _mount_points() -> list[str]:
    lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
    escaped = [line.split()[4] for line in lines.splitlines()]
    return [re.sub(r"\\(\d{3})", lambda octal: chr(int(octal[1], 8)), path) for path in escaped]


def _carry_over(entry: Path, root: Path, disk: Path, mounts_below: bool) -> None:
    """Make one entry of the machine's root appear in the new one, without a way to change it."""
    target = root / entry.name
    if entry.is_symlink():
        target.symlink_to(entry.readlink())
    elif entry.is_dir():
        target.mkdir()
        if mounts_below:
            _show(entry, target)
        else:
            _overlay_or_show(entry, target, disk / "changes" / entry.name)


def _overlay_or_show(lower: Path, target: Path, changes: Path) -> None:
    try:
        _overlay(lower, target, changes)
    except OSError as error:
        if error.errno != errno.EINVAL:  # a file system that cannot be overlaid
            raise
        _show(lower, target)


def _overlay(lower: Path, target: Path, changes: Path) -> None:
    for part in ("upper", "work"):
        (changes / part).mkdir(parents=True)
    # The overlay takes the rights of its root from the upper folder.
    (changes / "upper").chmod(lower.stat().st_mode & 0o7777)
    source, upper, work = (
        re.sub(r"([\\:,])", r"\\\1", str(path))
        for path in (lower, changes / "upper", changes / "work")
    )
    options = f"lowerdir={source},upperdir={upper},workdir={work},userxattr"
    _mount("overlay", target, "overlay", 0, options)


def _show(source: Path, target: Path) -> None:
    """Make a folder or file appear elsewhere, read-only."""
    _mount(str(source), target, "", _MS_BIND | _MS_REC)
    attributes = (ctypes.c_uint64 * 4)(_MOUNT_ATTR_RDONLY, 0, 0, 0)
    size = ctypes.c_size_t(ctypes.sizeof(attributes))
    words = (_AT_FDCWD, os.fsencode(target), _AT_RECURSIVE, attributes, size)
    _check(_libc.syscall(_SYS_MOUNT_SETATTR, *words), f"mount_setattr on {target}")


def has_venv() -> bool:
    """Whether this process runs from a virtual environment."""
    return sys.prefix != sys.base_prefix


def _own_python(root: Path, disk: Path) -> None:
    """Show what this process runs from where it is not seen yet, and have it seem changeable.

    It may lie below `/tmp`, or in a folder that is read-only here for a mount below it. A virtual
    environment is shown at `VENV` too. It gets an overlay of its own: to change a file in one of
    `/srv` the kernel copies the folders above it, and fails where one belongs to an unknown user.
    """
    venv = Path(sys.prefix).resolve() if has_venv() else None
    places = {Path(place).resolve() for place in (sys.prefix, sys.base_prefix, *sys.path) if place}
    for number, place in enumerate(sorted(places)):  # a folder before those that lie in it
        target = root / place.relative_to("/")
        if not place.is_dir():
            continue
        if not target.exists():  # only below /tmp
            target.mkdir(parents=True)
        elif place != venv and not os.statvfs(target).f_flag & os.ST_RDONLY:
            continue
        _overlay_or_show(place, target, disk / "changes" / f"python-{number}")
    if venv:
        shown = root / VENV.relative_to("/")
        shown.mkdir(parents=True, exist_ok=True)
        _mount(str(root / venv.relative_to("/")), shown, "", _MS_BIND)


def _own_devices(root: Path) -> None:
    dev = root / "dev"
    for folder, mode in (("", 0o755), ("shm", 0o1777), ("pts", 0o755)):
        (dev / folder).mkdir()
        (dev / folder).chmod(mode)
    for name in _DEVICES:
        if Path("/dev", name).exists():
            (dev / name).touch()
            _mount(f"/dev/{name}", dev / name, "", _MS_BIND)
    for name, target in (("fd", "fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")):
        (dev / name).symlink_to(f"/proc/self/{target}")
    with contextlib.suppress(OSError):  # no terminals, which few jobs miss
        _mount("devpts", dev / "pts", "devpts", _MS_NOSUID, "newinstance,ptmxmode=0666")
        (dev / "ptmx").symlink_to("pts/ptmx")


def _own_processes(root: Path) -> None:
    proc = root / "proc"
    proc.mkdir()
    try:
        _mount("proc", proc, "proc", _MS_NOSUID | _MS_NODEV)
    except OSError:  # in a container that hides parts of /proc
        _mount("/proc", proc, "", _MS_BIND | _MS_REC)
    for name in _MACHINE_WIDE:
        if (proc / name).exists():
            _show(proc / name, proc / name)
