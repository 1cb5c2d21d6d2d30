"""A metric's periods as SVG: a trend with axes, or a small one without. Gaps stay gaps; nothing unknown is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import floor, log10

from ..measure.usual import Usual
from ..report.dashboard import Slot
from .html import Html, element, joined
from .map_text import FONT
from .map_text import width as text_width

Tell = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Frame:
    """The room for the drawing in a picture of `width` by `height`."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float

    def x(self, at: int, count: int) -> float:
        room = self.width - self.left - self.right
        return round(self.left + room * (at + 0.5) / max(count, 1), 1)

    def y(self, value: float, low: float, high: float) -> float:
        room = self.height - self.top - self.bottom
        return round(self.top + room * (high - value) / ((high - low) or 1), 1)


def trend(
    slots: Sequence[Slot],
    label: str,
    tell: Tell,
    usual: Usual | None,
    target: tuple[float, str] | None = None,
    width: float = 292,
) -> Html:
    """With axes. `tell` words a value; the usual range is a band, `target` a dashed line with its words.

    Type is readable where the picture is about as many pixels wide as `width` says.
    """
    low, high, ticks = _scale(slots, usual, target[0] if target else None)
    size = FONT * 0.9
    left = max((text_width(tell(it)) for it in ticks), default=0) + 10
    frame = Frame(width, 160, left, 8, 12, 26)
    lines: list[Html] = []
    for tick in ticks:
        y = frame.y(tick, low, high)
        lines.append(element("line", x1=left, x2=frame.width - frame.right, y1=y, y2=y, class_="grid"))
        lines.append(element("text", tell(tick), x=left - 6, y=y + size * 0.35, class_="tick end"))
    lines += _labels(slots, frame)
    lines += _band(frame, usual, low, high)
    lines += _unknown(slots, frame)
    if target:
        y = frame.y(target[0], low, high)
        lines.append(element("line", x1=left, x2=frame.width - frame.right, y1=y, y2=y, class_="target"))
        lines.append(element("text", target[1], x=left + 4, y=y - 4, class_="tick goal"))
    return _picture(frame, label, "trend", [*lines, *_curve(slots, frame, low, high, tell)])


def sparkline(slots: Sequence[Slot], label: str, tell: Tell, usual: Usual | None) -> Html:
    """The same without axes, for a card."""
    low, high, _ = _scale(slots, usual, None, fine=True)
    frame = Frame(220, 44, 2, 4, 5, 5)
    return _picture(
        frame,
        label,
        "spark",
        [*_band(frame, usual, low, high), *_unknown(slots, frame), *_curve(slots, frame, low, high, tell)],
    )


def hatch() -> Html:
    """The pattern of what is not known yet; once a page."""
    line = element("path", d="M-1 7L7 -1M3 11L11 3", class_="hatch")
    tile = element("pattern", line, id="later", width=8, height=8, patternUnits="userSpaceOnUse")
    return element("svg", element("defs", tile), width=0, height=0, class_="aside", aria_hidden="true")


def nice_ticks(low: float, high: float, count: int = 4) -> list[float]:
    """Round numbers from at or below `low` to at or above `high`, about `count` steps apart.

    >>> nice_ticks(0, 1200), nice_ticks(0.061, 0.085)
    ([0, 500, 1000, 1500], [0.06, 0.07, 0.08, 0.09])
    """
    if high <= low:
        high = low + (abs(low) or 1)
    rough = (high - low) / count
    power = 10 ** floor(log10(rough))
    step = next(it * power for it in (1, 2, 2.5, 5, 10) if it * power >= rough * 0.999)
    first = floor(low / step + 1e-9)
    ticks: list[float] = []
    while not ticks or ticks[-1] < high - step * 1e-6:
        ticks.append(round((first + len(ticks)) * step, 12))
    return ticks


