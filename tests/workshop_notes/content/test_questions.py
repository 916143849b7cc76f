"""The nine questions are there, word for word, in the order of the workshop."""

from __future__ import annotations

import pytest
from lxml import html

from workshop_notes.content.pages import read_pages

QUESTIONS = {
    "day-1/framework-versions.md": "How can we find information on the versions of frameworks "
    "installed in the pre-built SageMaker images?",
    "day-1/custom-debugger-rules.md": "Can we write custom logic to perform debugging during the "
    "training process?",
    "day-1/inference-pipelines.md": "How should you split data preprocessing from model inference?",
    "day-1/schedule-jobs.md": "How do you schedule SageMaker jobs?",
    "day-2/autopilot-feature-engineering.md": "Does AutoTune perform feature engineering or just "
    "automatic model selection?",
    "day-2/batch-transform-limits.md": "Are there limits on the rate at which Batch Transform "
    "jobs can be started?",
    "day-3/github-repositories.md": "How can you connect SageMaker to GitHub repositories?",
    "day-3/processing.md": "How can we perform pre/post processing in SageMaker?",
    "day-3/spark.md": "How can we use Spark with SageMaker?",
}
"""Addresses are permanent: this list may grow, and no line of it may change."""


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_keeps_its_words_and_its_address(name, project):
    found = {page.name: page.title for page in read_pages(project)}
    gone = f"docs/{name} is gone; addresses are permanent: put it back, or publish a redirect"
    assert name in found, gone
    asked = QUESTIONS[name]
    other = f"docs/{name}: the words of a question are permanent; write '# {asked}'"
    assert found[name] == asked, other


def test_they_stand_in_order(project):
    found = [page.name for page in read_pages(project) if page.is_question]
    assert found[: len(QUESTIONS)] == list(QUESTIONS), "mkdocs.yml: their order is permanent"


def test_what_was_asked_since_follows_them_and_stands_on_their_pages(project, site):
    questions = [page for page in read_pages(project) if page.is_question]
    since = [page for page in questions if page.follows]
    assert since and questions[-len(since) :] == since
    for page in since:
        address = f"../../{page.name.removesuffix('.md')}/"
        place = page.follows.removesuffix(".md")
        followed = html.parse(str(site / place / "index.html"))
        section = followed.find(".//h2[@id='asked-since']").getnext()
        assert address in [link.get("href") for link in section.iter("a")]
        article = html.parse(str(site / page.name.removesuffix(".md") / "index.html"))
        asked = [
            item.find(".//a").get("href")
            for item in article.findall(".//article//ol/li")
            if "The question was asked here." in item.text_content()
        ]
        assert sorted(asked) == sorted(page.asked)


def test_each_is_published_at_its_address(site):
    for name, title in QUESTIONS.items():
        page = html.parse(str(site / name.removesuffix(".md") / "index.html"))
        heading = page.find(".//h1")
        assert heading.text == title
        assert len(page.findall(".//h1")) == 1


def test_each_opens_with_its_answer(site):
    for name in QUESTIONS:
        page = html.parse(str(site / name.removesuffix(".md") / "index.html"))
        facts, answer = page.findall(".//article/p")[:2]
        assert facts.get("class") == "facts"
        assert answer[0].tag == "strong", f"{name} does not open with its answer in bold"
        assert not answer.text, f"{name} says something before its answer"


def test_the_home_page_lists_every_question_with_its_answer(site, project):
    home = html.parse(str(site / "index.html"))
    listed = home.findall(".//div[@class='questions']//li")
    questions = [page for page in read_pages(project) if page.is_question]
    assert [item.find(".//a").text for item in listed] == [page.title for page in questions]
    assert [item.findall("p")[1].text for item in listed] == [
        page.matter.values["description"] for page in questions
    ]
