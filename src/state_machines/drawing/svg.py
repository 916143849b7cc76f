"""Draw a layout as SVG elements: cards, frames, pills, lines and their labels."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from state_machines import State
from state_machines.drawing import cards
from state_machines.drawing.cards import Content
from state_machines.drawing.colours import Palette, mix
from state_machines.drawing.graph import Edge, Node
from state_machines.drawing.icons import colour_for, icon, icon_for, tile
from state_machines.drawing.layout import CHIP_Y, Layout
from state_machines.history import Execution

RADIUS = 9.0
DASH = "5 4"
# Ground, border and the border's width, by what happened on a card.
_CARDS = {
    "plain": ("card", "border", 1.2),
    "Fail": ("card", "rust", 1.7),
    "ran": ("card", "teal", 2.0),
    "failed": ("card", "rust", 2.8),
    "skipped": ("canvas", "border", 1.0),
}
_TRAIL = ("teal", "rust")
_MARKS = {"wait": "ochre", "ran": "teal", "failed": "rust"}
_HEAD = 8.0


def number(value: float) -> str:
    """Return a number with at most one decimal, so that the same drawing has the same bytes."""
    return f"{round(value, 1):g}"


def picture(layout: Layout, palette: Palette, x: float = 0.0, y: float = 0.0) -> list[str]:
    """Return the elements of a layout whose upper left corner is at (x, y).

    Lines come before cards, so that a line's end lies under the border it meets.
    """
    parts: list[str] = []
    frames = [node for node in layout.graph.nodes if node.kind == "frame"]
    for node in frames:
        parts.append(_frame(node, palette, x, y))
    errors = [edge for edge in layout.graph.edges if edge.kind == "error"]
    for edge in [*errors, *(e for e in layout.graph.edges if e.kind != "error")]:
        parts.append(_line(edge, palette, x, y))
    for edge in layout.graph.edges:
        if layout.execution and _taken(edge, layout.execution):
            colour = getattr(palette, _TRAIL[edge.kind == "error"])
            parts.append(_trail(edge.way, colour, x, y))
    if layout.entry:
        parts.append(_entry(layout.entry, palette, x, y))
    for node in layout.graph.nodes:
        if node.kind in ("start", "end"):
            parts.append(_pill(node, palette, x, y))
        elif node.state is not None:
            text = layout.contents[node]
            parts.append(card(node, node.state, text, palette, x, y))
    for node in frames:
        for left, top, branch in layout.inside[node]:
            parts += picture(branch, palette, x + left, y + top)
    parts += [_label(edge, palette, x, y) for edge in layout.graph.edges if edge.label_box]
    return parts


def card(node: Node, state: State, text: Content, palette: Palette, x: float, y: float) -> str:
    """Return the card of a state, or, for a frame, its heading.

    In the drawing of a run a state that ran has a strong border, one that failed a stronger one
    in the colour of errors, and one that was not reached no ground of its own.
    """
    left, top = x + node.left, y + node.y
    mark = text.marks[0][0] if text.marks else ""
    accent = palette.muted if mark == "skipped" else getattr(palette, colour_for(state))
    parts = [f"<g data-state={quoteattr(state.name)} data-type={quoteattr(state.type)}>"]
    if node.kind == "card":
        usual = "Fail" if state.type == "Fail" else "plain"
        ground, edge, weight = _CARDS.get(mark, _CARDS[usual])
        colours = (getattr(palette, ground), getattr(palette, edge))
        parts.append(_box(left, top, node.w, node.h, 11, *colours, weight))
    middle = top + text.height / 2
    tile_y = middle - cards.TILE / 2
    ground = mix(accent, palette.card, 0.12)
    rim = mix(accent, palette.card, 0.45)
    parts.append(tile(state.type, left + cards.PAD_X, tile_y, cards.TILE, ground, rim))
    parts.append(icon(icon_for(state), left + cards.PAD_X + 7, tile_y + 7, 20, accent))
    parts += _lines(text, palette, left + cards.TEXT_X, top)
    return "".join([*parts, "</g>"])


def _lines(text: Content, palette: Palette, x: float, top: float) -> list[str]:
    high = len(text.name) * cards.NAME_LINE + len(text.kind) * cards.KIND_LINE
    high += sum(cards.MARK_LINE + (len(m) - 1) * cards.KIND_LINE for _, m in text.marks)
    y = top + (text.height - high) / 2
    parts = []
    for line in text.name:
        parts.append(_text(line, x, y + 15.5, cards.NAME_SIZE, palette.ink, bold=True))
        y += cards.NAME_LINE
    for line in text.kind:
        parts.append(_text(line, x, y + 13, cards.KIND_SIZE, palette.muted))
        y += cards.KIND_LINE
    for what, lines in text.marks:
        y += cards.MARK_LINE - cards.KIND_LINE
        colour = getattr(palette, _MARKS.get(what, "muted"))
        parts.append(icon(what, x - 0.5, y + 1.8, 14, colour, 1.4))
        for line in lines:
            parts.append(_text(line, x + cards.MARK_TEXT_X, y + 13, cards.KIND_SIZE, colour))
            y += cards.KIND_LINE
    return parts


def _frame(node: Node, palette: Palette, x: float, y: float) -> str:
    left, top = x + node.left, y + node.y
    box = _box(left, top, node.w, node.h, 14, palette.frame, palette.line, 1.2)
    return box.replace("<rect ", f"<rect data-frame={quoteattr(node.key)} ", 1)


def _pill(node: Node, palette: Palette, x: float, y: float) -> str:
    left, top = x + node.left, y + node.y
    word = node.kind.capitalize()
    middle = number(x + node.x)
    return (
        f'<g data-pill="{node.kind}">'
        + _box(left, top, node.w, node.h, node.h / 2, palette.ink, palette.ink, 1)
        + f'<text x="{middle}" y="{number(top + 20)}" font-size="14" font-weight="700" '
        f'text-anchor="middle" fill="{palette.canvas}">{word}</text></g>'
    )


def _box(
    x: float, y: float, w: float, h: float, radius: float, fill: str, stroke: str, weight: float
) -> str:
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(w)}" height="{number(h)}" '
        f'rx="{number(radius)}" fill="{fill}" stroke="{stroke}" stroke-width="{number(weight)}"/>'
    )


def _text(line: str, x: float, y: float, size: float, fill: str, *, bold: bool = False) -> str:
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{number(x)}" y="{number(y)}" font-size="{number(size)}"{weight} '
        f'fill="{fill}">{escape(line)}</text>'
    )


def _line(edge: Edge, palette: Palette, x: float, y: float) -> str:
    error = edge.kind == "error"
    colour = palette.rust if error else palette.line
    points = [(x + px, y + py) for px, py in edge.points]
    dash = f' stroke-dasharray="{DASH}"' if error else ""
    names = [node.key or node.kind for node in (edge.source, edge.target)]
    data = f"data-from={quoteattr(names[0])} data-to={quoteattr(names[1])}"
    end = _dot(points[-1], colour) if edge.joins else _head(points, colour)
    return (
        f'<g data-edge="{edge.kind}" {data}><path d="{_rounded(points, edge.joins)}" fill="none" '
        f'stroke="{colour}" stroke-width="1.7"{dash}/>{end}</g>'
    )


def _taken(edge: Edge, execution: Execution) -> bool:
    """Return whether a run went along an edge."""
    ends = (edge.source, edge.target)
    source, target = ("" if node.kind in ("start", "end") else node.key for node in ends)
    passage = execution.passages.get(source)
    failed = passage is not None and bool(passage.error)
    return (source, target) in execution.moves and failed == (edge.kind == "error")


def _trail(points: list[tuple[float, float]], colour: str, x: float, y: float) -> str:
    points = [(x + px, y + py) for px, py in points]
    return (
        f'<g data-trail=""><path d="{_rounded(points)}" fill="none" stroke="{colour}" '
        f'stroke-width="3.6" stroke-linejoin="round"/>{_head(points, colour)}</g>'
    )


def _dot(point: tuple[float, float], colour: str) -> str:
    return f'<circle cx="{number(point[0])}" cy="{number(point[1])}" r="3" fill="{colour}"/>'


def _entry(
    entry: tuple[tuple[float, float], tuple[float, float]], palette: Palette, x: float, y: float
) -> str:
    points = [(x + px, y + py) for px, py in entry]
    return (
        f'<g data-edge="entry">{_dot(points[0], palette.line)}<path d="{_rounded(points)}" '
        f'fill="none" stroke="{palette.line}" stroke-width="1.7"/>{_head(points, palette.line)}</g>'
    )


def _rounded(points: list[tuple[float, float]], whole: bool = False) -> str:
    """Return a path with round corners; unless `whole`, it ends inside the arrow head."""
    (ax, ay), (bx, by) = points[-2:]
    length = abs(bx - ax) + abs(by - ay)
    back = 0 if whole or not length else min(_HEAD - 1.5, length) / length
    ends = [*points[:-1], (bx - (bx - ax) * back, by - (by - ay) * back)]
    path = f"M{number(ends[0][0])} {number(ends[0][1])}"
    for (px, py), (x, y), (nx, ny) in zip(ends, ends[1:], ends[2:], strict=False):
        before, after = abs(x - px) + abs(y - py), abs(nx - x) + abs(ny - y)
        radius = min(RADIUS, before / 2, after / 2)
        if not radius:
            continue
        sx, sy = x - (x - px) * radius / before, y - (y - py) * radius / before
        ex, ey = x + (nx - x) * radius / after, y + (ny - y) * radius / after
        path += f"L{number(sx)} {number(sy)}Q{number(x)} {number(y)} {number(ex)} {number(ey)}"
    return path + f"L{number(ends[-1][0])} {number(ends[-1][1])}"


def _head(points: list[tuple[float, float]], colour: str) -> str:
    (ax, ay), (bx, by) = points[-2:]
    dx, dy = (bx > ax) - (bx < ax), (by > ay) - (by < ay)
    corners = [
        (bx, by),
        (bx - dx * _HEAD - dy * 4.5, by - dy * _HEAD - dx * 4.5),
        (bx - dx * _HEAD + dy * 4.5, by - dy * _HEAD + dx * 4.5),
    ]
    d = "L".join(f"{number(px)} {number(py)}" for px, py in corners)
    return f'<path d="M{d}Z" fill="{colour}"/>'


def _label(edge: Edge, palette: Palette, x: float, y: float) -> str:
    assert edge.label_box is not None
    left, top, wide, high = edge.label_box
    left, top = x + left, y + top
    parts = [f'<g data-label="{edge.kind}">']
    if not edge.label_lines[-1].endswith(edge.label[-1]):
        parts.append(f"<title>{escape(edge.label)}</title>")
    chip = edge.kind != "error"
    if chip:
        parts.append(_box(left, top, wide, high, 8, palette.card, palette.border, 1))
    elif edge.boxed:
        parts.append(_box(left - 4, top, wide + 8, high + 2, 8, palette.card, palette.border, 1))
    centred = chip or edge.boxed
    anchor = "middle" if centred else "end"
    at = left + wide * (0.5 if centred else 1)
    y = top + (CHIP_Y if chip else 0)
    colour = palette.rust if edge.kind == "error" else palette.ink
    for line in edge.label_lines:
        y += cards.KIND_LINE
        parts.append(
            f'<text x="{number(at)}" y="{number(y - 4)}" font-size="{number(cards.KIND_SIZE)}" '
            f'text-anchor="{anchor}" fill="{colour}">{escape(line)}</text>'
        )
    return "".join([*parts, "</g>"])
