"""``workforce calc``: exit codes, outputs, and errors a person can act on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from workforce.cli.main import main
from workforce.cli.text_files import load_text
from workforce.core.errors import InputError

SCENARIOS = Path(__file__).parents[1] / "golden" / "scenarios"
BY_HAND = str(SCENARIOS / "month_by_hand.yaml")

GOOD = """
format: 1
title: "Ordinary month"
region: "500236"
employee: {hired_on: 2026-10-01}
months:
  - {month: 2026-10, base_pay: "3000.00"}
expect:
  2026-10: {gross_pay: "3000.00"}
"""


def calc(tmp_path: Path, *words: str, locale: str = "en") -> Result:
    arguments = ["--instance", str(tmp_path), "calc", *words]
    return CliRunner().invoke(main, arguments, env={"LC_ALL": locale}, catch_exceptions=False)


def saved(tmp_path: Path, text: str, name: str = "case.yaml") -> str:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_month_as_expected_ends_with_0(tmp_path: Path) -> None:
    result = calc(tmp_path, "--check", BY_HAND, saved(tmp_path, GOOD))
    assert result.exit_code == 0
    assert "2 files, 23 figures: all as expected" in result.stdout


def test_a_difference_is_printed_and_ends_with_1(tmp_path: Path) -> None:
    path = saved(tmp_path, GOOD.replace('gross_pay: "3000.00"', 'gross_pay: "3000.01"'))
    result = calc(tmp_path, "--check", path)
    assert result.exit_code == 1
    assert f"{path}: 2026-10 gross_pay expected 3000.01, got 3000.00" in result.stdout


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_bad_input_ends_with_2_and_names_file_field_and_remedy(tmp_path: Path, locale: str) -> None:
    path = saved(tmp_path, GOOD.replace("base_pay", "base_payy"))
    result = calc(tmp_path, path, locale=locale)
    assert result.exit_code == 2
    assert f"{path}: months[0].base_payy" in result.stderr
    assert "base_pay" in result.stderr.split("base_payy")[-1]
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("terminal", "lang", "word"), [("zh", "en", "Unknown key"), ("en", "zh", "不认识的键")]
)
def test_errors_are_in_the_language_asked_for(
    tmp_path: Path, terminal: str, lang: str, word: str
) -> None:
    path = saved(tmp_path, GOOD.replace("base_pay", "base_payy"))
    result = calc(tmp_path, "--lang", lang, path, locale=terminal)
    assert result.exit_code == 2
    assert word in result.stderr


def test_what_cannot_be_paid_ends_with_2(tmp_path: Path) -> None:
    result = calc(tmp_path, saved(tmp_path, GOOD.replace("2026-10-01}", "2026-09-01}")))
    assert result.exit_code == 2
    assert "employee.tax.year_to_date:" in result.stderr


@pytest.mark.parametrize(
    "text",
    [
        "months: [",
        "a: 1\na: 2\n",
        "- 1\n",
        "plain",
        "",
        "format: 1\nmonths: {? [1] : 2}\n",
        "a: &x [*x]\n",
        "\x00",
    ],
)
def test_files_that_are_no_scenario_end_with_2(tmp_path: Path, text: str) -> None:
    result = calc(tmp_path, saved(tmp_path, text))
    assert result.exit_code == 2
    assert "case.yaml" in result.stderr
    assert "Traceback" not in result.output


def test_a_missing_or_binary_or_huge_file_ends_with_2(tmp_path: Path) -> None:
    assert calc(tmp_path, str(tmp_path / "absent.yaml")).exit_code == 2
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\xff\xfe\x00\xd8")
    assert calc(tmp_path, str(binary)).exit_code == 2
    huge = tmp_path / "huge.yaml"
    huge.write_bytes(b"#" * (2 * 1024 * 1024 + 1))
    assert calc(tmp_path, str(huge)).exit_code == 2


def test_json_is_one_object_for_a_file_and_a_list_for_several(tmp_path: Path) -> None:
    path = saved(tmp_path, GOOD)
    one = json.loads(calc(tmp_path, "--json", path).stdout)
    two = json.loads(calc(tmp_path, "--json", path, path).stdout)
    assert one["title"] == "Ordinary month"
    assert one["months"][0]["net_pay"] == "3000.00"
    assert two == [one, one]


def test_json_with_check_keeps_the_output_clean(tmp_path: Path) -> None:
    path = saved(tmp_path, GOOD.replace('gross_pay: "3000.00"', 'gross_pay: "1.00"'))
    result = calc(tmp_path, "--json", "--check", path)
    assert result.exit_code == 1
    assert json.loads(result.stdout)["title"] == "Ordinary month"
    assert "expected 1.00, got 3000.00" in result.stderr


def test_json_files_are_read_like_yaml(tmp_path: Path) -> None:
    text = json.dumps(
        {
            "format": 1,
            "region": "500236",
            "employee": {"hired_on": "2026-10-01"},
            "months": [{"month": "2026-10", "base_pay": "3000.10", "late_count": 0}],
        }
    )
    result = calc(tmp_path, "--json", saved(tmp_path, text, "case.json"))
    assert json.loads(result.stdout)["months"][0]["net_pay"] == "3000.10"


def test_json_keeps_every_scalar_as_text(tmp_path: Path) -> None:
    text = '{\t"a": 1.10, "b": [true, null, "x\\/\\ud83d\\ude00"], "c": {"d": -3}}'
    assert load_text(Path(saved(tmp_path, text, "case.json"))) == {
        "a": "1.10",
        "b": ["true", "null", "x/😀"],
        "c": {"d": "-3"},
    }
    with pytest.raises(InputError, match="written twice"):
        load_text(Path(saved(tmp_path, '{"a": 1, "a": 2}', "twice.json")))
    with pytest.raises(InputError, match="Cannot be read"):
        load_text(Path(saved(tmp_path, '{"a": 1', "cut.json")))


@pytest.mark.parametrize(("lang", "word"), [("zh", "实发工资"), ("en", "Net pay")])
def test_the_payslip_is_readable_in_both_languages(tmp_path: Path, lang: str, word: str) -> None:
    result = calc(tmp_path, "--lang", lang, BY_HAND)
    assert result.exit_code == 0
    assert f"{word} 1988.18" in result.stdout
    assert "−6.25" in result.stdout


def test_scalars_stay_the_text_that_was_written(tmp_path: Path) -> None:
    text = "a: 1.10\nb: 2026-10-01\nc: yes\nd: 0x10\ne: 1_000\nf: ~\ng: 09:30\n"
    assert load_text(Path(saved(tmp_path, text))) == {
        "a": "1.10",
        "b": "2026-10-01",
        "c": "yes",
        "d": "0x10",
        "e": "1_000",
        "f": "~",
        "g": "09:30",
    }


def test_a_key_written_twice_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_text(Path(saved(tmp_path, "a: 1\nb:\n  c: 1\n  c: 2\n")))
    assert caught.value.code == "scenario.duplicate_key"
    assert caught.value.place == "line 4"
