"""The two colour schemes of the drawings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    """The colours of one scheme, as #rrggbb.

    Text in `ink`, `muted`, `teal`, `rust`, `plum` and `ochre` has a contrast of at least 4.5:1
    (WCAG 2.2, criterion 1.4.3) on `canvas`, `card` and `frame`.
    """

    canvas: str
    card: str
    frame: str
    border: str
    ink: str
    muted: str
    line: str
    teal: str
    rust: str
    plum: str
    ochre: str


SCHEMES = {
    "light": Palette(
        canvas="#fbfaf7",
        card="#ffffff",
        frame="#f1f3f0",
        border="#b9c6c6",
        ink="#1d2433",
        muted="#4c5a66",
        line="#51646b",
        teal="#0f5a66",
        rust="#a63a16",
        plum="#6b3f7a",
        ochre="#8a5a00",
    ),
    "dark": Palette(
        canvas="#161c21",
        card="#1f272e",
        frame="#1a2127",
        border="#46555e",
        ink="#e6eae8",
        muted="#a9b6bb",
        line="#93a5ac",
        teal="#7ccfd4",
        rust="#f5a27f",
        plum="#d0a6e0",
        ochre="#e8bf6a",
    ),
}


def mix(colour: str, ground: str, share: float) -> str:
    """Return `colour` laid over `ground` at an opacity of `share`, from 0 to 1."""
    pairs = [(int(colour[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(
        f"{round(over * share + under * (1 - share)):02x}" for over, under in pairs
    )
