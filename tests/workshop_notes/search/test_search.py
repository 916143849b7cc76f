"""Search finds the right page first: whole questions, words, identifiers, typing errors, errors."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests import golden
from tests.golden import Figures, Judged, Outside, Query
from tests.site import articles, index_in
from workshop_notes.content.pages import read_pages
from workshop_notes.html import article
from workshop_notes.search import SHOWN_TEXT, Index, pages
from workshop_notes.search import scripts as scripts_of
from workshop_notes.search.postings import Postings
from workshop_notes.search.words import STOP_WORDS, chunks, parts

FIRST, FIRST_THREE = 0.95, 0.99
"""The shares of queries whose page must come first, and among the first three."""

KINDS = {"question", "keyword", "identifier", "misspelling", "old", "error"}


@pytest.fixture(scope="module")
def page(browser) -> Iterator[Page]:
    """One page for all queries: a fresh one for each would take longer than the search."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def scripts(browser, address) -> Iterator[Page]:
    """A page that stays as it is, with the scripts of the search: their functions are called."""
    context = browser.new_context()
    page = context.new_page()
    asking(page, address, "spark")
    yield page
    context.close()


@pytest.fixture(scope="module")
def judged(page, address, site, record_figures) -> dict[str, list[Judged]]:
    """Every golden query, asked on the server and on the disk."""
    asked = golden.queries()
    disk = f"{site.as_uri()}/"
    found = {
        "server": golden.judge(page, address, address, asked),
        "disk": golden.judge(page, f"{disk}index.html", disk, asked),
    }
    for name, results in found.items():
        for part in (False, True):
            some = [each for each in results if each.query.held_out == part]
            record_figures(f"{name}, {'held out' if part else 'tuned on'}: {Figures.of(some)}")
    for kind in sorted(KINDS):
        some = [each for each in found["server"] if each.query.kind == kind]
        record_figures(f"server, {kind}: {Figures.of(some)}")
    return found


def place_of(link) -> str:
    """The path and fragment that a result leads to, from the site's address on."""
    return link.get_attribute("href").partition("/notes/")[2]


def asking(page: Page, address: str, query: str):
    """Type a query into the search of a site and return its results, once they are there."""
    golden.ask(page, address, [query])
    return page.get_by_role("option")


def test_the_golden_set_is_large_enough():
    asked = golden.queries()
    assert len(asked) >= 150
    assert len({query.text for query in asked}) == len(asked)
    assert {query.kind for query in asked} == KINDS
    assert 0.28 < sum(query.held_out for query in asked) / len(asked) < 0.38


@pytest.mark.parametrize("held_out", [False, True], ids=["tuned-on", "held-out"])
@pytest.mark.parametrize("where", ["server", "disk"])
def test_the_right_page_comes_first(judged, where, held_out):
    some = [each for each in judged[where] if each.query.held_out == held_out]
    figures = Figures.of(some)
    failing = "\n".join(str(each) for each in some if each.rank != 1)
    assert figures.first >= FIRST, f"{figures}\n{failing}"
    assert figures.first_three >= FIRST_THREE, f"{figures}\n{failing}"


def test_the_figures_count_what_they_say():
    query = Query("x", "keyword", "a", "")
    figures = Figures.of([Judged(query, rank, "") for rank in (1, 1, 2, 4, 0)])
    assert (figures.first, figures.first_three) == (0.4, 0.6)
    assert figures.reciprocal_rank == pytest.approx((1 + 1 + 1 / 2 + 1 / 4) / 5)


def test_a_wrong_expectation_is_seen(page, address):
    wrong = [Query("spark", "keyword", "day-1/schedule-jobs", ""), Query("spark", "old", "x", "")]
    assert [each.rank == 1 for each in golden.judge(page, address, address, wrong)] == [False] * 2


def test_a_whole_question_finds_its_page_first(page, address, project):
    questions = [each for each in read_pages(project) if each.is_question]
    found = golden.ask(page, address, [each.title for each in questions])
    for question, urls in zip(questions, found, strict=True):
        assert golden.place(urls[0], address)[0] == question.name.removesuffix(".md")


