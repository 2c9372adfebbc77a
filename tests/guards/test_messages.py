"""What the program says to people: every error has its words, and every placeholder its value."""

from __future__ import annotations

import ast
from string import Formatter

import pytest

from tests.guards.tree import below, nodes
from workforce.core import errors
from workforce.core.errors import DomainError, messages

KINDS = {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, DomainError)
}


def placeholders(*templates: str) -> set[str]:
    return {
        field.partition(".")[0].partition("[")[0]
        for template in templates
        for _, field, _, _ in Formatter().parse(template)
        if field is not None
    }


def raised() -> list[tuple[str, str, set[str] | None]]:
    """Return place, code and parameter names of every error made with a literal code."""
    return [
        (f"{path}:{node.lineno}", node.args[0].value, parameters(node))
        for path in below("workforce", ".py")
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in KINDS
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    ]


def parameters(call: ast.Call) -> set[str] | None:
    """Return the names of a call's keywords, or nothing where it passes on a mapping."""
    names = [keyword.arg for keyword in call.keywords]
    return None if None in names else {name for name in names if name is not None}


def test_every_error_has_its_words() -> None:
    assert not [f"{place}: {code}" for place, code, _ in raised() if code not in messages()]


def test_every_placeholder_gets_its_value() -> None:
    assert not [
        f"{place}: {code} needs {sorted(missing)}"
        for place, code, given in raised()
        if given is not None and code in messages()
        if (missing := placeholders(*messages()[code].values()) - given)
    ]


@pytest.mark.parametrize("code", sorted(messages()))
def test_both_languages_say_the_same(code: str) -> None:
    entry = messages()[code]
    assert placeholders(entry["zh"]) == placeholders(entry["en"])
    assert placeholders(entry.get("hint_zh", "")) == placeholders(entry.get("hint_en", ""))


def test_no_message_is_left_over() -> None:
    literals = {
        node.value
        for path in below("workforce", ".py")
        for node in nodes(path)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert not sorted(messages().keys() - literals)