def _scale(
    slots: Sequence[Slot], usual: Usual | None, target: float | None, fine: bool = False
) -> tuple[float, float, list[float]]:
    """The ends of the scale and its ticks: from zero, unless all lies far above it."""
    known = [float(it.value.value) for it in slots if it.value is not None and it.value.value is not None]
    if not known:
        return 0, 1, []
    low, high = min(known), max(known)
    if usual is not None:
        low, high = min(low, usual.low), max(high, usual.high)
    if target is not None:
        low, high = min(low, target), max(high, target)
    if fine:
        return low, high if high > low else low + 1, []
    if 0 < low < high * 0.6:
        low = 0
    ticks = nice_ticks(low, high)
    return ticks[0], ticks[-1], ticks


def _labels(slots: Sequence[Slot], frame: Frame) -> Iterator[Html]:
    """The first and the last period and one between them."""
    count = len(slots)
    places = [(0, ""), (count // 2, "middle"), (count - 1, "end")] if count > 2 else [(0, "")]
    for at, anchor in places:
        x = {"": frame.left, "middle": frame.x(at, count), "end": frame.width - 1}[anchor]
        yield element("text", slots[at].label, x=x, y=frame.height - 6, class_=f"tick {anchor}".strip())


def _band(frame: Frame, usual: Usual | None, low: float, high: float) -> Iterator[Html]:
    if usual is None:
        return
    top, bottom = frame.y(min(usual.high, high), low, high), frame.y(max(usual.low, low), low, high)
    width = frame.width - frame.left - frame.right
    yield element("rect", x=frame.left, y=top, width=width, height=max(bottom - top, 0.5), class_="band")


def _unknown(slots: Sequence[Slot], frame: Frame) -> Iterator[Html]:
    """The periods at the end that nothing is known of yet."""
    known = [at for at, slot in enumerate(slots) if slot.value is not None]
    after = (known[-1] if known else -1) + 1
    if after < len(slots):
        step = frame.x(1, len(slots)) - frame.x(0, len(slots))
        x = frame.x(after, len(slots)) - step / 2
        width, height = frame.width - frame.right - x, frame.height - frame.top - frame.bottom
        yield element("rect", x=round(x, 1), y=frame.top, width=round(width, 1), height=height, class_="later")


def _curve(slots: Sequence[Slot], frame: Frame, low: float, high: float, tell: Tell) -> Iterator[Html]:
    """Lines between neighbours that are known, a dot for each period of which that is all, rings for open ones."""
    points: list[tuple[float, float] | None] = []
    for at, slot in enumerate(slots):
        value = slot.value.value if slot.value is not None else None
        points.append(None if value is None else (frame.x(at, len(slots)), frame.y(float(value), low, high)))
    run: list[str] = []
    for at, (slot, point) in enumerate(zip(slots, points, strict=True)):
        if point is not None and slot.complete:
            run.append(f"{point[0]:g},{point[1]:g}")
        if point is None or not slot.complete or at == len(slots) - 1:
            if len(run) > 1:
                yield element("polyline", points=" ".join(run), class_="line")
            run = []
        if point is not None and not slot.complete and at and (earlier := points[at - 1]):
            yield element("line", x1=earlier[0], y1=earlier[1], x2=point[0], y2=point[1], class_="line open")
    whole = [at for at, slot in enumerate(slots) if slot.complete]
    for at, (slot, point) in enumerate(zip(slots, points, strict=True)):
        if point is not None and slot.value is not None:
            kind = "dot open" if not slot.complete else "dot last" if at == whole[-1] else "dot"
            alone = slot.complete and all(points[it] is None for it in (at - 1, at + 1) if 0 <= it < len(points))
            size = 3.4 if kind != "dot" else 2.2 if alone else 1.6
            hint = element("title", f"{slot.label}: {tell(float(slot.value.value or 0))}")
            yield element("circle", hint, cx=point[0], cy=point[1], r=size, class_=kind)


def _picture(frame: Frame, label: str, kind: str, parts: Sequence[Html]) -> Html:
    box = f"0 0 {frame.width:g} {frame.height:g}"
    return element("svg", joined(*parts), viewBox=box, class_=kind, role="img", aria_label=label)