def test_every_alias_finds_the_page_that_owns_it(page, address, project):
    owners = {
        alias: re.sub(r"/?(index)?\.md$", "", each.name)
        for each in read_pages(project)
        for alias in each.matter.values.get("aliases", [])
    }
    assert len(owners) > 300
    found = golden.ask(page, address, list(owners))
    wrong = {
        alias: urls[:1]
        for (alias, owner), urls in zip(owners.items(), found, strict=True)
        if not urls or golden.place(urls[0], address)[0] != owner
    }
    assert wrong == {}


def index_of(page: Page, address: str) -> dict:
    """The index as it is published."""
    return index_in(page.request.get(f"{address}search/index.js").text())


def test_the_index_of_so_few_pages_is_small(page, address):
    """With the scripts that read it, as a server sends it."""
    script = page.request.get(f"{address}search/index.js").body()
    assert len(gzip.compress(script, 6)) <= 60_000


def test_no_alias_is_shown(page, address, project):
    """The texts that results are made of hold no list of aliases, nor do the pages."""
    shown = {entry[0]: json.dumps(entry) for entry in index_of(page, address)["texts"]}
    for question in (each for each in read_pages(project) if each.is_question):
        text = shown[question.name.removesuffix(".md") + "/"]
        assert question.title in text
        assert ", ".join(question.matter.values["aliases"][:3]) not in text


def test_no_letter_is_lost_between_the_key_and_the_box(page, address):
    page.goto(address)
    page.keyboard.press("/")
    page.keyboard.type("quota")
    box = page.get_by_role("combobox", name="Search")
    expect(box).to_have_value("quota")
    first = page.get_by_role("option").first
    expect(first).to_have_attribute("aria-selected", "true")
    assert "day-2/batch-transform-limits/" in place_of(first)
    page.keyboard.press("Enter")
    page.wait_for_url("**/day-2/batch-transform-limits/**")
    page.locator("article mark", has_text="quota").first.wait_for()


def test_a_result_leads_to_its_heading_with_the_word_marked(page, address):
    found = asking(page, address, "approvals")
    (link,) = [each for each in found.all() if "/schedule-jobs/" in each.get_attribute("href")]
    fragment = urlsplit(link.get_attribute("href")).fragment
    assert fragment == "choose-the-simplest-that-does-the-job"
    assert link.locator("mark").count() == 1
    link.click()
    page.wait_for_url(f"**/day-1/schedule-jobs/**#{fragment}")
    assert page.locator(f"#{fragment}").is_visible()
    page.locator(".md-content mark", has_text="approval").first.wait_for()


def test_a_beginning_finds_the_word(page, address):
    for beginning in ("repos", "SKLearnPro", "throttl", "cro"):
        assert asking(page, address, beginning).count(), beginning


def test_where_the_answer_may_not_be_here_that_is_said(page, address):
    """All words stand on some page, and no page is about them."""
    status = page.locator(".search__status")
    assert asking(page, address, "delete user domain will not work").count()
    expect(status).to_contain_text("pages; perhaps none is about it.")
    for known in ("How do you schedule SageMaker jobs?", "quota"):
        assert asking(page, address, known).count()
        expect(status).to_contain_text("page")
        expect(status).not_to_contain_text("perhaps")


def test_what_is_kept_of_a_long_section_ends_with_a_word(scripts, project, site):
    whole = [
        section.text.partition("\n")[0]
        for article in articles(project, site)
        for section in pages.split(article.tree)[1]
    ]
    kept = scripts.evaluate(
        "notesSearch.open('').then(i => i.texts.flatMap((page) => page[3].map((one) => one[2])))"
    )
    assert kept and max(map(len, kept)) <= SHOWN_TEXT + 2
    cut = [text.removesuffix(" …") for text in kept if text.endswith(" …")]
    assert len(cut) > 20
    for text in cut:
        assert any(each.startswith(f"{text} ") for each in whole), text


def test_what_was_mended_is_said(page, address):
    assert asking(page, address, "quotta").count()
    expect(page.locator(".search__status")).to_contain_text("nothing for “quotta”")
    expect(page.locator(".search__offers")).to_contain_text("Did you mean “quota”?")
    page.get_by_role("button", name="No, “quotta”").click()
    expect(page.locator(".search__status")).to_have_text("Nothing found for “quotta”.")
    assert page.get_by_role("option").count() == 0


