"""Pages and ledger name the same addresses; no dead form; every link of the workshop is there."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest
from lxml import html

from tests.site import html_pages
from workshop_notes.checks import sources
from workshop_notes.checks.sources import dead_forms
from workshop_notes.content import ledger as ledgers
from workshop_notes.content.pages import read_pages
from workshop_notes.content.problems import ContentError

EXAMPLES = "https://github.com/awslabs/amazon-sagemaker-examples/blob/master/sagemaker_processing/"
WORKSHOP_LINKS = {
    "day-1/framework-versions": [
        "https://github.com/aws/sagemaker-python-sdk/tree/master/src/sagemaker/sklearn"
        "#sagemaker-scikit-learn-docker-containers",
    ],
    "day-1/custom-debugger-rules": [
        "https://github.com/awslabs/sagemaker-debugger/blob/master/docs/analysis.md"
        "#Writing-a-custom-rule",
    ],
    "day-1/inference-pipelines": [
        "https://docs.aws.amazon.com/sagemaker/latest/dg/inference-pipelines.html",
    ],
    "day-1/schedule-jobs": [
        "https://docs.aws.amazon.com/step-functions/latest/dg/welcome.html",
        "https://docs.aws.amazon.com/step-functions/latest/dg/sample-train-model.html",
        "https://docs.aws.amazon.com/step-functions/latest/dg/sample-hyper-tuning.html",
    ],
    "day-2/autopilot-feature-engineering": [
        "https://docs.aws.amazon.com/sagemaker/latest/dg/autopilot-automate-model-development.html",
        "https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-how-it-works.html",
        "https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-considerations.html",
    ],
    "day-2/batch-transform-limits": [
        "https://docs.aws.amazon.com/general/latest/gr/sagemaker.html#limits_sagemaker",
        "https://docs.aws.amazon.com/general/latest/gr/sagemaker.html",
    ],
    "day-3/github-repositories": [
        "https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-git-repo.html",
    ],
    "day-3/processing": [
        "https://sagemaker.readthedocs.io/en/stable/amazon_sagemaker_processing.html",
        f"{EXAMPLES}scikit_learn_data_processing_and_model_evaluation/"
        "scikit_learn_data_processing_and_model_evaluation.ipynb",
    ],
    "day-3/spark": [
        "https://sagemaker.readthedocs.io/en/stable/sagemaker.sparkml.html",
        f"{EXAMPLES}feature_transformation_with_sagemaker_processing/"
        "feature_transformation_with_sagemaker_processing.ipynb",
        f"{EXAMPLES}feature_transformation_with_sagemaker_processing/container/Dockerfile",
    ],
}
"""The addresses in the notes of 2020, by the page that answers for them."""


@pytest.fixture(scope="module")
def ledger(project):
    return ledgers.read(project.ledger, project.ledger)


def test_pages_and_ledger_agree(project, ledger):
    problems = sources.check(project, read_pages(project), ledger, strict=False)
    assert not problems, "\n".join(map(str, problems))


@pytest.mark.parametrize(
    ("name", "old"), [(name, old) for name, links in WORKSHOP_LINKS.items() for old in links]
)
def test_each_link_of_the_workshop_is_on_its_page(site, name, old):
    article = html.parse(str(site / name / "index.html")).find(".//article")
    links = {link.get("href") for link in article.findall(".//a")}
    told = {code.text for code in article.findall(".//code")}
    assert old in links | told, f"{name} neither links to {old} nor says what became of it"


def test_a_replaced_address_is_told_but_not_linked(site, ledger):
    replaced = {old for source in ledger.sources for old, _ in source.replaces}
    assert replaced
    for path in html_pages(site):
        for link in html.parse(str(path)).findall(".//a[@href]"):
            assert link.get("href") not in replaced


def test_the_sources_of_a_page_are_listed_with_their_evidence(site, ledger):
    article = html.parse(str(site / "day-1/schedule-jobs/index.html")).find(".//article")
    heading = article.find(".//h2[@id='sources']")
    items = heading.getnext().getnext().findall("li")
    assert len(items) >= 8
    for item in items:
        address = item.find(".//a").get("href")
        source = ledger.by_address[address]
        assert source.title in item.text_content()
        words = {"live": "Live: answered on ", "copy": "Copy, read on "}[source.evidence["kind"]]
        assert words in item.text_content()


def test_no_evidence_claims_more_than_was_done(ledger):
    """Nothing was asked live before a checker asked; the checker's report is the only witness."""
    assert {source.evidence["kind"] for source in ledger.sources} <= {"live", "copy"}


