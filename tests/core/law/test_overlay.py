from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.core.law.files import VALUES, write
from workforce.core.errors import LawDataError
from workforce.core.law.overlay import (
    Approval,
    approval_path,
    approved_overlays,
    next_overlay_path,
)


def approve(path: Path) -> None:
    approval = Approval.of(
        path.read_bytes(), added_by="zhang", approved_by="li", added_at="2026-11-24T01:02:03+00:00"
    )
    approval_path(path).write_bytes(approval.to_bytes())


def test_approved_files_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    paths = [write(tmp_path, VALUES, name) for name in ("0010-b.toml", "0002-a.toml")]
    for path in paths:
        approve(path)
    assert approved_overlays(tmp_path) == (paths[1], paths[0])


def test_no_folder_is_no_file(tmp_path: Path) -> None:
    assert approved_overlays(tmp_path / "law") == ()


def test_a_file_that_nobody_approved_stops_everything(tmp_path: Path) -> None:
    path = write(tmp_path, VALUES, "0001-wage.toml")
    for record in (None, "{}", "[]", "not json"):
        if record is not None:
            approval_path(path).write_text(record, "utf-8")
        with pytest.raises(LawDataError, match="no record of approval"):
            approved_overlays(tmp_path)


def test_a_file_changed_after_its_approval_stops_everything(tmp_path: Path) -> None:
    path = write(tmp_path, VALUES, "0001-wage.toml")
    approve(path)
    path.write_text(VALUES.replace("2400", "2500"), "utf-8")
    with pytest.raises(LawDataError, match="changed after its approval"):
        approved_overlays(tmp_path)


def test_a_record_that_a_killed_add_left_behind_is_harmless(tmp_path: Path) -> None:
    path = write(tmp_path, VALUES, "0001-wage.toml")
    approve(path)
    path.unlink()
    assert approved_overlays(tmp_path) == ()
    assert next_overlay_path(tmp_path, "again.toml").name == "0002-again.toml"


def test_names_are_made_by_us(tmp_path: Path) -> None:
    assert next_overlay_path(tmp_path, "2027 放假.toml").name == "0001-2027-放假.toml"
    assert next_overlay_path(tmp_path, "../../x.toml").parent == tmp_path
    assert next_overlay_path(tmp_path, ".toml").name == "0001-toml.toml"
    assert next_overlay_path(tmp_path, "？.toml").name == "0001-law.toml"


def test_the_record_says_who_and_when(tmp_path: Path) -> None:
    path = write(tmp_path, VALUES, "0001-wage.toml")
    approve(path)
    record = json.loads(approval_path(path).read_text("utf-8"))
    assert record["added_by"] == "zhang"
    assert record["approved_by"] == "li"
    assert record["added_at"] == "2026-11-24T01:02:03+00:00"
    assert len(record["sha256"]) == 64
