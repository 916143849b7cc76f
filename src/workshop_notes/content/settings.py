"""What is one site's own: the settings of the plugin, as they stand in `mkdocs.yml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workshop_notes.content.schema import unknown_keys, validator
from workshop_notes.content.yaml_text import YamlDocument, YamlError, load

DRAFT = "draft"
"""The status of an answer that nobody has checked; every site has it."""


@dataclass(frozen=True)
class Settings:
    """What one site says of itself, besides its name and its menu.

    Attributes:
        slug: what files to take away are named, and the checker of sources calls itself; from the
            site's name where it is not given.
        origin: where the questions were asked first, as a sentence says it.
        follow_ups: the folder of questions that follow up others, or nothing.
        appendix: the folder of pages that answer no question, which are printed last, or nothing.
        statuses: what may be said of an answer, in the words that a reader sees; the first is said
            of an answer that holds as it was given at first.
        sections: headings that a page must have, by its status.
        code_titles: what code on a page may be for; its title names one, where there are any.
        contradiction: the words with which a page tells that its sources contradict each other.
        search_hint: what stands in an empty search box, such as words to try.
        contents: the heading above the menu on the page for what is not there.
        api_model: what the requests of code that is only checked are held to.
        account: what a cell of a notebook needs that was not run.
        private: expressions for what may stand on no page and in no example, each with the remedy.
    """

    slug: str = ""
    origin: str = "the workshop"
    follow_ups: str = ""
    appendix: str = ""
    statuses: Mapping[str, str] = field(
        default_factory=lambda: {"current": "Still true", "changed": "Changed"}
    )
    sections: Mapping[str, Sequence[str]] = field(default_factory=dict)
    code_titles: Sequence[str] = ()
    contradiction: str = ""
    search_hint: str = "A word, a name, an error …"
    contents: str = "What there is"
    api_model: str = "the API model"
    account: str = "an account"
    private: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> dict[str, str]:
        """Each status in the words that a reader sees."""
        return {**self.statuses, DRAFT: "Draft: nobody has checked this answer yet"}


Wrong = tuple[int, str, str]
"""The line of something that is wrong, what it is, and what to do."""


def read(text: str) -> tuple[Settings, list[Wrong]]:
    """Read the settings of a site from its `mkdocs.yml`; where one is wrong, all keep defaults."""
    try:
        document = load(text)
    except YamlError as error:
        return Settings(), [(error.line, f"not YAML: {error.problem}", "mend the line")]
    value, path = _settings(document)
    problems = list(_violations("settings", value, document, path))
    return Settings(**({} if problems or not value else value)), problems


def read_search_words(text: str) -> tuple[dict[str, list[str]], list[Wrong]]:
    """Read `search.yml`: words that stand on most pages, names of what stands on none, short names.

    Args:
        text: the file.

    Returns:
        The words below `faint`, `neighbours` and `same`, and what is wrong with the file.
    """
    try:
        document = load(text)
    except YamlError as error:
        return {}, [(error.line, f"not YAML: {error.problem}", "mend the line")]
    problems = list(_violations("search", document.value, document, ()))
    words = {} if problems else document.value or {}
    return {key: value.split() for key, value in words.items()}, problems


def _violations(schema: str, value: Any, document: YamlDocument, path: tuple) -> Iterator[Wrong]:
    for error in validator(schema).iter_errors(value):
        if error.validator == "additionalProperties":
            for key, remedy in unknown_keys(error):
                yield (
                    document.line(*path, *error.absolute_path, key),
                    f"unknown key '{key}'",
                    remedy,
                )
        else:
            where = ".".join(map(str, error.absolute_path)) or "the whole"
            what = f"'{where}' is not valid: {error.message}"
            yield document.line(*path, *error.absolute_path), what, "correct it"


def _settings(document: YamlDocument) -> tuple[Any, tuple]:
    """Return the settings as they stand, and where."""
    config = document.value if isinstance(document.value, dict) else {}
    plugins = config.get("plugins") or []
    pairs = plugins.items() if isinstance(plugins, dict) else enumerate(plugins)
    for place, entry in pairs:
        if place == "workshop-notes":
            return entry, ("plugins", place)
        if isinstance(entry, dict) and "workshop-notes" in entry:
            return entry["workshop-notes"], ("plugins", place, "workshop-notes")
    return None, ()
