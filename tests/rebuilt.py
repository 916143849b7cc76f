"""Builds as `mkdocs serve` makes them, for a process that keeps what it read of the one before."""

from __future__ import annotations

from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import load_config

from workshop_notes import plugin


def as_large_site() -> None:
    """Have this process take any site for one whose search does not follow each edit."""
    plugin.SMALL_SITE = 0


def built(config_file: str, site: str, dirty: bool) -> tuple[list[str], dict[str, bytes]]:
    """Build once, as the first time or again.

    Args:
        config_file: the project's `mkdocs.yml`.
        site: the folder to build into.
        dirty: whether only pages that were edited are made anew.

    Returns:
        What is wrong with the content, and the files of the site.
    """
    config = load_config(config_file, site_dir=site, dev_addr="127.0.0.1:0")
    config.plugins.on_startup(command="serve", dirty=dirty)
    config.site_url = "http://127.0.0.1:8000/"
    build(config, serve_url=config.site_url, dirty=dirty)
    files = (path for path in Path(site).rglob("*") if path.is_file())
    found = {path.relative_to(site).as_posix(): path.read_bytes() for path in files}
    return [str(each) for each in config.plugins["workshop-notes"].problems], found
