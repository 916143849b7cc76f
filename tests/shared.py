"""What one run makes once for all its workers: the built site, its editions, visits to its pages.

The process that starts the workers owns a folder and serves the built site from it, so that both
last as long as any test.
"""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.server import served


@dataclass(frozen=True)
class Shared:
    """The folder of a run.

    Attributes:
        folder: where what is shared lies; it goes when the run ends.
        address: where its folder `site` is served, with a slash at the end.
    """

    folder: Path
    address: str

    def once(self, name: str, make: Callable[[Path], object]) -> Path:
        """Return a place that the first worker to ask for it makes; others wait for that.

        Args:
            name: the name of a file or folder below the shared one.
            make: what makes it, given its path.
        """
        place, done = self.folder / name, self.folder / f"{name}.done"
        place.parent.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                make(place)
                done.touch()
        return place


_KEY = pytest.StashKey[Shared]()


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder and the server, or take over those of the process that started this one."""
    if hasattr(config, "workerinput"):
        folder, address = config.workerinput["shared"]
        config.stash[_KEY] = Shared(Path(folder), address)
        return
    folder = Path(tempfile.mkdtemp(prefix="suite-"))
    (folder / "site").mkdir()
    stack = contextlib.ExitStack()
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    address = stack.enter_context(served(folder / "site"))
    config.stash[_KEY] = Shared(folder, address)
    config.add_cleanup(stack.close)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    """Tell a worker where the folder and the server are."""
    shared = node.config.stash[_KEY]
    node.workerinput["shared"] = (str(shared.folder), shared.address)


@pytest.fixture(scope="session")
def shared(pytestconfig: pytest.Config) -> Shared:
    """What is made once for all workers of this run."""
    return pytestconfig.stash[_KEY]
