"""Labels in two languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from workforce.core import terms as terms_module
from workforce.core.permissions import Role
from workforce.core.terms import term, terms, terms_of


def test_a_code_has_its_two_labels() -> None:
    assert term("employment_type.part_time") == ("非全日制", "Part-time")


def test_an_unknown_code_is_a_defect() -> None:
    with pytest.raises(LookupError, match=r"role\.king"):
        term("role.king")


def test_a_kind_keeps_the_order_of_the_file() -> None:
    assert list(terms_of("role")) == [role.value for role in Role]


def test_a_kind_is_the_caller_s_own() -> None:
    terms_of("role").clear()
    assert list(terms_of("role")) == [role.value for role in Role]
    assert terms_of("no_such_kind") == {}


@pytest.mark.parametrize(
    "line", ['a = ["甲"]', 'a = ["甲", ""]', 'a = "甲"', 'a = ["甲", "A", "x"]']
)
def test_a_label_needs_both_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    path = tmp_path / "terms.toml"
    path.write_text(f"[kind]\n{line}\n", encoding="utf-8")
    monkeypatch.setattr(terms_module, "_FILE", path)
    terms.cache_clear()
    try:
        with pytest.raises(ValueError, match=r"kind\.a"):
            terms()
    finally:
        terms.cache_clear()