@pytest.mark.parametrize(
    "address",
    [
        f"{EXAMPLES}a/b.ipynb",
        "https://github.com/aws/amazon-sagemaker-examples/blob/master/a.py",
        "https://github.com/aws/amazon-sagemaker-examples/blob/default/%20archived/a.py",
        "https://sagemaker.readthedocs.io/en/stable/amazon_sagemaker_processing.html",
        "https://sagemaker.readthedocs.io/en/stable/sagemaker.sparkml.html",
        "https://sagemaker.readthedocs.io/en/stable/frameworks/sklearn/using_sklearn.html",
        "https://github.com/awsdocs/amazon-sagemaker-developer-guide/blob/master/a.md",
        "https://github.com/aws/sagemaker-python-sdk/tree/master/src/sagemaker/sklearn",
        "https://docs.aws.amazon.com/step-functions/latest/dg/sample-train-model.html"
        "#sample-train-model-code-examples",
        "https://docs.aws.amazon.com/sagemaker/latest/dg-ecr-paths/ecr-us-east-1.html",
        "https://github.com/aws/x/blob/main/a.ipynb",
        "http://example.org/",
        "https://localhost:8000/page",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://wiki/page",
        "https://metadata.google.internal/computeMetadata/",
        "https://printer.local/",
    ],
)
def test_a_dead_form_is_refused(address, ledger):
    (problem,) = dead_forms(address, Path("page.md"), 7, ledger)
    assert str(problem).startswith(f"page.md:7: {address}: ")


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/aws/amazon-sagemaker-examples/blob/" + "a" * 40 + "/b.ipynb",
        "https://github.com/aws/amazon-sagemaker-examples/blob/main/a/b.py",
        "https://sagemaker.readthedocs.io/en/stable/lifecycle.html",
        "https://sagemaker.readthedocs.io/en/v2/frameworks/sparkml/sagemaker.sparkml.html",
        "https://docs.aws.amazon.com/step-functions/latest/dg/sample-train-model.html",
        "https://example.org",
        "https://1.example.org/",
        "https://example.org/wiki.local/",
    ],
)
def test_a_living_form_is_not(address, ledger):
    assert list(dead_forms(address, Path("page.md"), 1, ledger)) == []


def test_what_a_page_is_expected_to_say_is_written_as_a_reader_sees_it(project):
    for source in ledgers.read(project.ledger, project.ledger).sources:
        if "github.com/" not in source.url:  # a file there is read as it is, with its marks
            marked = [words for words in source.expects if re.search(r"`|\*\*|^[-+*] ", words)]
            assert not marked, f"sources.yml:{source.line}: the checker reads no marks: {marked}"


def test_a_second_copy_is_kept_by_somebody_else(project):
    sources = ledgers.read(project.ledger, project.ledger).sources
    found = [source for source in sources if source.second]
    assert len(found) > 50
    for source in found:
        owners = {copy.split("/")[3] for copy in (source.pinned, source.second)}
        assert len(owners) == 2, f"sources.yml:{source.line}"


