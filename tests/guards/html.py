"""What is wrong with a page's HTML: read strictly, and held to what screen readers and forms need."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from justhtml import JustHTML

HAN: Final = re.compile(r"[一-鿿]")
_BLOCKS: Final = frozenset(
    [
        "div",
        "p",
        "ul",
        "ol",
        "dl",
        "table",
        "section",
        "article",
        "nav",
        "form",
        "fieldset",
        "details",
        "h1",
        "h2",
        "h3",
        "h4",
        "figure",
        "hr",
    ]
)
_INLINE: Final = frozenset(
    [
        "span",
        "p",
        "small",
        "strong",
        "em",
        "code",
        "label",
        "button",
        "h1",
        "h2",
        "h3",
        "h4",
        "dt",
        "time",
    ]
)
_INTERACTIVE: Final = frozenset(["a", "button", "select", "textarea", "input"])
_FIELDS: Final = frozenset(["input", "select", "textarea"])
_WITHOUT_LABEL: Final = frozenset({"hidden", "submit", "button", "image", "reset"})
_LISTS: Final = frozenset({"ul", "ol"})
_REFERENCES: Final = ("for", "aria-describedby", "aria-labelledby", "aria-controls", "list")
_SAID: Final = ("title", "aria-label", "placeholder", "alt", "data-label")


def parse(html: str) -> JustHTML:
    """Read a page as a browser does, noting every fault."""
    return JustHTML(html, collect_errors=True, sanitize=False)


def faults(document: JustHTML) -> list[str]:
    """Return what is wrong with a page, each as one line; [] for a valid one."""
    found = [f"line {error.line}: {error.code}" for error in document.errors]
    elements = list(_elements(document.root, ()))
    ids = Counter(str(node.attrs["id"]) for node, _ in elements if "id" in (node.attrs or {}))
    found += [f"id {name} stands {times} times" for name, times in ids.items() if times > 1]
    labelled = {str(node.attrs.get("for")) for node, _ in elements if node.name == "label"}
    for node, above in elements:
        found += _faults_of(node, above, ids, labelled)
    names = Counter(node.name for node, _ in elements)
    if names["h1"] != 1:
        found.append(f"{names['h1']} headings of the first level")
    found += [f"no <{name}>" for name in ("main", "title") if not names[name]]
    return found


def _elements(node: Any, above: tuple[Any, ...]) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    for child in node.children or ():
        if child.name.startswith(("#", "!")):
            continue
        yield child, above
        yield from _elements(child, (*above, child))


def _faults_of(
    node: Any, above: tuple[Any, ...], ids: Counter[str], labelled: set[str]
) -> Iterator[str]:
    attributes = node.attrs or {}
    shown = f"<{node.name} {' '.join(f'{k}={v}' for k, v in attributes.items())}>"
    around = {one.name for one in above}
    is_hidden = attributes.get("type") in _WITHOUT_LABEL or attributes.get("aria-hidden") == "true"
    if node.name in _FIELDS and not is_hidden:
        has_label = attributes.get("id") in labelled or "label" in around
        if not (has_label or {"aria-label", "aria-labelledby"} & attributes.keys()):
            yield f"{shown} has no label"
    yield from (f"{shown}: {fault}" for fault in _lost_references(node.name, attributes, ids))
    yield from (f"{shown} {fault}" for fault in _misplaced(node.name, above))
    if node.name == "img" and "alt" not in attributes:
        yield f"{shown} without words"
    if node.name == "html" and not attributes.get("lang"):
        yield "the page names no language"
    if node.name == "button" and not attributes.get("type"):
        yield f"{shown} says no type"


def _lost_references(name: str, attributes: dict[str, Any], ids: Counter[str]) -> Iterator[str]:
    for attribute in _REFERENCES:
        for target in str(attributes.get(attribute) or "").split():
            if target not in ids:
                yield f"{attribute} names {target}, which is not there"
    link = str(attributes.get("href") or "")
    if name == "a" and len(link) > 1 and link.startswith("#") and link[1:] not in ids:
        yield "leads to a part that is not there"


def _misplaced(name: str, above: tuple[Any, ...]) -> Iterator[str]:
    parent = above[-1].name if above else ""
    if name in _INTERACTIVE and {"a", "button"} & {one.name for one in above}:
        yield "inside of another link or button"
    if name in _BLOCKS and parent in _INLINE:
        yield f"inside of <{parent}>"
    if parent in _LISTS and name not in {"li", "script", "template"}:
        yield "directly inside of a list"
    if name == "li" and parent not in _LISTS:
        yield "outside of a list"


def chinese_texts(document: JustHTML) -> list[str]:
    """Return the Chinese that a reader of another language meets, but for parts that say so."""
    return [text for text in _texts(document.root) if HAN.search(text)]


def _texts(node: Any) -> Iterator[str]:
    for child in node.children or ():
        if child.name == "#text":
            yield str(child.data).strip()
        if child.name.startswith(("#", "!")) or child.name == "script":
            continue
        attributes = child.attrs or {}
        if child.name != "html" and str(attributes.get("lang") or "").startswith("zh"):
            continue
        yield from (str(attributes[name]) for name in _SAID if attributes.get(name))
        yield from _texts(child)