def test_a_word_beside_others_that_were_found_is_only_asked_about(page, address):
    first = asking(page, address, "dokcer pytorch").first
    expect(page.locator(".search__status")).to_contain_text("without “dokcer”")
    before = place_of(first)
    page.get_by_role("button", name="docker pytorch").click()
    expect(page.get_by_role("combobox", name="Search")).to_have_value("docker pytorch")
    assert before and "framework-versions" in place_of(page.get_by_role("option").first)


@pytest.mark.parametrize(
    "query", ["helm", "security", "match", "0.4.1", "can't", "ground truth", "pytorch 0.491"]
)
def test_what_was_right_is_not_mended(page, address, query):
    asking(page, address, query)
    found = page.evaluate("q => notesSearch.open('').then(i => notesSearch.search(i, q))", query)
    assert "meant" not in found


@pytest.mark.parametrize(
    "query",
    ["cognito access denied", "kubernetes helm chart", "block public access of a bucket"],
)
def test_what_no_page_treats_is_told(page, address, query):
    assert asking(page, address, query).count() == 0
    expect(page.locator(".search__status")).to_contain_text(
        re.compile("No page here|Nothing found")
    )
    assert page.locator("dialog").get_by_role("link").count() >= 5
    some = page.get_by_role("button", name="some of the words")
    if some.count():
        some.click()
        page.get_by_role("option").first.wait_for()


def test_what_no_page_holds_is_said(page, address):
    assert asking(page, address, "zzzzqqqq spark").count()
    expect(page.locator(".search__status")).to_contain_text("without “zzzzqqqq”")


@pytest.mark.parametrize(
    "query", ["zzzzqqqq", "how do i", "???", "", "日本語", "<qqzz>", "\\", "\u2028"]
)
def test_no_result_is_a_dead_end(page, address, query):
    assert asking(page, address, query).count() == 0
    links = page.locator("dialog").get_by_role("link")
    menu = page.locator(".menu > ul > li > a").all_text_contents()
    assert len(menu) >= 5
    expect(links).to_have_text(menu)
    words = page.locator("dialog .search__help p").inner_text()
    assert len(words) > 20


def test_queries_that_look_like_code_are_text(page, address):
    asking(page, address, "<img src=x onerror=alert(1)> __proto__ constructor .* (a|b) quota")
    assert page.locator("dialog img").count() == 0
    found = [each.get_attribute("href") for each in page.get_by_role("option").all()]
    assert any("batch-transform-limits" in href for href in found[:3]), found


def test_one_letter_wrong_in_any_alias_still_finds_the_page(page, scripts, address, project):
    """Each kind of typing error, at a place that a hash of the word chooses."""
    known = unpacked(index_of(page, address)["words"][0])
    stems = "words => words.map(notesSearch.stem)"
    known = {*known, *scripts.evaluate(stems, known)}
    cases = {}
    for question in (each for each in read_pages(project) if each.is_question):
        for alias in question.matter.values["aliases"]:
            if not re.fullmatch(r"[a-zA-Z]{6,}", alias):
                continue
            for n, wrong in enumerate(typing_errors(alias)):
                # What has the stem of another word is that word, and nothing is mended; and so
                # is a name like ModeError whose parts are words.
                words = [wrong.lower()], [part for chunk in chunks(wrong) for part in parts(chunk)]
                if not any(known.issuperset(scripts.evaluate(stems, each)) for each in words):
                    cases[wrong] = (question.name.removesuffix(".md"), n)
    assert len(cases) > 120
    found = golden.ask(page, address, list(cases))
    wrong = {
        text: urls[:1]
        for (text, (owner, _)), urls in zip(cases.items(), found, strict=True)
        if owner not in [golden.place(url, address)[0] for url in urls[:3]]
    }
    assert wrong == {}


def unpacked(text: str) -> list[str]:
    """The words of an index, of which each says by a capital how much of the last it repeats."""
    words = [""]
    for same, rest in re.findall("([A-Z])([^A-Z]*)", text):
        words.append(words[-1][: ord(same) - ord("A")] + rest)
    return words[1:]


