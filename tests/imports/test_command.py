"""``workforce import`` as a person types it."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.factories import create_account, create_company
from tests.guards.tree import ROOT
from tests.imports.conftest import World
from workforce import migrations
from workforce.attendance.models import Shift
from workforce.cli.main import main
from workforce.config import Settings
from workforce.core.permissions import Role
from workforce.imports.models import ImportBatch
from workforce.production.models import OutputRecord

GOOD = "工号,姓名,日期,任务类型,合格数量\nA0001,李晨,2026-10-08,bbox_2d,800\n"
BAD = GOOD + "A9999,,2026-10-08,bbox_2d,1\n"

Run = Callable[..., Result]


@pytest.fixture
def run(world: World, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in the world's installation, on files in a folder of their own."""
    monkeypatch.setattr(migrations, "is_current", lambda _engine: True)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    (tmp_path / "good.csv").write_text(GOOD, "utf-8")
    (tmp_path / "bad.csv").write_text(BAD, "gb18030")
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str, verb: str = "import") -> Result:
        world.session.commit()
        return CliRunner().invoke(main, ["--instance", str(settings.instance), verb, *arguments])

    return invoke


@pytest.mark.feature("SUP-4")
def test_look_then_apply_then_again(run: Run, world: World) -> None:
    looked = run("output", "good.csv", "--company", "SL")
    assert looked.exit_code == 0, looked.output
    assert "可用 1 行，拒绝 0 行" in looked.output
    assert "产量:新增 1,更改 0,不变 0,删除 0" in looked.output
    assert "A0001 李晨 · 2026-10-08 · bbox_2d" in looked.output
    assert "--apply" in looked.output
    assert world.count(OutputRecord) == 0

    applied = run("output", "good.csv", "--company", "SL", "--apply")
    assert (applied.exit_code, applied.output.splitlines()[-1]) == (0, "已导入")
    assert world.count(OutputRecord) == 1

    again = run("output", "good.csv", "--company", "SL", "--apply")
    assert (again.exit_code, again.output.splitlines()[-1]) == (0, "没有变化")


@pytest.mark.feature("SUP-4")
def test_refused_rows_are_listed_with_place_and_remedy(run: Run, world: World) -> None:
    for arguments in ((), ("--apply",)):
        held = run("output", "bad.csv", "--company", "SL", *arguments)
        assert held.exit_code == 2
        assert "第 3 行 · 列 工号 “A9999”" in held.output
        assert "先导入员工名册" in held.output
        assert "Traceback" not in held.output
    assert world.count(OutputRecord) == 0

    kept = run("output", "bad.csv", "--company", "SL", "--apply", "--keep-good-rows")
    assert (kept.exit_code, kept.output.splitlines()[-1]) == (0, "已导入")
    assert world.count(OutputRecord) == 1


