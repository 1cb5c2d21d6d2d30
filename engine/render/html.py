"""Elements of HTML whose texts are escaped, whatever they hold: a text is only ever markup if an element made it."""

from __future__ import annotations

import re
from html import escape


class Html(str):
    """Markup: it stands in other elements as it is."""

    __slots__ = ()


Child = str | None
_DAY = re.compile(r"(?<!\d)\d{4}-(?:W\d\d|Q\d|\d\d(?:-\d\d)?)(?!\d)|[+-]?\d[\d.,\xa0]* %")
_VOID = frozenset(("br", "circle", "hr", "input", "line", "meta", "path", "polyline", "rect"))


def element(name: str, /, *children: Child, **attributes: str | float | bool | None) -> Html:
    """One element. Attributes without a value are left out, `True` stands alone; `_` becomes `-`, a last `_` goes.

    >>> element("p", "a < b", element("b", "c"), None, class_="x", data_for='"', hidden=True, id=None)
    '<p class="x" data-for="&quot;" hidden>a &lt; b<b>c</b></p>'
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID and not children:
        return Html(f"<{name}{written}{'/' if name not in ('br', 'hr', 'input', 'meta') else ''}>")
    return Html(f"<{name}{written}>{joined(*children)}</{name}>")


def joined(*children: Child) -> Html:
    """Children after each other, texts escaped."""
    return Html("".join(it if isinstance(it, Html) else escape(it) for it in children if it is not None))


def kept_together(text: str) -> Html:
    """A text whose days, periods and percentages do not break at the end of a line.

    >>> kept_together("a < b, 2026-W46")
    'a &lt; b, <span class="day">2026-W46</span>'
    """
    return Html(_DAY.sub(r'<span class="day">\g<0></span>', escape(text)))


def _attribute(key: str, value: str | float | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = key.removesuffix("_").replace("_", "-") if key.islower() else key
    return f" {name}" if value is True else f' {name}="{escape(value if isinstance(value, str) else f"{value:g}")}"'
