"""Nothing is left over: imports and macros of templates, styles, drawings, scripts; names of the package."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest

from tests.guards.tree import below, files, text

TEMPLATES = below("templates", ".html")
SHEETS = [path for path in below("static/css", ".css") if path != "static/css/print.css"]
SCRIPTS = below("static/js", ".js")

_IMPORT = re.compile(r"\{%-?\s*from\s+\"[^\"]+\"\s+import\s+(.+?)(?:\s+with context)?\s*-?%\}")
_MACRO = re.compile(r"\{%-?\s*macro\s+(\w+)\(")
# A name whose end is known only when the page is made: `status-{{ kind }}`, `"cell-" ~ kind`, f"cell-{kind}".
_BEGINNING = re.compile(r"([A-Za-z][\w-]*[-_])(?:\$?\{|\"\s*~|'\s*~)")


def code_of(path: str) -> str:
    """Return a template without its comments."""
    return re.sub(r"\{#.*?#\}", "", text(path), flags=re.DOTALL)


@cache
def used() -> str:
    """Return everything that can name a style, a drawing or a script."""
    return "\n".join(
        [*map(code_of, TEMPLATES), *map(text, below("workforce", ".py")), *map(text, SCRIPTS)]
    )


@cache
def names() -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the whole names that are used, and the beginnings of those made when a page is."""
    return frozenset(re.findall(r"[A-Za-z][\w-]*", used())), tuple(set(_BEGINNING.findall(used())))


def is_named(name: str) -> bool:
    whole, beginnings = names()
    return name in whole or name.startswith(beginnings)


def imported(source: str) -> list[str]:
    """Return the names that a template's imports bring into it."""
    return [
        one.rpartition(" as ")[2].strip()
        for found in _IMPORT.findall(source)
        for one in found.split(",")
    ]


def unused_imports(source: str) -> list[str]:
    return [one for one in imported(source) if len(re.findall(rf"\b{one}\b", source)) == 1]


@pytest.mark.parametrize("path", TEMPLATES)
def test_a_template_uses_what_it_imports(path: str) -> None:
    assert not unused_imports(code_of(path))


def test_every_macro_is_called() -> None:
    everything = "\n".join(map(code_of, TEMPLATES))
    macros = {name for path in TEMPLATES for name in _MACRO.findall(code_of(path))}
    assert macros
    # Written once it is only defined.
    assert not [name for name in macros if len(re.findall(rf"\b{name}\b", everything)) == 1]


@pytest.mark.parametrize("path", SHEETS)
def test_every_style_is_of_something(path: str) -> None:
    selectors = re.findall(r"([^{}]+)\{", re.sub(r"/\*.*?\*/", "", text(path), flags=re.DOTALL))
    classes = {name for one in selectors for name in re.findall(r"\.([A-Za-z][\w-]*)", one)}
    assert classes
    assert not [name for name in sorted(classes) if not is_named(name)]


def test_every_drawing_is_shown() -> None:
    drawings = re.findall(r'<symbol id="([\w-]+)"', text("static/img/icons.svg"))
    assert drawings
    quoted = set(re.findall(r"[\"'#]([\w-]+)[\"']", used()))
    assert not [name for name in drawings if name not in quoted]


def test_every_drawing_that_is_named_exists() -> None:
    """A misspelt one shows nothing, and nobody is told."""
    drawings = set(re.findall(r'<symbol id="([\w-]+)"', text("static/img/icons.svg")))
    asked = {name for path in TEMPLATES for name in re.findall(r'icon\("([^"]+)"', code_of(path))}
    assert asked
    assert not asked - drawings


def test_every_script_and_sheet_is_loaded() -> None:
    loaded = [path for path in files() if path.startswith(("static/css/", "static/js/"))]
    assert not [path for path in loaded if not is_named(path.rpartition("/")[2].split(".")[0])]


# Called by a library, found by a registry, or there for the tests to see the whole of something.
_CALLED_ELSEWHERE = {
    *("COMMAND", "FORM", "ITEM", "DOCUMENT", "SOURCE"),
    *("Meta", "get_translations", "domain_instance"),
    *("note_codes", "pictures_and_links"),
}


def defined(source: str) -> Iterator[str]:
    """Yield the names of a file's functions, methods, classes and constants, but for decorated ones."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        # A property is asked for like a field; other decorators hand the function to somebody.
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and all(
            ast.unparse(one) == "property" for one in node.decorator_list
        ):
            yield node.name
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        yield from (one.id for one in targets if isinstance(one, ast.Name))


def test_every_name_of_the_package_is_used() -> None:
    sources = [text(path) for path in below("workforce", ".py") if "/migrations/" not in path]
    said = Counter(re.findall(r"\w+", "\n".join([*sources, *map(code_of, TEMPLATES)])))
    names = {name for source in sources for name in defined(source)}
    unused = {
        name
        for name in names - _CALLED_ELSEWHERE
        # A form asks validate_<field> of its fields; fields are columns where a table is read.
        if said[name] == 1 and not name.startswith(("__", "validate_"))
    }
    assert not unused


def test_the_guard_sees_what_it_looks_for() -> None:
    source = '{% from "a.html" import one, two as three with context %}{{ one() }} two'
    assert unused_imports(source) == ["three"]
    assert is_named("status-done")
    assert not is_named("a-style-of-nothing")
