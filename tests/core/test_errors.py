from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from workforce.core import errors
from workforce.core.errors import DomainError, InputError, LawMissingError
from workforce.core.text import Text


def test_an_error_speaks_both_languages_and_names_the_remedy() -> None:
    error = InputError("period.not_a_month", text="2026-13")
    assert error.message("zh") == "“2026-13”不是月份"
    assert error.message("en") == "“2026-13” is not a month"
    assert error.hint("zh") == "请写成 2026-10"
    assert error.hint("en") == "Write it as 2026-10"


def test_a_parameter_may_have_a_form_in_each_language() -> None:
    reason = Text("少一位", "one digit is missing")
    error = InputError("identity.id_number", reason=reason)
    assert "少一位" in error.message("zh")
    assert "one digit is missing" in error.message("en")


def test_braces_in_what_a_person_typed_are_only_text() -> None:
    assert InputError("money.not_exact", text="{text.__class__}").message("en") == (
        "“{text.__class__}” is not a usable number"
    )


def test_places_are_told_from_the_outside_in() -> None:
    error = InputError("money.not_exact", place="base_pay", text="x")
    assert error.at("months[0]").at("case.yaml").place == "case.yaml: months[0]: base_pay"
    assert str(error).startswith("case.yaml: months[0]: base_pay · “x” is not a usable number · ")
    assert InputError("money.not_exact", text="x").at("row 3").place == "row 3"


def test_an_error_crosses_a_process_boundary_whole() -> None:
    error = LawMissingError("law.calendar_missing", place="run", year=2027)
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - what was pickled a moment ago
    assert type(copy) is LawMissingError
    assert str(copy) == str(error)


def test_a_code_without_words_is_found_at_once() -> None:
    with pytest.raises(LookupError, match=r"nowhere\.to_be_found"):
        DomainError("nowhere.to_be_found")


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ('[a.b]\nzh = "一"\n', "", "needs zh and en"),
        ('[a.b]\nzh = "一"\nen = "one"\nhint_zh = "二"\n', "", "both hints or none"),
        ('[a.b]\nzh = "一"\nen = "one"\nfr = "un"\n', "", "needs zh and en"),
        ('[a.b]\nzh = "一"\nen = "one"\n', '[a.b]\nzh = "一"\nen = "one"\n', "defined twice"),
    ],
)
def test_message_files_are_checked(
    first: str, second: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "1.toml").write_text(first, "utf-8")
    (tmp_path / "2.toml").write_text(second, "utf-8")
    monkeypatch.setattr(errors, "MESSAGES_FOLDER", tmp_path)
    with pytest.raises(ValueError, match=reason):
        errors.messages.__wrapped__()
