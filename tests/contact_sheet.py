"""Put the pages of a PDF side by side: `python -m tests.contact_sheet FILE FOLDER`.

No test sees that a page is ugly. Look at the sheets after a change of `book.typ`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
from PIL import Image

COLUMNS, ROWS = 4, 2
SCALE = 0.75
"""Pixels in a point: text of 10 points can just be read."""


def sheets(path: Path) -> Iterator[Image.Image]:
    """Yield pictures of eight pages each."""
    pages = [page.render(scale=SCALE).to_pil() for page in pypdfium2.PdfDocument(path)]
    width, height = (max(size) + 4 for size in zip(*(page.size for page in pages), strict=True))
    for start in range(0, len(pages), COLUMNS * ROWS):
        sheet = Image.new("RGB", (width * COLUMNS, height * ROWS), "grey")
        for place, page in enumerate(pages[start : start + COLUMNS * ROWS]):
            row, column = divmod(place, COLUMNS)
            sheet.paste(page, (column * width, row * height))
        yield sheet


def main() -> None:
    """Write the sheets of a PDF into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pdf", type=Path)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for number, sheet in enumerate(sheets(options.pdf), 1):
        path = options.folder / f"{options.pdf.stem}-{number}.png"
        sheet.save(path)
        print(path)


if __name__ == "__main__":
    main()
