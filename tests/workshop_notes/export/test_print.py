"""Ctrl+P: a page on paper is ink on white, whole, and its addresses can be read."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from tests import agreement
from tests.agreement_pdf import squashed

QUESTION = "day-1/schedule-jobs"


@pytest.fixture(scope="module")
def printed(browser, address, tmp_path_factory) -> pypdfium2.PdfDocument:
    """A question, printed by a reader who likes dark colours."""
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(f"{address}{QUESTION}/")
    page.evaluate("document.querySelectorAll('img').forEach(image => image.loading = 'eager')")
    page.evaluate("Promise.all([...document.images].map(i => i.decode().catch(() => 0)))")
    path: Path = tmp_path_factory.mktemp("print") / "question.pdf"
    page.pdf(path=str(path), format="A4", print_background=False)
    context.close()
    return pypdfium2.PdfDocument(path)


def letters(document: pypdfium2.PdfDocument) -> str:
    pages = (page.get_textpage().get_text_range() for page in document)
    return squashed("".join(pages)).replace("\ufffe", "-").replace("\x02", "-")


def test_every_word_and_line_of_code_is_there(printed, site):
    text = letters(printed)
    page = agreement.of_page(site / QUESTION / "index.html", site)
    for words in [heading for _, heading in page.headings] + page.code:
        for line in words.splitlines():
            assert squashed(line).replace("-", "") in text.replace("-", ""), line
    for words in page.paragraphs:
        if not words.startswith(("As SVG", "Cited at")):  # there addresses stand between the words
            assert squashed(words).replace("-", "")[:60] in text.replace("-", ""), words


def test_what_only_a_screen_can_use_is_not(printed):
    text = letters(printed)
    for words in ("Copy" + "Copied", "ThispageasMarkdown", "Switchto", "Tableofcontents"):
        assert words not in text
    assert "1/" + str(len(printed)) in text.replace("\n", "")


def test_the_addresses_of_the_sources_can_be_read(printed, site):
    text = letters(printed).replace("-", "")
    page = agreement.of_page(site / QUESTION / "index.html", site)
    addresses = {target for _, target in page.links if target.startswith("https://docs")}
    assert len(addresses) > 10
    for address in addresses:
        assert squashed(address).replace("-", "") in text, address


def test_it_is_ink_on_white_and_shows_the_light_drawings(printed):
    first = printed[0].render(scale=1).to_pil().convert("L")
    assert first.getpixel((2, 2)) == 255
    histogram = first.histogram()
    assert histogram[255] > 0.6 * first.width * first.height
    assert sum(histogram[:64]) > 1000  # letters are dark, not the light ones of the dark scheme
    for page in printed:
        picture = page.render(scale=0.5).to_pil().convert("L")
        dark = sum(picture.histogram()[:80])
        assert dark < 0.2 * picture.width * picture.height


def test_no_page_is_half_empty_before_a_figure(printed):
    assert len(printed) > 5
    for page in [*printed][:-1]:
        feet = (each.get_bounds()[1] for each in page.get_objects())
        lowest = min(foot for foot in feet if foot > 50)  # points; below stands the page's number
        assert lowest < page.get_height() / 2


@pytest.mark.parametrize("place", ["pre code", "td"])
def test_code_of_400_characters_and_a_wide_table_are_not_cut(page, tmp_path, address, place):
    page.goto(f"{address}{QUESTION}/")
    long = "".join(f"{number:04d}_" for number in range(80))
    page.locator(place).first.evaluate("(element, text) => (element.textContent = text)", long)
    page.pdf(path=str(tmp_path / "x.pdf"), format="A4")
    text = letters(pypdfium2.PdfDocument(tmp_path / "x.pdf"))
    assert text.count(long) == 1


def test_paper_costs_the_screen_no_request(site):
    assert not (site / "assets" / "print.css").exists()
    assert "@media print" in (site / "assets" / "site.css").read_text(encoding="utf-8")