def test_english_where_the_terminal_is(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")

    held = run("output", "bad.csv", "--company", "SL")

    assert "row 3 · column 工号 “A9999”" in held.output
    assert "1 rows cannot be imported" in held.output


def test_who_acts_is_kept_and_must_be_allowed_in_that_company(run: Run, world: World) -> None:
    create_account(world.session, Role.FINANCE, world.company, login_name="fin")
    create_account(world.session, Role.SUPERVISOR, world.company, login_name="sup")
    other = create_company(world.session)
    create_account(world.session, Role.FINANCE, other, login_name="elsewhere")

    applied = run("output", "good.csv", "--company", "SL", "--apply", "--by", "fin")
    assert applied.exit_code == 0, applied.output
    assert world.rows(ImportBatch)[0].applied_by_id is not None

    for login_name in ("sup", "elsewhere", "nobody"):
        refused = run("output", "good.csv", "--company", "SL", "--by", login_name)
        assert refused.exit_code == 2, login_name


@pytest.mark.parametrize(
    "arguments",
    [
        ("nothing", "good.csv", "--company", "SL"),
        ("output", "good.csv"),
        ("output", "--company", "SL"),
        ("output", "missing.csv", "--company", "SL"),
        ("output", "good.csv", "--company", "NO"),
        ("label_studio", "good.csv", "--company", "SL", "--task-type", "bbox_2d"),
        ("output", "good.csv", "--company", "SL", "--mapping", "good.csv"),
        ("output", ".", "--company", "SL"),
    ],
)
def test_mistakes_end_with_one_sentence_and_2(run: Run, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)

    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_a_template_is_written(run: Run, tmp_path: Path) -> None:
    result = run("employees", "--template", "名册.xlsx")

    assert result.exit_code == 0, result.output
    assert (tmp_path / "名册.xlsx").read_bytes().startswith(b"PK")
    refused = run("employees", "--template", "名册.csv")
    assert refused.exit_code == 2
    assert ".xlsx" in refused.output
    assert not (tmp_path / "名册.csv").exists()


@pytest.mark.feature("SUP-4")
def test_a_clocks_log_with_its_users_and_the_firms_shifts(
    run: Run, world: World, tmp_path: Path
) -> None:
    user = struct.pack("<HB8s24sIx7sx24s", 1, 0, b"", "李晨".encode("gbk"), 0, b"1", b"1")
    (tmp_path / "user.dat").write_bytes(user)
    assert run("zkteco", "--template", "1_attlog.dat").exit_code == 0
    words = ["zkteco", "1_attlog.dat", "--company", "SL", "--users", "user.dat"]

    stated = run(*words)
    assert stated.exit_code == 2
    assert "--shift 09:00-18:00/60" in stated.output
    assert run(*words, "--shift", "9-18").exit_code == 2
    words += ["--shift", "09:00-18:00/60", "--shift", "22:00-06:00"]

    # Number 1 is 李晨, by the clock's own list; of number 3 nobody knows who it is.
    refused = run(*words, "--apply")
    assert refused.exit_code == 2
    assert "第 3 行: 用户 3 没有对应的工号" in refused.output
    kept = run(*words, "--longest", "14", "--keep-good-rows", "--apply")
    assert (kept.exit_code, kept.output.splitlines()[-1]) == (0, "已导入")
    assert [shift.employment_id for shift in world.rows(Shift)] == [world.employments["A0001"].id]
    written = run("shifts", "班次.csv", "--company", "SL", verb="export")
    assert (written.exit_code, written.output) == (0, "已写出 班次.csv\n")
    again = run("shifts", "班次.csv", "--company", "SL", "--apply")
    assert again.output.splitlines()[-1] == "没有变化"


def test_an_export_is_a_file_that_the_import_reads(run: Run) -> None:
    run("output", "good.csv", "--company", "SL", "--apply")

    written = run("output", "产量.xlsx", "--company", "SL", "--month", "2026-10", verb="export")
    assert (written.exit_code, written.output) == (0, "已写出 产量.xlsx\n")
    again = run("output", "产量.xlsx", "--company", "SL", "--apply")
    assert again.output.splitlines()[-1] == "没有变化"


@pytest.mark.feature("SUP-12")
def test_a_tools_table_with_its_server_and_its_label_column(
    run: Run, world: World, tmp_path: Path
) -> None:
    at = "2026-10-08T02:00:00.000001Z"
    head = "annotation_id,annotator,created_at,sentiment,updated_at"
    (tmp_path / "ls.csv").write_text(f"{head}\n7,2,{at},正面,{at}\n", "utf-8")
    (tmp_path / "map.csv").write_text("用户,工号\n2,A0001\n", "utf-8")
    words: tuple[str, ...] = ("label_studio", "ls.csv", "--company", "SL", "--task-type", "bbox_2d")
    words += ("--server", "ls2", "--control", "sentiment", "--mapping", "map.csv", "--apply")

    applied = run(*words)

    assert (applied.exit_code, applied.output.splitlines()[-1]) == (0, "已导入")
    assert "较弱的证据" in applied.output
    (record,) = world.rows(OutputRecord)
    assert (record.source, record.accepted_qty) == ("label_studio@ls2", 1)


@pytest.mark.feature("ALL-2", "SUP-24")
def test_who_may_not_import_a_table_may_not_export_it(run: Run, world: World) -> None:
    create_account(world.session, Role.FINANCE, world.company, login_name="fin")
    create_account(world.session, Role.SUPERVISOR, world.company, login_name="sup")
    other = create_company(world.session)
    create_account(world.session, Role.FINANCE, other, login_name="elsewhere")

    words = ("tax_openings", "期初.csv", "--company", "SL", "--by")
    assert run(*words, "fin", verb="export").exit_code == 0
    for login_name in ("sup", "elsewhere", "nobody"):
        assert run(*words, login_name, verb="export").exit_code == 2, login_name


def test_from_an_empty_installation(tmp_path: Path) -> None:
    def workforce(*words: str) -> Result:
        words = ("--instance", str(tmp_path / "base"), *words)
        result = CliRunner().invoke(main, words, env={"LC_ALL": "zh"}, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result

    register = str(tmp_path / "名册.xlsx")
    workforce("init")
    workforce("company", "apply", str(ROOT / "docs" / "company-example.yaml"))
    workforce("import", "employees", "--template", register)

    for _ in range(2):
        looked = workforce("import", "employees", register, "--company", "KM")
        assert "用工:新增 2" in looked.output
    applied = workforce("import", "employees", register, "--company", "KM", "--apply")
    assert applied.output.splitlines()[-1] == "已导入"
    again = workforce("import", "employees", register, "--company", "KM", "--apply")
    assert again.output.splitlines()[-1] == "没有变化"


def test_rows_that_are_wrong_in_the_same_way_are_told_once(run: Run, tmp_path: Path) -> None:
    rows = "".join(f"A9999,,2026-10-{day:02d},bbox_2d,1\n" for day in range(1, 9))
    (tmp_path / "many.csv").write_text(GOOD + rows, "utf-8")

    held = run("output", "many.csv", "--company", "SL")

    assert held.output.count("×") == 1
    assert "另有 7 行相同" in held.output
    assert "拒绝 8 行" in held.output