def typing_errors(word: str) -> list[str]:
    """One letter left out, doubled, exchanged with the next, and replaced."""
    at = 1 + sum(map(ord, word)) % (len(word) - 2)
    other = "q" if word[at] != "q" else "x"
    return [
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + other + word[at + 1 :],
    ]


def test_the_query_stands_in_the_address_and_can_be_shared(page, address):
    page.goto(address)
    page.keyboard.press("/")
    page.keyboard.type("cron")
    page.get_by_role("option").first.wait_for()
    expect(page).to_have_url(f"{address}?q=cron")
    page.goto("about:blank")
    page.goto(f"{address}day-3/spark/?q=cron")
    expect(page.get_by_role("combobox", name="Search")).to_have_value("cron")
    assert "schedule-jobs" in page.get_by_role("option").first.get_attribute("href")
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()
    expect(page).to_have_url(f"{address}day-3/spark/")


def test_the_address_is_written_when_the_keys_rest(page, address):
    """Browsers refuse a page that changes its address too often."""
    page.goto(address)
    page.evaluate(
        "() => { window.written = []; const was = history.replaceState.bind(history);"
        " history.replaceState = (...all) => { written.push(String(all[2])); was(...all) } }"
    )
    page.keyboard.press("/")
    page.keyboard.type("cron jobs")
    expect(page).to_have_url(f"{address}?q=cron+jobs")
    assert page.evaluate("written") == [f"{address}?q=cron+jobs"]


def test_the_back_button_returns_to_the_results(page, address):
    asking(page, address, "spark").first.click()
    page.wait_for_url("**/day-3/spark/**")
    page.go_back()
    expect(page.get_by_role("combobox", name="Search")).to_have_value("spark")
    page.get_by_role("option").first.wait_for()


def test_nothing_is_loaded_before_the_search_is_asked_for(page, address):
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.goto(f"{address}day-3/spark/", wait_until="networkidle")
    assert not [url for url in seen if "/search/" in url]
    page.keyboard.press("s")
    page.keyboard.type("x")
    page.locator("#search-results[aria-busy=false]").wait_for(state="attached")
    names = {Path(urlsplit(url).path).name for url in seen if "/search/" in url}
    assert names == {"index.js"}


def loaded(seen: list[str]) -> list[str]:
    return sorted(Path(urlsplit(url).path).name for url in seen if "/search/" in url)


INDEX_SCRIPT = 'script[src*="search/index.js"]'


def test_who_points_at_the_search_finds_it_loaded(page, address):
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.goto(f"{address}day-3/spark/", wait_until="networkidle")
    button = page.get_by_role("button", name="Search")
    with page.expect_event("requestfinished", lambda request: "index.js" in request.url):
        button.hover()
    page.locator(INDEX_SCRIPT).wait_for(state="detached")
    assert loaded(seen) == ["index.js"]
    expect(page.locator("dialog")).to_be_hidden()
    button.click()
    page.keyboard.type("quota")
    page.get_by_role("option").first.wait_for()
    assert loaded(seen) == ["index.js"], "loaded twice"


@pytest.mark.parametrize("asked", ["before", "after"])
@pytest.mark.parametrize("answer", ["none", "empty"])
def test_an_index_that_did_not_come_is_asked_for_again(page, address, answer, asked):
    """Whether it fails before or after someone has begun to type."""

    def refuse(route):
        if answer == "none":
            route.abort()
        else:
            headers = {"Cache-Control": "no-store", "Content-Type": "text/javascript"}
            route.fulfill(body="", headers=headers)

    page.route("**/search/index.js*", refuse)
    page.goto(f"{address}day-3/spark/", wait_until="networkidle")
    ended = "requestfailed" if answer == "none" else "requestfinished"
    with page.expect_event(ended, lambda request: "index.js" in request.url):
        if asked == "before":
            page.keyboard.press("/")
            page.keyboard.type("quot")
        else:
            page.get_by_role("button", name="Search").hover()
    page.locator(INDEX_SCRIPT).wait_for(state="detached")
    page.unroute("**/search/index.js*")
    page.keyboard.press("/" if asked == "after" else "a")
    page.keyboard.type("quota" if asked == "after" else " ")
    page.get_by_role("option").first.wait_for()


