"""The map from a tool's users to employee numbers, as CSV or YAML."""

from __future__ import annotations

import pytest

from workforce.core.errors import InputError
from workforce.imports.mapping import read_mapping
from workforce.imports.source import SourceFile


def read(name: str, text: str) -> dict[str, str]:
    """Read a mapping file."""
    return read_mapping(SourceFile(name, text.encode()))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "source_user,employee_no\n2,A0001\nli@example.test,007\n"),
        ("a.csv", "工号,姓名,用户\nA0001,李晨,2\n\n007,,li@example.test\n"),
        ("a.yaml", "2: A0001\nli@example.test: 007\n"),
        ("a.yml", "{'2': A0001, li@example.test: '007'}"),
    ],
)
def test_numbers_stay_text(name: str, text: str) -> None:
    assert read(name, text) == {"2": "A0001", "li@example.test": "007"}


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("a.csv", "", "mapping.shape"),
        ("a.csv", "a,b\n1,2\n", "mapping.shape"),
        ("a.csv", "用户,工号\n1\n", "mapping.shape"),
        ("a.csv", "用户,工号\n1,\n", "mapping.shape"),
        ("a.csv", "用户,工号\n1,A1\n1,A2\n", "mapping.twice"),
        ("a.yaml", "1: A1\n1: A2\n", "mapping.twice"),
        ("a.yaml", "- 1\n", "mapping.shape"),
        ("a.yaml", "1: [A1]\n", "mapping.shape"),
        ("a.yaml", "1: !!python/object/apply:os.system [ls]\n", "mapping.shape"),
        ("a.yaml", "{" * 5000, "mapping.shape"),
        ("a.yaml", "\x00", "file.nul"),
    ],
)
def test_bad_mappings(name: str, text: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        read(name, text)
    assert caught.value.code == code
    assert (caught.value.place or "").startswith(name)