ENTRY = """\
sources:
  - key: one
    url: https://example.org/
    title: One
    expects: [one]
    evidence:
      kind: copy
      date: 2026-11-23
      copy: a copy of a day
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "expected"),
    [
        ("https://", "http://", 3, "url: "),
        ("org/", "org/#part", 3, "url: "),
        ("key: one", "key: One", 2, "key: "),
        ("kind: copy", "kind: rumour", 6, "evidence.kind: "),
        ("      copy: a copy of a day\n", "", 6, "'copy' is a required property"),
        ("      date: 2026-11-23\n", "", 6, "'date' is a required property"),
        ("kind: copy", "kind: none", 6, "evidence: where nobody looked, there is no copy"),
        ("    expects: [one]\n", "", 2, "'expects' is a required property"),
        ("title: One", "titel: One", 4, "unknown key 'titel'; did you mean 'title'? remove it"),
        ("example.org/", "EXAMPLE.org/./a/../", 3, "a second spelling of an address; write https"),
        ("example.org/", "example.org:443/", 3, "write https://example.org/"),
        ("example.org/", "example.org:99999/", 3, "url: Port out of range 0-65535"),
        ("2026-11-23", "2126-11-23", 6, "evidence: 2126-11-23 is in the future"),
        ("title: One", 'title: "a\\e[31mb"', 4, "title: "),
        (
            " a copy of a day\n",
            " c\n    check: {finding: {verdict: gone, since: 2126-11-24}}\n",
            10,
            "check: 2126-11-24 is in the future; write the day on which somebody looked",
        ),
        (
            "  - key: one\n",
            "  - x\n  - key: one\n",
            2,
            "an entry that is not a list of keys; write",
        ),
        ("  - key: one\n    url", "  - url", 2, "source 'without a key': 'key' is a required"),
        ("[one]", "[]", 5, "expects: [] should be non-empty"),
        ("[one]", "[one, one]", 5, "expects: ['one', 'one'] has non-unique elements"),
        ("example.org/", "example.org/?sid=1", 3, "url: what looks like a session or a signature"),
        ("kind: copy", "kind: live", 6, "evidence: live, though no check asked the source; run"),
        *(
            ("    evidence:", f"    {line}\n    evidence:", 6 if ":" in told else 2, told)
            for line, told in (
                ("second: https://example.org/b", "'pinned' is a depe"),
                ("check: {}", "check: {} should be non-empty"),
                ("check: {verdict: fine}", "check: 'date' is a dependency of 'verdict'"),
                ("check: {date: 2026-11-23}", "check: 'verdict' is a dependency of 'date'"),
                ("check: {a: b}", "check: unknown key 'a'; remove it"),
                ("check: {pinned: {a: b}}", "check.pinned: unknown key 'a'"),
                ("check: {finding: {verdict: gone, since: 2026-11-23, a: b}}", ": unknown key 'a'"),
                (
                    "check: {unknown: {verdict: blocked, since: 2026-11-23, date: 2026-11-23, "
                    "a: b}}",
                    "check.unknown: unknown key 'a'",
                ),
                ("redirects: [{to: https://example.org/b, reason: r, a: b}]", "redirects.0: unkn"),
                ("replaces: [{url: http://example.org/b, outcome: o, a: b}]", "replaces.0: unkno"),
            )
        ),
        ("      copy:", "      a: b\n      copy:", 9, "evidence: unknown key 'a'"),
        *(
            (
                "sources:\n",
                f"hosts:\n  - {{host: a.org, {line}}}\nsources:\n",
                2,
                f"host 'a.org': {told}",
            )
            for line, told in (
                ("reason: r", "{'host': 'a.org', 'reason': 'r'} does not have enough properties"),
                ("reason: r, delay: -1", "delay: -1 is less than the minimum of 0"),
                ("reason: r, per_host: 0", "per_host: 0 is less than the minimum of 1"),
                ("reason: r, tries: 0", "tries: 0 is less than the minimum of 1"),
                ("reason: r, ignore: false", "ignore: True was expected"),
                ("reason: r, a: b", "unknown key 'a'"),
            )
        ),
        ("sources:\n", "hosts:\n  - x\nsources:\n", 2, "an entry that is not a list of keys"),
        ("sources:", "source:", 1, "no list of sources; begin the file with a key"),
        (ENTRY, "- a\n", 1, "no list of sources"),
        (ENTRY, "sources:\n  a: b\n", 1, "no list of sources"),
    ],
)
def test_an_entry_of_another_form_is_named_with_its_line(tmp_path, old, new, line, expected):
    assert old in ENTRY
    path = tmp_path / "sources.yml"
    path.write_text(ENTRY.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        ledgers.read(path, path.relative_to(tmp_path))
    messages = str(caught.value).splitlines()
    assert any(m.startswith(f"sources.yml:{line}: ") and expected in m for m in messages), messages


@pytest.mark.parametrize(
    ("data", "line", "expected"),
    [
        (ENTRY.encode() + b"# caf\xe9\n", 10, "a byte that is not UTF-8; save the file as UTF-8"),
        (ENTRY.encode() + b"# a\0\n", 10, "not YAML: control characters are not allowed"),
        (
            b"sources:\n  - &a [x, x]\n"
            + b"".join(
                b"  - &%c [%b]\n" % (c, b", ".join([b"*%c" % (c - 1)] * 9)) for c in b"bcdefg"
            ),
            3,
            "aliases within aliases, which hold more than the file",
        ),
    ],
    ids=["not UTF-8", "a zero", "aliases within aliases"],
)
def test_a_file_that_is_no_ledger_is_named_with_its_line(tmp_path, data, line, expected):
    path = tmp_path / "sources.yml"
    path.write_bytes(data)
    with pytest.raises(ContentError) as caught:
        ledgers.read(path, path.relative_to(tmp_path))
    message = str(caught.value)
    assert expected in message and len(message) < 300
    assert int(message.split(":")[1]) == line


def test_a_ledger_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ContentError, match=r"sources\.yml:1: no ledger; restore the file"):
        ledgers.read(tmp_path / "sources.yml", Path("sources.yml"))


def test_a_ledger_is_read_as_it_stands():
    more = """\
    fragment: part
    moving: https://example.org/m
    pinned: https://example.org/p
    second: https://example.org/s
    redirects: [{to: https://example.org/r, reason: a move}]
    replaces: [{url: http://example.org/o, outcome: gone}]
    check: {archived: "https://web.archive.org/web/20261123000000/https://example.org/"}
    evidence:"""
    text = ENTRY.replace("    evidence:", more)
    text += (
        "  - {key: Two, url: https://example.org/2, fragment: a, moving: https://example.org/n}\n"
    )
    text += "hosts:\n  - {host: a.org, reason: r, delay: 0, per_host: 1, tries: 1}\n"
    text += "dead:\n  - {pattern: ^https://old, why: it closed, instead: cite the new one}\n"
    shown = Path("sources.yml")
    ledger, problems = ledgers.parse(text, shown)
    assert problems and ledgers.parse(text, shown)[0] is ledger, "read once"
    assert ledger.unread == {"https://example.org/2#a", "https://example.org/n"}
    (source,) = ledger.sources
    assert source.address == "https://example.org/#part"
    assert ledger.by_address == {"https://example.org/m": source, source.address: source}
    archived = "https://web.archive.org/web/20261123000000/https://example.org/"
    assert ledger.copies == {"https://example.org/p", "https://example.org/s", archived}
    assert source.redirects == (("https://example.org/r", "a move"),)
    assert source.replaces == (("http://example.org/o", "gone"),)
    assert ledger.hosts == {"a.org": {"reason": "r", "delay": 0, "per_host": 1, "tries": 1}}
    assert [(form.why, form.instead) for form in ledger.dead] == [("it closed", "cite the new one")]


def test_a_day_of_grace_where_the_sun_rises_earlier():
    today = datetime.datetime.now(datetime.UTC).date()
    for days, wrong in ((1, 0), (2, 1)):
        text = ENTRY.replace("2026-11-23", str(today + datetime.timedelta(days=days)))
        assert len(ledgers.parse(text, Path("sources.yml"))[1]) == wrong


def test_what_was_said_of_a_ledger_holds_for_a_day(monkeypatch):
    """A server that is left on overnight does not go on refusing what was tomorrow."""

    class Later(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return super().now(tz) + datetime.timedelta(days=2)

    day = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=2)
    text = ENTRY.replace("2026-11-23", str(day))
    assert len(ledgers.parse(text, Path("sources.yml"))[1]) == 1
    monkeypatch.setattr(ledgers, "datetime", Later)
    assert ledgers.parse(text, Path("sources.yml"))[1] == []


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("https://EXAMPLE.org/a/../b?q=A", "https://example.org/b?q=A"),
        ("https://example.org:443/A", "https://example.org/A"),
        ("https://example.org:8443/", "https://example.org:8443/"),
        ("https://example.org", "https://example.org"),
        ("https://example.org/a//b/", "https://example.org/a//b/"),
        ("https://example.org/./a", "https://example.org/a"),
        ("https://example.org/a/./b/", "https://example.org/a/b/"),
        ("https://example.org/a/.", "https://example.org/a/"),
        ("https://example.org/a/b/..", "https://example.org/a/"),
        ("https://example.org/..", "https://example.org/"),
    ],
)
def test_an_address_has_one_spelling(url, normal):
    assert ledgers.normal_form(url) == normal


def test_an_entry_that_stands_twice_is_named(tmp_path):
    path = tmp_path / "sources.yml"
    path.write_text(ENTRY + ENTRY.removeprefix("sources:\n"), encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        ledgers.read(path, path.relative_to(tmp_path))
    assert "sources.yml:10: key 'one' stands already at line 2" in str(caught.value)
    assert "sources.yml:10: address https://example.org/ stands already" in str(caught.value)