def test_the_search_works_on_a_page_that_a_search_led_to(page, address):
    page.goto(f"{address}day-3/spark/?h=spark")
    page.locator("article mark").first.wait_for()
    page.keyboard.press("/")
    page.keyboard.type("cron")
    assert "schedule-jobs" in page.get_by_role("option").first.get_attribute("href")


def test_an_index_that_does_not_come_is_said(browser, address):
    context = browser.new_context()
    page = context.new_page()
    page.route("**/search/index.js*", lambda route: route.abort())
    page.goto(address)
    page.keyboard.press("/")
    page.keyboard.type("spark")
    status = page.locator("dialog").get_by_role("status")
    expect(status).to_contain_text("The search did not come")
    assert page.locator("dialog").get_by_role("link").count() >= 5
    page.unroute("**/search/index.js*")
    page.keyboard.type(" ")  # and the next key tries again
    page.get_by_role("option").first.wait_for()
    context.close()


def test_a_reader_without_scripts_gets_the_list(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}day-3/spark/")
    assert not page.get_by_role("button", name="Search").is_visible()
    page.get_by_role("link", name="Every question").click()
    page.wait_for_url(f"{address}#every-question")
    context.close()


def test_pages_and_queries_are_taken_apart_alike(scripts, project):
    samples = [
        "SKLearnProcessor", "image_uris.retrieve", "ml.m5.xlarge", ".sync", "L-60D2A6F0", "3.2-0",
        "/opt/ml/processing", "XGBoost 3.0-5", "createTrainingJob.sync", "Übergröße", "a_b__c",
        "AWS's", "don't", "HTTPServer", "v2.0", "x.", "s3://my-bucket/raw/", "AutoMLV2", "naïve",
    ]  # fmt: skip
    for path in sorted(project.docs.rglob("*.md")):
        samples += path.read_text(encoding="utf-8").split()
    samples = sorted(set(samples))
    ours = [[parts(chunk) for chunk in chunks(text)] for text in samples]
    code = "texts => texts.map(t => notesSearch.chunks(t).map(notesSearch.parts))"
    theirs = scripts.evaluate(code, samples)
    different = [text for text, a, b in zip(samples, ours, theirs, strict=True) if a != b]
    assert different == []


@pytest.mark.parametrize(
    "words",
    [
        "job jobs",
        "schedule schedules scheduled scheduling",
        "deploy deploys deployed deploying deployment deployments",
        "monitor monitors monitored monitoring",
        "process processes processing processor processors",
        "document documents documented documentation",
        "configure configured configuring configuration configurations",
        "query queries querying",
        "retry retries retried retrying",
        "version versions versioning",
        "log logs logged logging",
        "address addresses addressed",
    ],
)
def test_forms_of_a_word_meet(scripts, words):
    assert len({*scripts.evaluate("words => words.map(notesSearch.stem)", words.split())}) == 1


def test_other_words_do_not_meet(scripts):
    words = "use user usage train trial trigger spark spot image imagine port report model module"
    stems = scripts.evaluate("words => words.map(notesSearch.stem)", words.split())
    assert len(set(stems)) == len(stems), stems


def test_the_stop_words_are_the_same_in_both_languages(project):
    code = (project.root / "src/workshop_notes/search/scripts/words.js").read_text("utf-8")
    quoted = re.findall(r'"([^"]*)"', code[code.index("new Set(") : code.index('.split(" ")')])
    assert set("".join(quoted).split()) == STOP_WORDS


