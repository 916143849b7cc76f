"""The pages as people write them: front matter, heading, and the one reading of their Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from workshop_notes.content import front_matter, markdown
from workshop_notes.content.front_matter import FrontMatter
from workshop_notes.content.markdown import Markdown
from workshop_notes.content.problems import ContentError, Problem
from workshop_notes.content.project import Project
from workshop_notes.content.settings import DRAFT


@dataclass(frozen=True)
class Page:
    """A page as written: where it is, its title and its front matter.

    Attributes:
        path: the file.
        name: its path below `docs`, with forward slashes.
        title: the text of its first-level heading.
        title_line: the line of that heading, counted from 1.
        matter: its front matter and body.
        markdown: what its body holds.
        is_question: whether it answers a question.
    """

    path: Path
    name: str
    title: str
    title_line: int
    matter: FrontMatter
    markdown: Markdown
    is_question: bool

    @cached_property
    def group(self) -> str:
        """The folder of the page: `day-1`, or nothing for a page at the top."""
        return self.name.rpartition("/")[0]

    @property
    def changes(self) -> list[tuple[str, str]]:
        """What changed in the answer: (day as ISO 8601, why), the newest first."""
        return sorted(self.matter.values.get("changes", {}).items(), reverse=True)

    @property
    def modified(self) -> str:
        """The day on which the page was last changed or reviewed, or nothing where none is told."""
        days = [day for day, _ in self.changes] + [self.matter.values.get("reviewed", "")]
        return max(days)

    @cached_property
    def follows(self) -> str:
        """The page of the question that this one follows up, or nothing."""
        value = self.matter.values.get("follows", "")
        return value if isinstance(value, str) else ""

    @property
    def asked(self) -> list[str]:
        """Where the question was asked in public, for one that follows up another."""
        return self.words("asked")

    def words(self, key: str) -> list[str]:
        """Return a list of the front matter, or nothing where none, or no list, is there."""
        value = self.matter.values.get(key)
        return [str(each) for each in value] if isinstance(value, list) else []

    @property
    def is_draft(self) -> bool:
        """Whether nobody has checked the answer and its sources yet."""
        return self.matter.values.get("status") == DRAFT


def read_page(project: Project, path: Path) -> tuple[Page, list[Problem]]:
    """Read one page and say what is wrong with its front matter and heading.

    Args:
        project: the project that the page belongs to.
        path: the file, below the project's `docs`.

    Returns:
        The page and its problems.
    """
    shown = project.relative(path)
    is_question = project.is_question(path)
    statuses = project.settings.words if is_question else None
    matter, problems = front_matter.read(path, shown, statuses)
    read = markdown.read(matter.body, matter.body_line)
    titles = [heading for heading in read.headings if heading.level == 1]
    if len(titles) != 1:
        line = titles[1].line if titles else matter.body_line
        what = f"{len(titles)} first-level headings" if titles else "no first-level heading"
        remedy = "write one line '# Title' below the front matter, and '##' for the others"
        problems.append(Problem(shown, line, what, remedy))
    line, title = (titles[0].line, titles[0].text) if titles else (matter.body_line, path.stem)
    name = path.relative_to(project.docs).as_posix()
    return Page(path, name, title, line, matter, read, is_question), problems


def read_pages(project: Project) -> list[Page]:
    """Read every page of the site in the order of the menu.

    Raises:
        ContentError: with all problems of all pages.
    """
    read = [read_page(project, path) for path in project.pages()]
    problems = [problem for _, found in read for problem in found]
    if problems:
        raise ContentError(problems)
    return [page for page, _ in read]
