"""File names made by us; files that are whole or absent."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workforce.platform.files import atomic_write, made_name, safe_name, write_bytes


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("2026年10月工资.xlsx", "2026年10月工资.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\表.csv", "表.csv"),
        (".bashrc", "bashrc"),
        ("a b\tc\n.pdf", "a_b_c_.pdf"),
        ("=cmd|calc.csv", "cmd_calc.csv"),
        ("con.txt", "_con.txt"),
        ("", "file"),
        ("..", "file"),
        ("\u202exslx.exe", "xslx.exe"),
    ],
)
def test_a_name_from_outside_becomes_harmless(given_name: str, kept: str) -> None:
    assert safe_name(given_name) == kept


def test_a_name_made_by_us_keeps_all_its_parts() -> None:
    name = made_name("工资条", "2026-10", "KM/001", "李晨<b", ending="pdf")
    assert name == "工资条_2026-10_KM_001_李晨_b.pdf"
    assert made_name("..", "a\\b", ending="x") == "a_b.x"


@given(st.text(max_size=400))
def test_any_text_becomes_one_component(text: str) -> None:
    name = safe_name(text)
    assert name
    assert Path(name).name == name
    assert not name.startswith(".")
    assert len(name.encode()) <= 180
    assert name.isprintable()


def test_a_long_name_keeps_its_suffix() -> None:
    assert safe_name("工" * 200 + ".xlsx").endswith("工.xlsx")


def test_a_file_appears_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.bin"
    write_bytes(path, b"one")
    write_bytes(path, b"two")
    assert path.read_bytes() == b"two"
    assert [file.name for file in path.parent.iterdir()] == ["a.bin"]


def test_a_failure_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    write_bytes(path, b"old")

    def fail() -> None:
        with atomic_write(path) as file:
            file.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["a.bin"]