def test_every_word_of_the_pages_is_read_once(site, project):
    """But for what is marked, what only a screen can use, and the drawings of the dark scheme."""
    read = 0
    for each in articles(project, site):
        page = pages.read(each)
        tree = each.tree
        for level in ("h1", "h2", "h3", "h4"):
            for heading in tree.findall(f".//{level}[@data-search-exclude]"):
                for after in list(heading.itersiblings()):
                    if after.tag in ("h1", "h2", "h3", "h4") and after.tag <= level:
                        break
                    after.getparent().remove(after)
        marked = "@data-search-exclude or @class='headerlink' or @class='filename'"
        left_out = f"//*[{marked}] | //form | //nav | //script"
        for element in tree.xpath(f"{left_out} | //svg | //button".replace("//", ".//")):
            element.drop_tree()
        for image in tree.xpath(".//img[not(contains(@src, '#only-dark'))]"):
            image.tail = f" {image.get('alt', '')} {image.tail or ''}"
        for element in tree.xpath(".//p|.//li|.//td|.//th|.//pre|.//h1|.//h2|.//h3|.//div|.//br"):
            element.tail = f" {element.tail or ''}"
            element.text = f" {element.text or ''}"
        theirs = chunks(tree.text_content())
        ours = chunks(page.title)
        ours += [w for s in page.sections for w in chunks(f"{s.heading} {s.text}")]
        assert sorted(ours) == sorted(theirs), each.name
        told = [s.text for s in page.sections if "Download the files of this page" in s.text]
        assert not told, f"{each.name}: a result would show the words of a link: {told[0]}"
        read += len(ours)
    assert read > 5000


@pytest.mark.parametrize("field", ["aliases", "title", "tags", "description", "heading"])
def test_a_word_counts_more_where_it_names_a_page_than_in_its_text(field):
    found = Postings()
    for holds in (field, "text"):
        given = {"title": "one", "heading": "one", "text": "one", "description": "one"}
        given[holds] = "zebra" if holds in given else "one"
        section = pages.Section(given["heading"], "a", f"{given['text']} and more")
        found.add(
            pages.IndexedPage(f"{holds}/", given["title"], [section]),
            description=given["description"],
            tags=["zebra" if holds == "tags" else "one"],
            aliases=["zebra" if holds == "aliases" else "one"],
        )
    _, (named, told) = found.lists("zebra")
    what = f"postings.py: a word of '{field}' counts no more than one of the text"
    assert named & 63 > told & 63, what


def test_a_title_that_was_typed_comes_before_those_with_more_in_it(browser, tmp_path):
    index, known = Index(tmp_path, {}), "batch an image for a customer"
    for number, title in enumerate(("Tune", f"{known}, case 2", known, f"{known}, case 4")):
        more = f"<p>{known}</p>" * (number != 2)
        content = f"<h1>How do you {title}?</h1><p>An answer.</p>{more}"
        read = pages.read(article.parse(f"{number}.md", f"{number}/", content))
        index.add(read, {}, 1.0, "")
    index.close()
    data = (tmp_path / "index.js").read_text(encoding="utf-8")
    code = scripts_of({}, box=False) + data[data.index("notesSearch.put(") :]
    with browser.new_context() as context:
        page = context.new_page()
        page.add_script_tag(content=code)
        ask = "q => notesSearch.open('').then(i => notesSearch.search(i, q))"
        found = page.evaluate(ask, f"how do you {known}")["results"]
    assert found[0]["location"] == "2/"


def test_what_has_no_letters_is_no_word():
    found = Postings()
    empty = pages.IndexedPage("a/", "__", [pages.Section("***", "a", "__ one _ ___")])
    found.add(empty, description="_", tags=["_"], aliases=["\u2014", "__", "two"])
    assert found.words() == ["one", "two"]


def test_what_is_marked_is_left_out():
    content = article.parse(
        "x.md",
        "x/",
        '<h1 id="a">Title <a class="headerlink" title="a > b" href="#a">#</a></h1>'
        "<p data-search-exclude>gone</p><p>kept&amp;</p>"
        '<div class="highlight"><span class="filename">boto3, checked, not sent</span></div>'
        '<div class="x" data-search-exclude><div>gone</div><h2 id="g">gone</h2></div>after'
        '<h2 id="b">B<code>c</code></h2><p>one</p><p>two <img alt="p > q" src="x"></p>'
        '<h2 id="s" data-search-exclude>Sources</h2>gone<h3 id="t">gone</h3>gone'
        '<h2 id="d">D</h2><script>gone</script>last',
    )
    title, sections = pages.split(content.tree)
    assert title == "Title"
    assert sections == [
        pages.Section("", "", "kept& after"),
        pages.Section("Bc", "b", "one two p > q"),
        pages.Section("D", "d", "last"),
    ]


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("quota", "quota", False), ("quota", "quotta", True), ("cron", "crno", True),
        ("cron", "crown", True), ("cron", "corn", True), ("abc", "", False), ("ab", "ba", True),
        ("kitten", "sitting", False), ("spark", "sparks", True), ("spark", "park", True),
        ("security", "severity", False), ("aab", "ab", True), ("abcd", "badc", False),
    ],
)  # fmt: skip
def test_what_is_one_edit_away(scripts, one, other, near):
    assert scripts.evaluate("([a, b]) => notesSearch.oneEdit(a, b)", [one, other]) == near
    assert scripts.evaluate("([a, b]) => notesSearch.oneEdit(b, a)", [one, other]) == near


