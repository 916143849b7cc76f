"""Other site generators, set up to build the same pages with the same menu.

Zensical gets our configuration and templates as they are, with its own search. Hugo and Eleventy
get a bare layout: title, description, menu of days and of the open day's questions, contents,
highlighted code; so their pages weigh less than ours. Each peer is installed below a cache folder.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from workshop_notes.content.pages import read_pages
from workshop_notes.content.project import Project

NPM = ("@11ty/eleventy@3.1.2", "@11ty/eleventy-plugin-syntaxhighlight@5.0.2", "pagefind@1.5.2")
INSTALL_SECONDS = 600


class MissingError(Exception):
    """A peer that cannot be installed here; its text says why."""


@dataclass(frozen=True)
class Peer:
    """A generator that is ready to build.

    Attributes:
        name: what the table calls it, with its version.
        command: the program and its arguments.
        folder: where it is started.
        site: the folder that it builds into.
        index: glob patterns of the files of its search index, below `site`.
    """

    name: str
    command: list[str]
    folder: Path
    site: Path
    index: tuple[str, ...]


def zensical(project: Project, work: Path, cache: Path) -> Peer:
    """Set up Zensical, which the group `test` holds, on the pages as our own engine gets them."""
    command = [sys.executable, "-m", "zensical", "build", "--clean"]
    name = _version([*command[:3], "--version"], "Zensical")
    return Peer(name, command, project.root, project.site, ("search.json",))


def mkdocs(project: Project, work: Path, cache: Path) -> Peer:
    """Set up MkDocs and Material alone, on the same pages with the same templates: our floor."""
    command = [sys.executable, "-m", "mkdocs"]
    name = _version([*command, "--version"], "MkDocs")
    config = project.root / "alone.yml"
    text = project.config.read_text(encoding="utf-8")
    config.write_text(text.replace("\nplugins: [search]\n", "\nplugins: []\n"), encoding="utf-8")
    site = project.root / "alone"
    command += ["build", "--config-file", str(config), "--site-dir", str(site)]
    return Peer(f"{name} and Material alone", command, project.root, site, ("search.json",))


def hugo(project: Project, work: Path, cache: Path) -> Peer:
    """Set up Hugo, which has to be installed, with an index as its users write one: a JSON file."""
    program = shutil.which("hugo")
    if not program:
        raise MissingError("Hugo is not installed (Debian, Ubuntu: sudo apt-get install hugo)")
    root = work / "hugo"
    _content(project, root / "content", index="_index.md")
    (root / "layouts" / "_default").mkdir(parents=True)
    (root / "layouts" / "partials").mkdir()
    for name, text in _HUGO.items():
        (root / name).write_text(text, encoding="utf-8")
    command = [program, "--quiet", "--cacheDir", str(work / "hugo-cache")]
    name = _version([program, "version"], "Hugo")
    return Peer(name, command, root, root / "public", ("index.json",))


def eleventy(project: Project, work: Path, cache: Path) -> Peer:
    """Set up Eleventy, with Pagefind for the index."""
    modules = install_npm(cache / "npm", NPM)
    root = work / "eleventy"
    _content(project, root / "content", index="index.md")
    (root / "content" / "_includes").mkdir()
    (root / "node_modules").symlink_to(modules)
    for name, text in _ELEVENTY.items():
        (root / name).write_text(text, encoding="utf-8")
    binaries = "node_modules/.bin"
    build = f"{binaries}/eleventy --quiet && {binaries}/pagefind --quiet --site _site"
    version = _version([str(modules / ".bin" / "eleventy"), "--version"], "Eleventy")
    name = f"{version} and Pagefind"
    return Peer(name, ["sh", "-c", build], root, root / "_site", ("pagefind/**/*",))


def install_npm(folder: Path, packages: Iterable[str]) -> Path:
    """Install packages of npm into a folder, once, and return the folder of the modules.

    Raises:
        MissingError: npm is not there or fails.
    """
    wanted = " ".join(packages)
    stamp = folder / "installed.txt"
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        if not shutil.which("npm"):
            raise MissingError("npm is not installed")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text('{"private": true}', encoding="utf-8")
        _run(["npm", "install", "--silent", "--no-audit", "--no-fund", *packages], folder)
        stamp.write_text(wanted, encoding="utf-8")
    return folder / "node_modules"


def _run(command: list[str], folder: Path | None = None) -> str:
    """Run an installer, and say in one line why it failed."""
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        words = (getattr(error, "stderr", "") or str(error)).strip().splitlines()
        raise MissingError(words[-1] if words else str(error)) from error
    return done.stdout


def _version(command: list[str], name: str) -> str:
    found = re.search(r"\d+\.\d+\.\d+", _run(command))
    return f"{name} {found[0] if found else '(version unknown)'}"


_ATTRIBUTES = re.compile(r" ?\{ ?[#\w][^{}\n]*\}$", re.M)
_LINK = re.compile(r"\]\((?!https?:)([^)#\s]+?)(?:index)?\.md(#[^)\s]*)?\)")


def _content(project: Project, target: Path, *, index: str) -> None:
    """Copy the expanded pages as CommonMark, with their titles, and everything beside them."""
    shutil.copytree(project.docs, target, ignore=shutil.ignore_patterns("*.md"))
    for page in read_pages(project):
        _, matter, body = page.path.read_text(encoding="utf-8").split("---\n", 2)
        matter = re.sub(r"^(template|hide|aliases|status|tags):.*\n", "", matter, flags=re.M)
        up = "" if page.path.stem == "index" else "../"
        body = _LINK.sub(lambda m, up=up: f"]({up}{m[1]}/{m[2] or ''})", _ATTRIBUTES.sub("", body))
        body = body.replace("](../img/", f"]({up}../img/")
        path = target / page.name
        path = path.with_name(index) if page.path.stem == "index" else path
        path.parent.mkdir(parents=True, exist_ok=True)
        order = f"weight: {len(page.name)}\n" if index == "_index.md" else ""
        matter = f"title: {json.dumps(page.title)}\n{order}{matter}"
        path.write_text(f"---\n{matter}---\n{body}", encoding="utf-8")


_HUGO = {
    "hugo.toml": """\
