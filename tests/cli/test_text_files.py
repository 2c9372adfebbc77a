"""What cannot be read as a file of text is refused by its code, with a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from workforce.cli.text_files import load_text
from workforce.core.errors import InputError


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("case.yaml", b"months: [", "scenario.unreadable"),
        ("case.yaml", b"title: \xff\xfe", "scenario.unreadable"),
        ("case.json", b'{"months": [', "scenario.unreadable"),
        ("case.json", b"[" * 100_000, "scenario.unreadable"),
        ("case.yaml", b"a: 1\na: 2\n", "scenario.duplicate_key"),
        ("case.json", b'{"a": 1, "a": 2}', "scenario.duplicate_key"),
        ("case.yaml", b"#" * (2 * 1024 * 1024 + 1), "scenario.too_long"),
    ],
)
def test_is_refused(name: str, content: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        load_text(path)
    assert caught.value.code == code
    assert caught.value.hint("zh")


def test_the_longest_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_bytes(b"a: 1\n" + b"#" * (2 * 1024 * 1024 - 5))
    assert load_text(path) == {"a": "1"}
