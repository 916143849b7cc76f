"""The MkDocs plugin: each event calls one room, in the order in which a page goes through them.

`on_files` reads and checks the content, `on_page_read_source` gives the engine each page's
expanded Markdown, `on_page_content` makes one tree of what the engine made of it, `on_env` holds
the pages to the checks before anything is written, `on_post_page` and `on_post_build` complete
what is written.
"""

from __future__ import annotations

import gc
import logging
import os
import re
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin

from mkdocs.config import base
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files, get_files
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.utils import meta

from workshop_notes import checks
from workshop_notes.checks import rendered
from workshop_notes.content.files import write_if_changed
from workshop_notes.content.ledger import Ledger
from workshop_notes.content.pages import Page
from workshop_notes.content.pictures import KINDS
from workshop_notes.content.problems import ContentError, Problem
from workshop_notes.content.project import Project
from workshop_notes.directives import experiment
from workshop_notes.directives.components import group_words
from workshop_notes.directives.expand import expanded
from workshop_notes.export import disk, feed, twins
from workshop_notes.html import (
    THEME,
    article,
    direction,
    downloads,
    policy,
    sharing,
    stylesheet,
    tables,
    theme_files,
    worker,
)
from workshop_notes.notebooks import Refused
from workshop_notes.search import FOLDER, FOLLOW_UP_WEIGHT, LIST_WEIGHT, Index
from workshop_notes.search import pages as search_pages

if TYPE_CHECKING:
    from workshop_notes.export.editions import Editions  # most builds make none

log = logging.getLogger("mkdocs.plugins.workshop-notes")

WATCHED = (
    "sources.yml",
    "search.yml",
    "claims.json",
    "examples",
    "notebooks",
    "xgb-autotune-artifacts",
)
"""What the pages show besides `docs`, below the project's folder."""
STYLES = ("assets/site.css", "assets/search.css", "assets/print.css")
"""The site's own stylesheets, which are joined to the first: one request, not three."""
BUILDING = ".building"
"""Where the next site is made, in the folder of the one of before, which stays whole till then."""
ZIP_SIZE = "(size of the zip)"
"""What stands on the pages until the zip, which holds them, has a size."""
_INCLUDE = re.compile(r"^.*--8<--.*$", re.M)
SMALL_SITE = 200
"""Up to this many pages, search and texts follow each edit that `mkdocs serve --dirty` shows."""
UNREAD = "---\ndescription: This page cannot be shown yet.\n---\n# This page cannot be shown yet\n"
"""What stands for a page that had a mistake from the start, while it is served."""


class PluginConfig(base.Config):
    """What may stand below `workshop-notes` in `mkdocs.yml`, which `content.settings` reads."""

    def validate(self) -> tuple[base.ConfigErrors, base.ConfigWarnings]:
        """Leave it to the checks of the content, which name the line and the remedy."""
        return [], []


