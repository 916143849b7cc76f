"""Give the calling process a file system of its own, with a private `/opt/ml`, without root.

The process gets user, mount and process namespaces (`man 7 namespaces`). Its root is made of
overlays of the machine's folders: it can read them and seems to change them, but every byte that it
writes lands in memory of limited size that ends with the job, as the disk of a container does. A
folder with other mounts below it cannot be overlaid and is read-only. Where the kernel has no
overlay for unprivileged users (before Linux 5.11, `man 5 filesystems`) or refuses the namespaces,
as Docker's default seccomp profile does, OSError is raised and the caller runs the job without.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import signal
import tempfile
from pathlib import Path

CLONE_NEWNS = 0x00020000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000
_MS_NOSUID, _MS_NODEV, _MS_BIND, _MS_REC, _MS_PRIVATE = 2, 4, 4096, 16384, 1 << 18
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 1, 36, 38
_CAPABILITY_VERSION_3 = 0x20080522
_SYS_MOUNT_SETATTR, _AT_FDCWD, _AT_RECURSIVE, _MOUNT_ATTR_RDONLY = 442, -100, 0x8000, 1

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _mount(source: str, target: Path, kind: str, flags: int = 0, data: str = "") -> None:
    words = (source.encode(), os.fsencode(target), kind.encode())
    _check(_libc.mount(*words, ctypes.c_ulong(flags), data.encode()), f"mount {kind} on {target}")


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent ends. It holds for this process alone."""
    _check(_libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "prctl")


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
    flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWPID
    _check(_libc.unshare(flags | (0 if network else CLONE_NEWNET)), "unshare")
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"0 {user} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"0 {group} 1", encoding="ascii")
    # What is mounted from here on is not seen outside, nor what is mounted there seen here.
    _mount("none", Path("/"), "", _MS_REC | _MS_PRIVATE)


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
    _mount("disk", disk, "tmpfs", _MS_NOSUID | _MS_NODEV, f"size={size},mode=755")
    (disk / "root").mkdir()
    _mount(str(disk / "root"), root, "", _MS_BIND)
    for entry in Path("/").iterdir():
        _carry_over(entry, root, disk)
    _mount("/dev", root / "dev", "", _MS_BIND | _MS_REC)
    # The machine's shared memory would be a place outside the job's folders.
    _mount("shm", root / "dev/shm", "tmpfs", _MS_NOSUID | _MS_NODEV, f"size={size},mode=1777")
    try:
        _mount("proc", root / "proc", "proc")
    except OSError:  # a container that hides parts of /proc
        _mount("/proc", root / "proc", "", _MS_BIND | _MS_REC)
    (root / "opt/ml").mkdir(parents=True, exist_ok=True)
    shutil.copytree(stage / "ml", disk / "ml", symlinks=True)
    _mount(str(disk / "ml"), root / "opt/ml", "", _MS_BIND)
    os.chroot(root)
    os.chdir("/")


def drop_privileges() -> None:
    """Give up the rights that the user namespace brought: a job needs none of them."""
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    _check(_libc.capset(header, (ctypes.c_uint32 * 6)()), "capset")


def _carry_over(entry: Path, root: Path, disk: Path) -> None:
    """Make one entry of the machine's root appear in the new one, without a way to change it."""
    target = root / entry.name
    if entry.is_symlink():
        target.symlink_to(entry.readlink())
    elif entry.is_dir():
        target.mkdir()
        if entry.name in {"dev", "proc", "sys"}:
            return
        try:
            _overlay(entry, target, disk / "changes" / entry.name)
        except OSError as error:
            # The kernel refuses to overlay a folder with other mounts below it.
            if error.errno != errno.EINVAL:
                raise
            if entry == Path(tempfile.gettempdir()):
                target.chmod(0o1777)
                return
            _mount(str(entry), target, "", _MS_BIND | _MS_REC)
            _read_only(target)


def _overlay(lower: Path, target: Path, changes: Path) -> None:
    for part in ("upper", "work"):
        (changes / part).mkdir(parents=True)
    # The overlay takes the rights of its root from the upper folder.
    (changes / "upper").chmod(lower.stat().st_mode & 0o7777)
    options = f"lowerdir={lower},upperdir={changes}/upper,workdir={changes}/work,userxattr"
    _mount("overlay", target, "overlay", 0, options)


def _read_only(target: Path) -> None:
    attributes = (ctypes.c_uint64 * 4)(_MOUNT_ATTR_RDONLY, 0, 0, 0)
    size = ctypes.c_size_t(ctypes.sizeof(attributes))
    words = (_AT_FDCWD, os.fsencode(target), _AT_RECURSIVE, attributes, size)
    _check(_libc.syscall(_SYS_MOUNT_SETATTR, *words), f"mount_setattr on {target}")