@pytest.fixture(scope="module")
def outside(scripts) -> dict[Outside, dict]:
    """What the search answers to the part of the outside queries that it was tuned on."""
    asked = [each for each in golden.outside() if each.part == "tuned"]
    code = (
        "(qs) => notesSearch.open('').then(i => Promise.all(qs.map(q => notesSearch.search(i, q))))"
    )
    found = scripts.evaluate(code, [each.text for each in asked])
    return dict(zip(asked, found, strict=True))


def rank(found: dict, pages: tuple[str, ...]) -> int:
    places = (
        [] if found.get("nothing") else [each["location"].rstrip("/") for each in found["results"]]
    )
    return next((n for n, place in enumerate(places, 1) if place in pages), 0)


def test_what_people_typed_elsewhere_finds_its_page(outside, record_figures):
    ranks = [rank(found, each.pages) for each, found in outside.items() if each.pages]
    first = sum(each == 1 for each in ranks) / len(ranks)
    three = sum(1 <= each <= 3 for each in ranks) / len(ranks)
    record_figures(
        f"typed elsewhere: {len(ranks)} queries, {first:.1%} first, {three:.1%} in three"
    )
    assert first >= 0.85
    assert three >= 0.96


def test_what_is_not_here_is_said_and_what_is_here_is_not_denied(outside, record_figures):
    told = [found["nothing"] for each, found in outside.items() if not each.pages]
    denied = [each.text for each, found in outside.items() if each.pages and found.get("nothing")]
    record_figures(f"told {sum(told)} of {len(told)} that are not here; denied {len(denied)}")
    assert sum(told) / len(told) >= 0.85
    assert len(denied) / len(outside) <= 0.02, denied


def test_a_right_answer_is_seldom_doubted(outside, record_figures):
    doubted = [found["doubted"] for each, found in outside.items() if rank(found, each.pages) == 1]
    record_figures(f"doubted {sum(doubted)} of {len(doubted)} whose page comes first")
    assert sum(doubted) / len(doubted) <= 0.08


def test_a_pasted_traceback_leads_where_its_last_line_leads(page, address):
    error = "ModuleNotFoundError: No module named 'sagemaker.sklearn'"
    frames = "".join(
        f'  File "/opt/x/{n}.py", line {n}, in run\n    schedule(quota)\n' for n in range(9)
    )
    box = asking(page, address, "x") and page.get_by_role("combobox", name="Search")
    for pasted in (
        f"Traceback (most recent call last):\n{frames}{error}\n",
        f"{error}\n    at a.b(C.java)\n",
    ):
        box.fill("")
        box.evaluate(
            """(box, text) => {
              const clipboardData = new DataTransfer()
              clipboardData.setData("text", text)
              const bubbles = { bubbles: true, cancelable: true, clipboardData }
              box.dispatchEvent(new ClipboardEvent("paste", bubbles))
            }""",
            pasted,
        )
        expect(box).to_have_value(error)
        expect(page.get_by_role("option").first).to_have_attribute(
            "href", re.compile("day-3/processing/")
        )


def test_keys_of_an_input_method_are_its_own(page, address):
    asking(page, address, "spark")
    box = page.get_by_role("combobox", name="Search")
    box.evaluate(
        "box => box.dispatchEvent(new KeyboardEvent('keydown', "
        "{ key: 'Enter', isComposing: true, bubbles: true, cancelable: true }))"
    )
    expect(page.locator("dialog")).to_be_visible()
    assert page.url.startswith(address)
    assert "day-3/spark" not in urlsplit(page.url).path


