"""Draw a layout as SVG elements: cards, frames, pills, lines and their labels."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from state_machines.drawing import cards
from state_machines.drawing.colours import Palette, mix
from state_machines.drawing.graph import Edge, Node, Point
from state_machines.drawing.icons import colour_for, icon, icon_for, tile
from state_machines.drawing.layout import CHIP_Y, Layout
from state_machines.history import Execution

_RADIUS = 9.0
_HEAD = 8.0
# Ground, border and the border's width, by what happened on a card.
_CARDS = {
    "plain": ("card", "border", 1.2),
    "Fail": ("card", "rust", 1.7),
    "ran": ("card", "teal", 2.0),
    "failed": ("card", "rust", 2.8),
    "skipped": ("canvas", "border", 1.0),
}
_MARKS = {"wait": "ochre", "ran": "teal", "failed": "rust"}


def number(value: float) -> str:
    """Return a number with at most one decimal, so that the same drawing has the same bytes."""
    return f"{round(value, 1):g}"


def tag(name: str, inside: str = "", **attributes: float | str | None) -> str:
    """Return an element; attributes of None are left out, and underscores become hyphens."""
    words = "".join(
        f" {key.replace('_', '-')}={quoteattr(each if isinstance(each, str) else number(each))}"
        for key, each in attributes.items()
        if each is not None
    )
    return f"<{name}{words}>{inside}</{name}>" if inside else f"<{name}{words}/>"


def picture(layout: Layout, palette: Palette, x: float = 0.0, y: float = 0.0) -> list[str]:
    """Return the elements of a layout whose upper left corner is at (x, y).

    Lines come before cards, so that a line's end lies under the border it meets.
    """
    pen = _Pen(palette, x, y)
    nodes, edges = layout.graph.nodes, layout.graph.edges
    frames = [node for node in nodes if node.kind == "frame"]
    parts = [pen.frame(node) for node in frames]
    parts += [pen.line(edge) for edge in sorted(edges, key=lambda edge: edge.kind != "error")]
    if layout.execution:
        parts += [pen.trail(edge) for edge in edges if _taken(edge, layout.execution)]
    if layout.entry:
        parts.append(pen.entry(layout.entry))
    for node in nodes:
        if node.kind in ("start", "end"):
            parts.append(pen.pill(node))
        elif node in layout.contents:
            parts.append(pen.card(node, layout.contents[node]))
    for node in frames:
        for left, top, branch in layout.inside[node]:
            parts += picture(branch, palette, x + left, y + top)
    return [*parts, *(pen.label(edge) for edge in edges if edge.label_box)]


def _taken(edge: Edge, execution: Execution) -> bool:
    """Return whether an execution went along an edge."""
    passage = execution.passages.get(edge.source.key)
    failed = passage is not None and bool(passage.error)
    moved = (edge.source.key, edge.target.key) in execution.moves
    return moved and failed == (edge.kind == "error")


@dataclass
class _Pen:
    """Draws with the colours of a scheme, and moves everything by (x, y)."""

    palette: Palette
    x: float
    y: float

    def card(self, node: Node, text: cards.Content) -> str:
        """Return the card of a state, or, for a frame, its heading.

        In the drawing of an execution a state that ran has a strong border, one that failed a
        stronger one in the colour of errors, and one that was not reached no ground of its own.
        """
        state, palette = node.state, self.palette
        assert state is not None
        left, top = self.x + node.left, self.y + node.y
        mark = text.marks[0][0] if text.marks else ""
        accent = palette.muted if mark == "skipped" else getattr(palette, colour_for(state))
        parts = []
        if node.kind == "card":
            usual = "Fail" if state.type == "Fail" else "plain"
            ground, edge, weight = _CARDS.get(mark, _CARDS[usual])
            colours = (getattr(palette, ground), getattr(palette, edge))
            parts.append(_box(left, top, node.w, node.h, 11, *colours, weight))
        corner = (left + cards.PAD_X, top + (text.height - cards.TILE) / 2)
        shades = (mix(accent, palette.card, 0.12), mix(accent, palette.card, 0.45))
        parts.append(tile(state.type, *corner, cards.TILE, *shades))
        parts.append(icon(icon_for(state), corner[0] + 7, corner[1] + 7, 20, accent))
        parts += self._lines(text, left + cards.TEXT_X, top)
        return tag("g", "".join(parts), data_state=state.name, data_type=state.type)

    def _lines(self, text: cards.Content, x: float, top: float) -> list[str]:
        y = top + (text.height - text.lines_height) / 2
        parts = []
        for line in text.name:
            parts.append(_text(line, x, y + 15.5, cards.NAME_SIZE, self.palette.ink, True))
            y += cards.NAME_LINE
        for line in text.kind:
            parts.append(_text(line, x, y + 13, cards.KIND_SIZE, self.palette.muted))
            y += cards.KIND_LINE
        for what, lines in text.marks:
            y += cards.MARK_LINE - cards.KIND_LINE
            colour = getattr(self.palette, _MARKS.get(what, "muted"))
            parts.append(icon(what, x - 0.5, y + 1.8, 14, colour, 1.4))
            for line in lines:
                parts.append(_text(line, x + cards.MARK_TEXT_X, y + 13, cards.KIND_SIZE, colour))
                y += cards.KIND_LINE
        return parts

    def frame(self, node: Node) -> str:
        box = (self.x + node.left, self.y + node.y, node.w, node.h, 14)
        return _box(*box, self.palette.frame, self.palette.line, 1.2, data_frame=node.key)

    def pill(self, node: Node) -> str:
        x, top, ink = self.x + node.x, self.y + node.y, self.palette.ink
        box = _box(self.x + node.left, top, node.w, node.h, node.h / 2, ink, ink, 1)
        word = _text(node.kind.capitalize(), x, top + 20, 14, self.palette.canvas, True, "middle")
        return tag("g", box + word, data_pill=node.kind)

    def line(self, edge: Edge) -> str:
        error = edge.kind == "error"
        colour = self.palette.rust if error else self.palette.line
        points = self._moved(edge.points)
        dash = "5 4" if error else None
        line = _path(points, colour, 1.7, edge.joins, stroke_dasharray=dash)
        end = _dot(points[-1], colour) if edge.joins else _head(points, colour)
        ends = {
            f"data_{word}": node.key or node.kind
            for word, node in (("from", edge.source), ("to", edge.target))
        }
        return tag("g", line + end, data_edge=edge.kind, **ends)

    def trail(self, edge: Edge) -> str:
        colour = self.palette.rust if edge.kind == "error" else self.palette.teal
        points = self._moved(edge.way)
        line = _path(points, colour, 3.6, stroke_linejoin="round")
        return tag("g", line + _head(points, colour), data_trail="")

    def entry(self, ends: tuple[Point, Point]) -> str:
        colour, points = self.palette.line, self._moved(ends)
        parts = _dot(points[0], colour) + _path(points, colour, 1.7) + _head(points, colour)
        return tag("g", parts, data_edge="entry")

    def label(self, edge: Edge) -> str:
        assert edge.label_box is not None
        left, top, wide, high = edge.label_box
        left, top = self.x + left, self.y + top
        palette, chip = self.palette, edge.kind != "error"
        parts = []
        if edge.label_lines[-1].endswith("…"):
            parts.append(tag("title", escape(edge.label)))
        if chip:
            parts.append(_box(left, top, wide, high, 8, palette.card, palette.border, 1))
        elif edge.boxed:
            ground = (left - 4, top, wide + 8, high + 2, 8)
            parts.append(_box(*ground, palette.card, palette.border, 1))
        centred = chip or edge.boxed
        x, y = left + wide * (0.5 if centred else 1), top + (CHIP_Y if chip else 0) - 4
        colour, anchor = palette.ink if chip else palette.rust, "middle" if centred else "end"
        for at, line in enumerate(edge.label_lines, 1):
            height = y + at * cards.KIND_LINE
            parts.append(_text(line, x, height, cards.KIND_SIZE, colour, anchor=anchor))
        return tag("g", "".join(parts), data_label=edge.kind)

    def _moved(self, points: tuple[Point, ...] | list[Point]) -> list[Point]:
        return [(self.x + x, self.y + y) for x, y in points]


def _box(
    x: float,
    y: float,
    w: float,
    h: float,
    rx: float,
    fill: str,
    stroke: str,
    weight: float,
    **data: str,
) -> str:
    place = {"x": x, "y": y, "width": w, "height": h, "rx": rx}
    return tag("rect", "", **data, **place, fill=fill, stroke=stroke, stroke_width=weight)


def _text(
    line: str,
    x: float,
    y: float,
    size: float,
    fill: str,
    bold: bool = False,
    anchor: str | None = None,
) -> str:
    style = {"font_size": size, "font_weight": "700" if bold else None, "text_anchor": anchor}
    return tag("text", escape(line), x=x, y=y, **style, fill=fill)


def _dot(point: Point, colour: str) -> str:
    return tag("circle", cx=point[0], cy=point[1], r=3, fill=colour)


def _path(
    points: list[Point], colour: str, weight: float, whole: bool = False, **style: str | None
) -> str:
    """Return a line with round corners; unless `whole`, it ends inside the arrow head."""
    (ax, ay), (bx, by) = points[-2:]
    length = abs(bx - ax) + abs(by - ay)
    back = 0 if whole or not length else min(_HEAD - 1.5, length) / length
    ends = [*points[:-1], (bx - (bx - ax) * back, by - (by - ay) * back)]
    d = f"M{_at(*ends[0])}"
    for (px, py), (x, y), (nx, ny) in zip(ends, ends[1:], ends[2:], strict=False):
        before, after = abs(x - px) + abs(y - py), abs(nx - x) + abs(ny - y)
        radius = min(_RADIUS, before / 2, after / 2)
        if radius:
            start = (x - (x - px) * radius / before, y - (y - py) * radius / before)
            end = (x + (nx - x) * radius / after, y + (ny - y) * radius / after)
            d += f"L{_at(*start)}Q{_at(x, y)} {_at(*end)}"
    d += f"L{_at(*ends[-1])}"
    return tag("path", d=d, fill="none", stroke=colour, stroke_width=weight, **style)


def _head(points: list[Point], colour: str) -> str:
    (ax, ay), (bx, by) = points[-2:]
    dx, dy = (bx > ax) - (bx < ax), (by > ay) - (by < ay)
    back = (bx - dx * _HEAD, by - dy * _HEAD)
    corners = [(bx, by), *((back[0] - s * dy * 4.5, back[1] - s * dx * 4.5) for s in (1, -1))]
    return tag("path", d="M" + "L".join(_at(*corner) for corner in corners) + "Z", fill=colour)


def _at(x: float, y: float) -> str:
    return f"{number(x)} {number(y)}"