class WorkshopNotes(BasePlugin[PluginConfig]):
    """Tested answers: reads the content, checks it, and completes the site that MkDocs builds.

    Attributes:
        editions: what readers take away, where it is asked for.
        strict_evidence: whether a draft, or a source that nobody has read, stops the build.
        problems: what was wrong with the content when the site was last built.
    """

    editions: Editions | None = None
    strict_evidence = False
    problems: Sequence[Problem] = ()

    def __init__(self) -> None:
        self._serving = self._dirty = self._started = False
        self._site: Path | None = None
        self._pages: list[Page] = []
        self._by_name: dict[str, Page] = {}
        self._ledger = Ledger()
        self._texts: dict[str, str] = {}
        self._made: dict[str, bytes] = {}
        self._articles: dict[str, article.Article] = {}  # for the editions; else trees are let go
        self._rendered: dict[str, rendered.PageLinks] = {}
        self._indexed: dict[str, search_pages.IndexedPage] = {}
        self._twins = twins.Texts({})
        self._classes: set[str] = set()
        self._hashes: set[str] = set()

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Remember whether somebody is writing: a mistake then keeps the last good page."""
        self._serving, self._dirty = command == "serve", dirty
        gc.set_threshold(10_000, 50)  # a build makes little garbage, and much to look through

    def on_config(self, config: MkDocsConfig) -> None:
        """Find the project, its theme, and what `mkdocs serve` has to watch besides the pages."""
        if self._serving and not self._started:
            _require_free(*config.dev_addr)
        self._started = True
        root = Path(config.config_file_path).resolve().parent
        self._project = Project(root)
        config.theme.dirs.insert(0, str(THEME))
        # From the project, not from wherever the command was started.
        config.mdx_configs.setdefault("pymdownx.snippets", {})["base_path"] = [
            str(root / "examples")
        ]
        config.watch += [str(root / name) for name in WATCHED if (root / name).exists()]

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Read and check the content; then have MkDocs build beside the site of before.

        Raises:
            PluginError: with every problem in the content; the site of before stays then.
        """
        _refuse_to_empty(Path(config.site_dir))
        self._fresh: list[str] = []
        if not self._dirty:  # every page is made anew
            self._rendered, self._indexed, self._articles = {}, {}, {}
            self._twins, self._classes, self._hashes = twins.Texts({}), set(), set()
        self.problems = []
        pages, ledger, found = checks.examine(self._project, strict=self.strict_evidence)
        texts, more = expanded(self._project, pages, ledger or Ledger(), wrong=bool(found))
        try:
            if found := found + more:
                raise ContentError(found)
            self._made = experiment.files(self._project, pages)
            self._pages, self._ledger, self._texts = pages, ledger or Ledger(), texts
            self._by_name = {page.name: page for page in pages}
        except ContentError as error:
            found = error.problems + self._seen_by_the_engine(config, pages, ledger, texts)
            self._refuse(ContentError(found).problems)
        if not (self._serving or self._dirty):
            self._site = Path(config.site_dir)
            config.site_dir = str(self._site / BUILDING)
            shutil.rmtree(config.site_dir, ignore_errors=True)  # of a build that was killed

    def _seen_by_the_engine(
        self,
        config: MkDocsConfig,
        pages: list[Page],
        ledger: Ledger | None,
        texts: dict[str, str],
    ) -> list[Problem]:
        """Return what a build would find next in content that has mistakes already."""
        files = get_files(config)
        try:
            for name, data in experiment.files(self._project, pages).items():
                files.append(File.generated(config, name, content=data))
        except (Refused, OSError, KeyError):  # told already; links to what is made would seem dead
            return []
        others = {unquote(file.url) for file in files if not file.is_documentation_page()}
        made, by_name = [], {page.name: page for page in pages}
        described = _descriptions(pages)
        engine = logging.getLogger("mkdocs.structure.pages")
        engine.setLevel(
            logging.CRITICAL
        )  # its warnings come without a line; ours say the same with one
        try:
            for file in files.documentation_pages():
                text, _ = meta.get_data(texts.get(file.src_uri, ""))
                page = MkDocsPage(None, file, config)
                page.markdown = _INCLUDE.sub("", text)  # the code holds no links
                page.render(config, files)
                content = article.parse(file.src_uri, file.url, page.content or "")
                written = by_name.get(content.name)
                made.append(rendered.read(self._project, written, content, described))
        finally:
            engine.setLevel(logging.NOTSET)
        return rendered.check(self._project, pages, ledger, made, others)

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the files that are made from the content, and trim the theme's."""
        for name, data in self._made.items():
            if old := files.get_file_from_path(name):
                files.remove(old)
            files.append(File.generated(config, name, content=data))
        self._sheets = [file.content_string for file in theme_files.trim(files)]
        self._sheets += [
            found.content_string for name in STYLES if (found := files.get_file_from_path(name))
        ]
        for name in STYLES:
            if found := files.get_file_from_path(name):
                files.remove(found)
        return files

    def on_nav(self, nav, *, config: MkDocsConfig, files: Files):
        """Give the menu its titles, also those of pages that `--dirty` does not build anew."""
        self._names = {
            "" if file.url in {".", "./"} else file.url: file.src_uri
            for file in files.documentation_pages()
        }
        self._twins.names, self._described = self._names, _descriptions(self._pages)
        titles = {page.name: page.title for page in self._pages} if self._dirty else {}
        for page in nav.pages:
            if page.title is None and page.file.src_uri in titles:
                page.title = titles[page.file.src_uri]
        return nav

    def on_page_read_source(self, *, page: MkDocsPage, config: MkDocsConfig) -> str | None:
        """Give the engine the expanded Markdown of a page.

        While the content has mistakes, and is served, it is the last good one.
        """
        return self._texts.get(page.file.src_uri, UNREAD if self.problems else None)

    def on_page_content(
        self, html: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files
    ) -> str:
        """Make one tree of a page's content, complete it, and take from it all that follows."""
        found = article.parse(page.file.src_uri, page.url, html)
        _held = list(found.tree.iter())  # else lxml makes each object anew whenever it is looked at
        tables.frame(found.tree)
        direction.turn(found.tree)
        written = self._by_name.get(found.name)
        self._fresh.append(found.name)
        self._rendered[found.name] = rendered.read(self._project, written, found, self._described)
        if written:
            self._indexed[found.name] = search_pages.read(found)
            self._twins.add(found, written.matter.values["description"])
            if self.editions:
                self._articles[found.name] = found
        return found.markup

    def on_env(self, env, *, config: MkDocsConfig, files: Files):
        """Hold the pages to what can be said once all are made; then make what is made of them.

        Raises:
            PluginError: with every problem; nothing is written then.
        """
        env.globals["one_stylesheet"] = True
        env.globals["notes"] = self._project.settings
        self._addresses = {
            name: urljoin(config.site_url or "", url) for url, name in self._names.items()
        }
        _date(files, self._pages)
        self._feed = b""
        if config.site_url:
            self._feed = feed.feed(self._pages, self._addresses, config.site_name, config.site_url)
        others = {unquote(file.url) for file in files if not file.is_documentation_page()}
        for name in self._rendered.keys() - self._names.values():  # removed while being served
            del self._rendered[name]
            self._indexed.pop(name, None)
        # `--dirty` makes the edited pages anew, and on a large site only they are completed.
        know_all = len(self._rendered) == len(self._names)
        all_made = len(self._fresh) >= len(self._names)
        self._whole = know_all and (all_made or len(self._names) <= SMALL_SITE)
        if know_all and not self.problems:  # with mistakes, what the author sees is older
            made, only = self._rendered.values(), None if self._whole else self._fresh
            ledger = self._ledger
            self._refuse(rendered.check(self._project, self._pages, ledger, made, others, only))
        told = self._indexed if self._whole else self._fresh
        self._written = {name: text for name, text in self._twins.twins.items() if name in told}
        order = [page.name for page in self._pages]
        if order and self._whole:
            self._written |= self._twins.lists(order, config.site_url or "")
        self._sizes: dict[str, int | str] = {
            name: len(text.encode()) for name, text in self._written.items()
        }
        if self.editions:
            for found in self._articles.values():
                self.editions.add(found)
            self.editions.print(self._pages, _pictures(files))
            for name, data in self.editions.files.items():
                files.append(File.generated(config, name, content=data))
                self._sizes[name] = len(data)
            for name, data in self.editions.cards.items():
                files.append(File.generated(config, name, content=data))
            self._sizes[self.editions.zip] = ZIP_SIZE
            lists = self._twins.lists(order, home="")
            self._zip_sizes = {
                name: downloads.size_words(len(text.encode())) for name, text in lists.items()
            }
        return env

    def on_page_context(self, context, *, page: MkDocsPage, config: MkDocsConfig, nav):
        """Tell the template what can be taken away, what others are told, and where to report."""
        name = page.file.src_uri
        slug = self._project.slug
        context["downloads"] = downloads.downloads(name, page.file.url, slug, self._sizes)
        context["feed"] = feed.NAME if self._feed else ""
        written = self._by_name.get(name)
        if written and config.site_url:
            shared = self._shared(written, config.site_name, config.site_url)
            context["shared"], context["structured"] = shared.properties(), shared.structured()
        if written and (repository := config.extra.get("repository")):
            url = self._addresses[name] if config.site_url else ""
            context["report"] = sharing.report_link(repository, written, url)
        if self.problems:
            page.content = _with_reasons(page.content or "", self.problems)
        return context

    def _shared(self, page: Page, site: str, home: str) -> sharing.Shared:
        """Return a page as other sites are told of it."""
        drawn = self.editions.cards if self.editions else {}
        card = urljoin(home, name) if (name := sharing.card_of(page)) in drawn else ""
        names = ("index.md", f"{page.group}/index.md")
        above = [self._by_name[each] for each in names if each in self._by_name]
        titles = [(each.title, self._addresses[each.name]) for each in above if each is not page]
        if page.name == "index.md":
            titles = []
        return sharing.Shared(page, site, home, self._addresses[page.name], card, titles)

    def on_post_template(
        self, output_content: str, *, template_name: str, config: MkDocsConfig
    ) -> str:
        """Complete the page for what is not there."""
        return self._completed(output_content) if template_name == "404.html" else output_content

    def on_post_page(self, output: str, *, page: MkDocsPage, config: MkDocsConfig) -> str:
        """Give a page its policy; put its form for the disk aside, where that is asked for."""
        if self.editions:
            name = page.file.src_uri
            text = self.editions.add_page(output, name, page.file.url, self._names, self._zip_sizes)
            self.editions.keep_page(name, policy.with_policy(text)[0])
        return self._completed(output)

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Write what belongs to the site besides its pages."""
        site = Path(config.site_dir)
        for name, text in self._written.items():
            write_if_changed(site / name, text)
        if self._whole:
            self._write_index(site / FOLDER, lambda name: self._indexed[name].location)
        words = (stylesheet.script_words(path.read_text("utf-8")) for path in _scripts(site))
        known = self._classes.union(*words)
        theme, own = self._sheets[: -len(STYLES)], "".join(self._sheets[-len(STYLES) :])
        write_if_changed(site / STYLES[0], stylesheet.joined(theme, [own], known))
        if not self._serving:
            write_if_changed(site / "_headers", policy.headers_file(self._hashes))
        if config.site_url:
            write_if_changed(site / "robots.txt", sharing.robots(config.site_url))
        if self._feed:
            write_if_changed(site / feed.NAME, self._feed)
        if self.editions:
            self._publish_zip(site, self.editions)
        if not self._serving:
            worker.write(site)  # last, since it holds the hash of each file
        if self._site:
            _replace(self._site, site)
            config.site_dir = str(self._site)

    def on_build_error(self, *, error: Exception) -> None:
        """Remove what was begun; a full disk, or one that may not be written to, is one line.

        Raises:
            PluginError: in the place of an error of the system.
        """
        if self._site:
            shutil.rmtree(self._site / BUILDING, ignore_errors=True)
        if isinstance(error, OSError) and error.strerror:
            where = error.filename or self._site or "the site"
            raise PluginError(f"{where}: {error.strerror}; mend that and run again.") from None

    def _write_index(self, folder: Path, place_of: Callable[[str], str]) -> None:
        index = Index(folder, self._project.search_words)
        for name, found in self._indexed.items():
            page = self._by_name[name]
            moved = replace(found, location=place_of(name))
            index.add(moved, page.matter.values, weight_of(page), _place(page, self._by_name))
        index.close()

    def _publish_zip(self, site: Path, editions: Editions) -> None:
        """Pack the zip, put it into the site, and tell its size on every page."""
        with tempfile.TemporaryDirectory() as folder:
            self._write_index(Path(folder), disk.file_of)
            moved = {f"{FOLDER}/{path.name}": path.read_bytes() for path in Path(folder).iterdir()}
        lists = self._twins.lists(list(self._by_name), home="")
        moved |= {name: text.encode() for name, text in lists.items()}
        editions.pack(site, moved)
        data = editions.files[editions.zip]
        write_if_changed(site / editions.zip, data)
        size = downloads.size_words(len(data))
        for path in site.rglob("*.html"):
            text = path.read_text(encoding="utf-8")
            write_if_changed(path, text.replace(ZIP_SIZE, size))

    def _refuse(self, problems: list[Problem]) -> None:
        """Stop the build, or tell the author who is serving it."""
        self.problems = problems
        if not problems:
            return
        if self._serving:
            for problem in problems:
                log.warning("%s", problem)
            return
        for problem in problems:
            log.error("%s", problem)
        count = len(problems)
        raise PluginError(f"{count} problem{'s' * (count != 1)} in the content.")

    def _completed(self, output: str) -> str:
        self._classes |= stylesheet.classes(output)
        if self._serving:  # live reload works by a script in the page
            return output
        output, own = policy.with_policy(output)
        self._hashes |= own
        return output


def _require_free(host: str, port: int) -> None:
    """Say that the port is taken before the site is built, and in one line.

    Raises:
        PluginError: another program listens there, or this account may not.
    """
    try:
        with socket.create_server((host, port)):
            pass
    except OSError as error:
        raise PluginError(
            f"{host}:{port} cannot be used ({os.strerror(error.errno or 0)}): stop that program, "
            'or choose another port, for example "make serve PORT=8001".'
        ) from None


def _refuse_to_empty(site: Path) -> None:
    """Stop before MkDocs empties a folder that no build has made.

    Raises:
        PluginError: the folder is a link, or holds something else than a site.
    """
    names = {path.name for path in site.iterdir()} - {BUILDING} if site.is_dir() else set()
    if site.is_symlink():
        what = f"{site} is a link to {site.readlink()}"
    elif names and not names & {"404.html", "assets", "index.html"}:
        what = f"{site} holds no built site"
    else:
        return
    raise PluginError(
        f"{what}, and is left as it is: MkDocs would empty it. Move it away, or choose another "
        "folder with --site-dir."
    )


def _replace(site: Path, made: Path) -> None:
    """Put what was made in the place of the site of before, each file at once.

    Hidden files at the top are not the engine's, and stay.
    """
    for old in sorted(site.rglob("*"), reverse=True):  # what is in a folder comes before it
        new = made / old.relative_to(site)
        if old.relative_to(site).parts[0].startswith("."):
            continue
        if old.is_dir() and not old.is_symlink():
            if not new.is_dir():
                old.rmdir()
        elif not new.is_file():
            old.unlink()
    for new in sorted(made.rglob("*")):
        place = site / new.relative_to(made)
        if new.is_dir():
            place.mkdir(exist_ok=True)
        else:
            new.replace(place)
    shutil.rmtree(made)


def weight_of(page: Page) -> float:
    """Return what the words of a page count in the search."""
    if not page.is_question:
        return LIST_WEIGHT
    return FOLLOW_UP_WEIGHT if page.follows else 1.0


def _descriptions(pages: list[Page]) -> set[str]:
    return {page.matter.values.get("description", "") for page in pages}


def _date(files: Files, pages: list[Page]) -> None:
    """Tell the sitemap when each page changed, where it would say the day of the build."""
    days = {page.name: sharing.day_of(page, pages) for page in pages}
    if any(days.values()):
        for file in files.documentation_pages():
            if file.page:
                file.page.update_date = days.get(file.src_uri, "")


def _place(page: Page, pages: dict[str, Page]) -> str:
    """Return where a page is and what it is, for the search: `Day 1 · question`."""
    index = pages.get(f"{page.group}/index.md")
    kind = "question" if page.is_question else "list" if page is index else "page"
    return " · ".join(filter(None, [group_words(page.group, [index]) if index else "", kind]))


def _pictures(files: Files) -> Iterator[tuple[str, bytes]]:
    for file in files.media_files():
        if PurePosixPath(file.dest_uri).suffix.lower() in KINDS:
            yield file.dest_uri, file.content_bytes


def _scripts(site: Path) -> Iterator[Path]:
    """Return the scripts of a site; the index of the search holds words of pages, no classes."""
    return (path for path in site.rglob("*.js") if path.parent != site / FOLDER)


def _with_reasons(content: str, problems: Sequence[Problem]) -> str:
    """Return the HTML of a page that says below its title what is wrong with the content."""
    reasons = "".join(
        f"<li><code>{escape(str(problem), quote=False)}</code></li>" for problem in problems
    )
    words = "Not up to date: the content has mistakes"
    above, title, below = content.rpartition("</h1>")
    return (
        f'{above}{title}<div class="admonition danger"><p class="admonition-title">{words}</p>'
        f"<ul>{reasons}</ul></div>{below}"
    )