def test_ctrl_enter_opens_a_new_tab(page, address):
    asking(page, address, "spark")
    with page.context.expect_page() as opened:
        page.keyboard.press("Control+Enter")
    assert "/day-3/spark/" in opened.value.url
    opened.value.close()
    expect(page.locator("dialog")).to_be_visible()


def test_the_page_behind_does_not_scroll_and_long_words_wrap(page, address):
    page.goto(f"{address}day-3/spark/")
    page.set_viewport_size({"width": 360, "height": 640})
    asking(page, address, "spark " + "x" * 600)
    before = page.evaluate("scrollY")
    page.mouse.move(180, 600)
    page.mouse.wheel(0, 2000)
    page.evaluate("() => new Promise(requestAnimationFrame)")
    assert page.evaluate("scrollY") == before
    assert page.evaluate("document.querySelector('.search__panel').scrollWidth") <= 360
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_phone_on_its_side_shows_a_result(page, address):
    page.set_viewport_size({"width": 640, "height": 320})
    box = asking(page, address, "spark").first.bounding_box()
    assert box["y"] + 60 < 320
    page.set_viewport_size({"width": 1280, "height": 900})


def test_the_results_after_the_tenth_can_be_reached(page, address):
    results = page.locator(".search__result")
    asking(page, address, "sagemaker training job")
    assert results.count() == 10
    page.get_by_role("button", name="More").click()
    expect(results.nth(10)).to_be_visible()


def test_a_result_says_where_it_is_and_offers_other_headings(page, address):
    first = asking(page, address, "spark").first
    expect(first.locator(".search__place")).to_have_text("Day 3 · question")
    asking(page, address, "image")
    assert page.locator(".search__part").count()
    hrefs = [each.get_attribute("href") for each in page.get_by_role("option").all()]
    assert len(set(hrefs)) == len(hrefs)


def test_a_message_is_announced_once_when_typing_rests(page, address):
    page.goto(address)
    page.keyboard.press("/")
    page.locator(".search__keys").wait_for()
    heard = page.locator("dialog").get_by_role("status")
    page.evaluate(
        "() => { window.heard = []; new MutationObserver(() => heard.push(document.querySelector("
        "'dialog [role=status]').textContent)).observe("
        "document.querySelector('dialog [role=status]'), { childList: true }) }"
    )
    page.keyboard.type("quota")
    expect(heard).to_contain_text("page")
    assert len(page.evaluate("heard")) == 1


def test_the_marks_can_be_taken_off(page, address):
    page.goto(f"{address}day-3/spark/?h=spark")
    page.locator("article mark").first.wait_for()
    page.get_by_role("button", name="Take the marks off").click()
    assert page.locator("article mark").count() == 0
    expect(page).to_have_url(f"{address}day-3/spark/")


def test_an_index_that_ends_too_early_is_asked_for_anew(page, address):
    """From another address, because the broken one may lie in the browser's cache."""
    asked: list[str] = []

    def cut(route):
        asked.append(route.request.url)
        body = route.fetch().text()
        whole = len(asked) > 1
        route.fulfill(body=body if whole else body[:9000], content_type="text/javascript")

    page.route("**/search/index.js*", cut)
    page.goto(f"{address}day-3/spark/")
    page.keyboard.press("/")
    expect(page.locator(".search__status")).to_contain_text("did not come")
    page.keyboard.type("quota")
    page.get_by_role("option").first.wait_for()
    assert len(set(asked)) == 2
    page.unroute("**/search/index.js*")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Note\u00adbook", "notebook"),
        ("time\u200bout", "timeout"),
        ("パイプライン", "パイプライン"),
    ],
)
def test_what_is_not_seen_does_not_cut_words(scripts, text, words):
    code = "t => notesSearch.chunks(t).map(c => notesSearch.parts(c).join(''))"
    assert scripts.evaluate(code, text) == ["".join(parts(c)) for c in chunks(text)] == [words]


def test_without_scripts_no_form_is_shown(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert not page.locator("form.find").first.is_visible()
    context.close()
