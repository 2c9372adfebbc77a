"""What things are called is written once: heads of the command line, documents, previews of imports."""

from __future__ import annotations

import ast
import re

import pytest

from tests.guards.tree import below, text
from workforce.core.terms import terms, terms_of
from workforce.imports.wording import label
from workforce.migrations import load_models
from workforce.platform.db import Base

CLI = list(below("workforce/cli", ".py"))
_HEADS = re.compile(r"heads$", re.IGNORECASE)


def written_heads(source: str) -> list[int]:
    """Return the lines on which the head of a table is written out instead of taken from the terms."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign):
            names = [one.id for one in node.targets if isinstance(one, ast.Name)]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names = [node.target.id]
        else:
            continue
        is_heads = any(_HEADS.search(name) for name in names)
        found += [call.lineno for call in texts_below(node) if is_heads]
    return found


def texts_below(node: ast.AST) -> list[ast.Call]:
    """Return the words written out below a node."""
    return [
        call
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Text"
    ]


@pytest.mark.parametrize("path", CLI)
def test_heads_of_tables_are_terms(path: str) -> None:
    assert not written_heads(text(path))


def test_the_guard_sees_what_it_looks_for() -> None:
    assert written_heads('_TOTAL_HEADS: Final = (Text("企业", "Company"),)') == [1]
    assert written_heads('heads = (term("a"), Text("企业", "Company"))') == [1]
    assert not written_heads('heads = pay_fields("company")')


@pytest.mark.parametrize(
    "path", ["workforce/documents/labels.py", "workforce/bureau/faces/words.py"]
)
def test_documents_and_the_command_line_say_the_same(path: str) -> None:
    """A figure of pay has one Chinese and one English name, written in the terms alone."""
    calls = texts_below(ast.parse(text(path)))
    written = [each.value for call in calls for each in call.args if isinstance(each, ast.Constant)]
    assert written
    assert not {term.zh for term in terms_of("pay_field").values()}.intersection(written)


def test_a_word_of_pay_is_one_term() -> None:
    """No two figures of pay share a name in either language."""
    fields = terms_of("pay_field")
    for locale in ("zh", "en"):
        said = [term.in_locale(locale) for term in fields.values()]
        assert len(set(said)) == len(said)


# Written by imports; what identifies a row, and where it came from, is not told as a change.
_IMPORTED = {
    "absence": set[str](),
    "base_difference": {"for_period"},
    "employment": {"employee_no"},
    "inspection": {"pay_period"},
    "leave": {"first_on", "last_on"},
    "lieu_day": set[str](),
    "month_figures": {"period"},
    "pay_entry": {"code", "period_from"},
    "pay_profile": set[str](),
    "piece_price": set[str](),
    "roster": {"period"},
    "shift": set[str](),
    "tax_opening": {"year"},
}
_ORIGIN = re.compile(r"(^|_)(id|hash)$|^source(_key|_version)?$")


@pytest.mark.parametrize("table", _IMPORTED)
def test_every_column_that_an_import_changes_has_a_name(table: str) -> None:
    load_models()
    columns = {column.name for column in Base.metadata.tables[table].columns}
    unnamed = {
        name
        for name in columns - _IMPORTED[table]
        if not _ORIGIN.search(name) and label(name, "zh") == name
    }
    assert not unnamed


def test_every_term_has_two_different_languages() -> None:
    for code, term in terms().items():
        assert term.zh != term.en or term.zh.isascii(), code
