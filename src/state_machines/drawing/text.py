"""How wide text is, and where it breaks, without opening a font.

The advance widths are those of Source Sans Pro Regular and Bold (SIL Open Font License), in
thousandths of the size, read from the fonts of the wheel `font-source-sans-pro` 0.0.1. A reader's
machine may have another font, so all widths are given a slack: that much wider still fits. Bold
gets more, since DejaVu Sans Bold, the fallback of many Linux machines, is 28 % wider.
"""

from __future__ import annotations

import re
import unicodedata

SLACK = 1.18
BOLD_SLACK = 1.28
FAMILY = (
    '"Source Sans Pro", system-ui, -apple-system, "Segoe UI", Roboto, '
    '"Helvetica Neue", Arial, sans-serif'
)

# fmt: off
REGULAR_ADVANCES = (
    200, 289, 425, 497, 497, 824, 609, 249, 303, 303, 418, 497, 249, 311, 249, 350,
    497, 497, 497, 497, 497, 497, 497, 497, 497, 497, 249, 249, 497, 497, 497, 425,
    847, 544, 588, 571, 615, 527, 494, 617, 652, 263, 480, 579, 486, 727, 647, 664,
    566, 664, 569, 534, 536, 645, 515, 786, 513, 476, 539, 303, 350, 303, 497, 500,
    542, 504, 553, 456, 555, 496, 292, 504, 544, 246, 247, 495, 255, 829, 547, 542,
    555, 555, 347, 419, 338, 544, 467, 718, 446, 467, 425, 303, 241, 303, 497,
)
BOLD_ADVANCES = (
    200, 340, 536, 528, 528, 857, 667, 300, 344, 344, 457, 528, 300, 332, 300, 339,
    528, 528, 528, 528, 528, 528, 528, 528, 528, 528, 300, 300, 528, 528, 528, 463,
    903, 573, 605, 582, 635, 548, 524, 638, 674, 301, 509, 614, 518, 762, 665, 684,
    596, 684, 613, 556, 556, 665, 556, 813, 567, 525, 541, 344, 339, 344, 528, 500,
    555, 527, 573, 467, 573, 518, 341, 534, 571, 276, 278, 548, 286, 857, 572, 555,
    573, 573, 398, 443, 383, 568, 523, 776, 514, 521, 460, 344, 268, 344, 528,
)
# fmt: on
_WIDE = 1000
_OTHER = {False: 860, True: 900}
_WIDE_CYRILLIC = "\u0436\u043c\u0444\u0448\u0449\u044b\u044e\u0459\u045a"
# A lone dash or dot does not begin a line: it stays with the word before it.
_PARTS = re.compile(r"\S+\s*(?:[-·/|\u2013\u2014]\s+)*")
# A long word may break before a capital in camelCase, and after a mark that joins words.
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[-_./:])")


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide `text` may get, in user units: the font's own width times the slack.

    Args:
        text: one line.
        size: the font size in user units.
        bold: whether it is set at weight 700.
    """
    slack = BOLD_SLACK if bold else SLACK
    return sum(_advance(letter, bold) for letter in text) * size / 1000 * slack


def wrap(text: str, limit: float, size: float, *, bold: bool = False) -> list[str]:
    """Break `text` into lines, none of them wider than `limit`.

    Lines break at spaces; a word that is too long alone breaks at its humps and marks, and, where
    it has none, anywhere. As long as no more lines come of it, they are made evenly long.

    Raises:
        ValueError: `limit` is narrower than a single letter.
    """
    lines = _fill(text, limit, size, bold)
    if len(lines) > 1:
        for percent in range(50, 100, 5):
            even = _fill(text, limit * percent / 100, size, bold, whole_words=True)
            if even and len(even) == len(lines):
                return even
    return lines


def widest_piece(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of the longest part of `text` that does not break."""
    pieces = [piece.rstrip() for word in _PARTS.findall(text) for piece in _HUMPS.split(word)]
    return max((width(piece, size, bold=bold) for piece in pieces), default=0.0)


def _fill(
    text: str, limit: float, size: float, bold: bool, *, whole_words: bool = False
) -> list[str]:
    if whole_words and any(
        width(w, size, bold=bold) > limit for w in map(str.rstrip, _PARTS.findall(text))
    ):
        return []
    lines: list[str] = []
    line = ""
    for piece in _pieces(text, limit, size, bold):
        if width((line + piece).rstrip(), size, bold=bold) <= limit:
            line += piece
            continue
        lines.append(line.rstrip())
        line = piece
    return [*lines, line.rstrip()]


def _pieces(text: str, limit: float, size: float, bold: bool) -> list[str]:
    """What may stand at the start of a line: words, or parts of words that are too long."""
    found: list[str] = []
    for word in _PARTS.findall(text):
        if width(word.rstrip(), size, bold=bold) <= limit:
            found.append(word)
            continue
        for hump in _HUMPS.split(word):
            fits = width(hump.rstrip(), size, bold=bold) <= limit
            found.extend([hump] if fits else _letters(hump, limit, size, bold))
    return found


def _letters(word: str, limit: float, size: float, bold: bool) -> list[str]:
    # A letter and the marks that combine with it stay together.
    clusters: list[str] = []
    for letter in word:
        if clusters and (unicodedata.combining(letter) or letter.isspace()):
            clusters[-1] += letter
        else:
            clusters.append(letter)
    if any(width(cluster.rstrip(), size, bold=bold) > limit for cluster in clusters):
        raise ValueError(f"a letter of {word!r} is wider than {limit}")
    return clusters


def _advance(letter: str, bold: bool) -> int:
    code = ord(letter)
    if 32 <= code < 127:
        return (BOLD_ADVANCES if bold else REGULAR_ADVANCES)[code - 32]
    if unicodedata.combining(letter):
        return 0
    if letter == "·":
        return 300
    if unicodedata.east_asian_width(letter) in "WF":
        return _WIDE
    # An accent adds no width: é is as wide as e.
    base = unicodedata.normalize("NFD", letter)[0]
    if base != letter:
        return _advance(base, bold)
    if "\u0400" <= letter <= "\u045f" and letter.lower() not in _WIDE_CYRILLIC:
        return 650 if letter.islower() else 760
    return _OTHER[bold]