baseURL = "https://example.org/"
languageCode = "en"
title = "Notes"
disableKinds = ["taxonomy", "term", "RSS"]
[outputs]
home = ["HTML", "JSON"]
section = ["HTML"]
[markup.goldmark.renderer]
unsafe = true
[markup.highlight]
noClasses = false
""",
    "layouts/partials/menu.html": """\
{{ $here := .CurrentSection }}<nav><ul>{{ range site.Sections }}
<li><a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ if eq . $here }}<ul>{{ range .RegularPages }}
<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}</ul>{{ end }}</li>{{ end }}
</ul></nav>
""",
    "layouts/_default/baseof.html": """\
<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ .Title }}</title>
<meta name="viewport" content="width=device-width"><meta name="description"
content="{{ .Description }}"></head><body>{{ partial "menu.html" . }}
<main>{{ .Content }}</main><aside>{{ .TableOfContents }}</aside>
<footer>{{ with .PrevInSection }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}
{{ with .NextInSection }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}</footer>
</body></html>
""",
    "layouts/_default/single.html": '{{ define "main" }}{{ end }}',
    "layouts/_default/list.html": '{{ define "main" }}{{ end }}',
    "layouts/index.json": """\
[{{ range $i, $page := site.RegularPages }}{{ if $i }},{{ end }}
{{ dict "u" .RelPermalink "t" .Title "c" .Plain | jsonify }}{{ end }}]
""",
}

_ELEVENTY = {
    "eleventy.config.js": """\
const highlight = require("@11ty/eleventy-plugin-syntaxhighlight")
module.exports = (config) => {
  config.addPlugin(highlight)
  config.addPassthroughCopy("content/img")
  config.addPassthroughCopy("content/assets")
  config.addCollection("days", (api) => {
    const days = new Map()
    for (const page of api.getAll()) {
      const day = page.filePathStem.split("/")[1]
      if (!day.startsWith("day-")) continue
      if (!days.has(day)) days.set(day, {name: day, pages: []})
      days.get(day).pages.push({url: page.url, title: page.data.title})
    }
    return [...days.values()]
  })
  return {dir: {input: "content", output: "_site"}, markdownTemplateEngine: false}
}
""",
    "content/content.json": '{"layout": "page.njk"}',
    "content/_includes/page.njk": """\
<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title>
<meta name="viewport" content="width=device-width">
<meta name="description" content="{{ description }}"></head><body><nav><ul>
{%- set here = page.filePathStem.split("/")[1] %}{% for day in collections.days %}
<li><a href="/{{ day.name }}/">{{ day.name }}</a>{% if day.name == here %}<ul>
{%- for item in day.pages %}<li><a href="{{ item.url }}">{{ item.title }}</a></li>{% endfor %}</ul>
{%- endif %}</li>{% endfor %}</ul></nav><main>{{ content | safe }}</main></body></html>
""",
}
