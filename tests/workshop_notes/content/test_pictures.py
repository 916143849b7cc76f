"""A picture says how large it is; a drawing neither runs nor fetches anything."""

from __future__ import annotations

import struct

import pytest

from workshop_notes.content.pictures import ALT_LENGTH, BadPicture, Picture, read

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink" {}>\n{}</svg>'
LARGE = 'width="80" height="60"'


def png(width: int, height: int) -> bytes:
    """The beginning of a PNG file, which tells its size."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(head)) + b"IHDR" + head + bytes(4)


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        (LARGE, (80, 60)),
        ('width="60pt" height="6.5px"', (80, 6.5)),
        ('viewBox="-1.5 2e1 3E+1 .4"', (30, 0.4)),
        ('width="80" viewBox=" 1,2, 30 ,40 "', (30, 40)),
        ('width="100%" height="60" viewBox="0 0 3 4"', (3, 4)),
        ('width="1" height="0.5" viewBox="0 0 3 4"', (1, 0.5)),
    ],
)
def test_a_drawing_says_how_large_it_is(attributes, size):
    assert read(SVG.format(attributes, "").encode(), ".SVG") == Picture(*size)


@pytest.mark.parametrize(
    "attributes",
    [
        "",
        'width="80"',
        'viewBox="0 0 3"',
        'width="0" height="9"',
        'viewBox="0 0 3 0"',
        'viewBox="0 0 3 4 5"',
        'viewBox="0 0 a b"',
        'height="a" viewBox="0 0 3 -4"',
    ],
)
def test_a_drawing_that_does_not_is_refused_with_its_line(attributes):
    with pytest.raises(BadPicture, match="does not say how large it is") as caught:
        read(b"<!-- a line -->\n" + SVG.format(attributes, "").encode(), ".svg")
    assert caught.value.line == 2


def test_a_photograph_has_a_size():
    assert read(png(1, 1), ".png") == Picture(1, 1)
    for data in (png(0, 1), png(1, 0), b""):
        with pytest.raises(BadPicture, match="cannot be read"):
            read(data, ".png")


@pytest.mark.parametrize(
    ("inside", "what"),
    [
        ("<script>alert(1)</script>", "holds <script>"),
        ('<a><div xmlns="http://www.w3.org/1999/xhtml"/></a>', "holds <div>"),
        ("<rect><set attributeName='x'/></rect>", "holds <set>"),
        ("<g onload='x()'/>", "runs a script in 'onload'"),
        (f"<image href='{'x' * 70}'/>", f"fetches {'x' * 60}"),
        ("<image x:href='a.png'/>", "fetches a.png"),
        ("<style>@import url(x.css)</style>", "fetches a file in <style>"),
        ("<style>a <b>url(x.css)</b></style>", "fetches a file in <style>"),
        ("<rect fill='url( x.svg)'/>", "fetches a file in 'fill'"),
        ("<rect style='fill: \\75rl(x)'/>", "fetches a file in 'style'"),
        ("<?xml-stylesheet href='x.css'?>", "holds the instruction <?xml-stylesheet?>"),
    ],
)
def test_what_runs_or_fetches_is_refused_with_its_line(inside, what):
    with pytest.raises(BadPicture) as caught:
        read(SVG.format(LARGE, inside).encode(), ".svg")
    assert caught.value.what == f"the SVG {what}"
    assert caught.value.line == 2 and caught.value.remedy


@pytest.mark.parametrize(
    ("data", "line", "what"),
    [
        ("\n" + SVG.format(LARGE, "<g>"), 3, "not well-formed: Opening and ending tag mismatch"),
        ("<?xml-stylesheet href='x.css'?>\n" + SVG.format(LARGE, ""), 1, "holds the instruction"),
        (SVG.format(LARGE, "") + "\n<?php x?>", 3, "holds the instruction <?php?>"),
        ('<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format(LARGE, "&a;"), 1, "declares entities"),
        (
            '<!DOCTYPE svg [<!ENTITY a SYSTEM "gone.xml">]>' + SVG.format(LARGE, "&a;"),
            1,
            "declares",
        ),
    ],
)
def test_what_stands_round_a_drawing_is_read_too(data, line, what):
    with pytest.raises(BadPicture) as caught:
        read(data.encode(), ".svg")
    assert what in caught.value.what and caught.value.line == line


@pytest.mark.parametrize(
    "inside",
    [
        "<a href='#x'/>",
        "<image href='data:image/png;base64,'/>",
        "<rect fill='url(#x)' style='fill: url(\"#x\")'/>",
        "<style>a { fill: url(data:image/png;base64,) }</style>",
        "<!-- url(x.css) --><text>url(x.css)</text>",
        "<g xmlns:i='http://www.inkscape.org/' i:from='url(x.svg)'/>",
    ],
)
def test_what_stays_in_a_drawing_may_stay(inside):
    assert read(f"<!DOCTYPE svg>{SVG.format(LARGE, inside)}".encode(), ".svg") == Picture(80, 60)


def test_an_alternative_text_has_40_to_150_characters():
    assert [n for n in (39, 40, 150, 151) if n in ALT_LENGTH] == [40, 150]
