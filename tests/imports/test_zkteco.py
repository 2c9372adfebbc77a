"""A punch clock's log: bare times, paired by the stated shifts; nothing missing is ever filled in."""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines import both_engines
from tests.imports.conftest import SAMPLES, World, reasons
from workforce.attendance.models import Shift
from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.core.rules.punch_pairing import PlannedShift
from workforce.imports import service
from workforce.imports.clock_users import read_user_names
from workforce.imports.source import Options, SourceFile
from workforce.imports.stated_shift import planned_shift
from workforce.people.models import Person
from workforce.platform import locks
from workforce.production.models import SourceUser

SAMPLE = (SAMPLES / "1_attlog.dat").read_bytes()
PINS = {str(n): f"A000{n}" for n in range(1, 6)}
SHIFTS = ("09:00-18:00/60", "22:00-06:00/30")


def line(pin: int | str, when: str) -> str:
    return f"{pin:>9}\t{when}:00\t1\t0\t1\t0\r\n"


def log(*punches: tuple[int | str, str]) -> bytes:
    return "".join(line(*punch) for punch in punches).encode()


def apply(world: World, content: bytes, shifts: Sequence[str] = SHIFTS, **more: Any) -> Any:
    options = {"mapping": PINS, "planned": tuple(map(planned_shift, shifts))} | more
    return world.apply("zkteco", "1_attlog.dat", content, **options)


def written(world: World) -> list[tuple[int, str, str, int]]:
    return [
        (s.work_on.day, f"{s.starts_at:%d %H:%M}", f"{s.ends_at:%d %H:%M}", s.break_minutes)
        for s in world.rows(Shift)
    ]


@both_engines
@pytest.mark.feature("SUP-4")
@pytest.mark.feature("SUP-6")
def test_the_sample_log(world: World) -> None:
    held = apply(world, SAMPLE, longest_minutes=17 * 60)
    # 王欣怡 (2) forgot to punch out on 14 October.
    assert [refusal.error.code for refusal in held.refusals] == ["punch.missing"]
    assert held.refusals[0].value == "2 10-14 08:58"
    assert "2026-10-14 缺下班卡" in held.refusals[0].error.message("zh")
    assert world.count(Shift) == 0

    seen = apply(world, SAMPLE, longest_minutes=17 * 60, keep=True)

    assert seen.notices == []
    assert world.count(Shift) == 5 * 18 - 1 - 2
    shifts = {(s.employment_id, s.work_on): s for s in world.rows(Shift)}
    night = shifts[world.employments["A0003"].id, dt.date(2026, 10, 8)]
    assert night.starts_at == dt.datetime(2026, 10, 8, 21, 55)
    assert night.ends_at == dt.datetime(2026, 10, 9, 6, 2)
    assert night.break_minutes == 30
    long = shifts[world.employments["A0001"].id, dt.date(2026, 10, 23)]
    assert (long.ends_at, long.break_minutes) == (dt.datetime(2026, 10, 24, 1, 12), 60)
    # Lateness is a judgement: a clock knows neither leave nor grace.
    assert {shift.late_minutes for shift in world.rows(Shift)} == {0}


@both_engines
@pytest.mark.feature("SUP-5")
def test_the_sample_again_and_in_another_order_changes_nothing(world: World) -> None:
    apply(world, SAMPLE, keep=True)
    lines = SAMPLE.splitlines(keepends=True)

    for content in (SAMPLE, b"".join(lines[::-1]), SAMPLE + SAMPLE):
        again = apply(world, content, keep=True)
        assert again.counts[:2] == (0, 0)
        assert again.counts.removed == 0


@given(st.randoms(use_true_random=False))
def test_any_order_of_lines_gives_the_same_days(shuffler: Any) -> None:
    lines = SAMPLE.splitlines(keepends=True)
    options = Options(planned=tuple(map(planned_shift, SHIFTS)))
    read = service.source_named("zkteco").read
    expected = read(SourceFile("1_attlog.dat", b"".join(lines)), options)
    shuffler.shuffle(lines)

    found = read(SourceFile("1_attlog.dat", b"".join(lines)), options)

    assert sorted((p.row.user_id, p.row.on, p.row.pairs) for p in found.rows) == sorted(
        (p.row.user_id, p.row.on, p.row.pairs) for p in expected.rows
    )
    assert sorted(r.value for r in found.refusals) == sorted(r.value for r in expected.refusals)


def test_the_shifts_must_be_stated(world: World) -> None:
    with pytest.raises(InputError) as caught:
        apply(world, SAMPLE, shifts=())
    assert caught.value.code == "punch.rule_unknown"
    assert "--shift" in (caught.value.hint("zh") or "")


@pytest.mark.parametrize(
    ("text", "shift"),
    [
        ("09:00-18:00/60", PlannedShift(540, 1080, 60)),
        ("9:00 - 18:00", PlannedShift(540, 1080, 0)),
        ("22：00-06：00/30", PlannedShift(1320, 1800, 30)),
        ("00:00-00:00", PlannedShift(0, 1440, 0)),
    ],
)
def test_how_a_shift_is_stated(text: str, shift: PlannedShift) -> None:
    assert planned_shift(text) == shift


@pytest.mark.parametrize("text", ["", "9-18", "09:00-24:00", "09:00-18:00/540", "09:00/60", "x"])
def test_what_is_no_shift(text: str) -> None:
    with pytest.raises(InputError) as caught:
        planned_shift(text)
    assert caught.value.code == "option.shift"


def test_a_missing_punch_is_refused_and_its_whole_day_left_alone(world: World) -> None:
    content = log(
        (1, "2026-10-12 09:00"),
        (1, "2026-10-12 12:00"),
        (1, "2026-10-12 18:00"),
        (1, "2026-10-13 09:00"),
        (1, "2026-10-13 18:00"),
        (2, "2026-10-20 09:00"),
        (2, "2026-10-20 18:00"),
    )

    seen = apply(world, content, keep=True)

    # 12:00 to 18:00 lies nearer to the shift than 09:00 to 12:00: 09:00 is the one without an end.
    assert [refusal.value for refusal in seen.refusals] == ["1 10-12 09:00"]
    assert [day for day, *_ in written(world)] == [13, 20]


def test_who_is_still_at_work_is_no_mistake(world: World) -> None:
    content = log(
        (1, "2026-10-12 09:00"),
        (1, "2026-10-12 18:00"),
        (3, "2026-10-12 21:57"),
        (1, "2026-10-13 08:58"),
        (2, "2026-10-13 09:01"),
    )

    seen = apply(world, content)

    assert seen.refusals == []
    assert ["3 人" in notice.text.zh for notice in seen.notices] == [True]
    assert [day for day, *_ in written(world)] == [12]


@pytest.mark.parametrize(
    ("spoilt", "code"),
    [
        (b"garbage\r\n", "punch.line"),
        (b"        1\t2026-10-32 09:00:00\t1\t0\r\n", "punch.line"),
        (b"        1\t2026-10-12 25:00:00\t1\t0\r\n", "punch.line"),
        (b"        1\t2000-01-01 00:03:00\t1\t0\r\n", "punch.line"),
        (b"        \t2026-10-12 09:00:00\t1\t0\r\n", "punch.line"),
        (b"        1\t2026-10-12 09:0\x00:00\t1\r\n", "punch.line"),
        (b"\xff\x00\xfe\r\n", "punch.line"),
        (b"        1\t2026-10-12\r\n", "punch.line"),
        (b'=cmd|"/c calc"!A1\r\n', "punch.line"),
    ],
)
def test_a_spoilt_line_is_refused_by_its_number(world: World, spoilt: bytes, code: str) -> None:
    good = log((2, "2026-10-12 09:00"), (2, "2026-10-12 18:00"))

    seen = apply(world, good + spoilt, keep=True)

    assert reasons(seen) == [(3, code)]
    assert seen.refusals[0].value.isprintable()
    assert world.count(Shift) == 1


@pytest.mark.parametrize(
    "content",
    [
        SAMPLE.replace(b"\r\n", b"\n"),
        b"\xef\xbb\xbf" + SAMPLE,
        SAMPLE + b"\r\n\r\n",
        b"\n".join(entry.split(b"\t1\t")[0] for entry in SAMPLE.splitlines()),
        SAMPLE.replace(b"\t1\t1\t1\t0", b"\t255\t0\t15\t0\t0\t0"),
        SAMPLE.replace(b"         ", b""),
    ],
)
def test_what_differs_between_models_does_not_matter(world: World, content: bytes) -> None:
    apply(world, content, keep=True)

    assert world.count(Shift) == 5 * 18 - 2 - 2  # and the stretch of 16 hours 22


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("1_attlog.dat", b"nothing\nhere\n", "punch.not_attlog"),
        ("1_attlog.dat", SAMPLE + b"x\n" * 10_001, "punch.not_attlog"),
    ],
)
def test_a_file_that_is_no_log(world: World, name: str, content: bytes, code: str) -> None:
    with pytest.raises(InputError) as caught:
        world.preview("zkteco", name, content, planned=(planned_shift(SHIFTS[0]),))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("pin", "day", "code"),
    [
        (7, "2026-10-12", "tool.user_unmapped"),
        (1, "2026-11-27", "cell.future"),
        (1, "2019-12-02", "employment.not_employed"),
    ],
)
def test_a_day_that_cannot_be(world: World, pin: int, day: str, code: str) -> None:
    seen = apply(world, log((pin, f"{day} 09:00"), (pin, f"{day} 18:00")))

    assert [refusal.error.code for refusal in seen.refusals] == [code]
    assert world.count(Shift) == 0


@pytest.mark.feature("SUP-10")
def test_a_closed_month(world: World) -> None:
    content = log((1, "2026-10-12 09:00"), (1, "2026-10-12 18:00"))
    apply(world, content)
    locks.lock(
        world.session, world.company.id, PayPeriod(2026, 10), reason="closed", account_id=None
    )
    world.session.commit()

    assert apply(world, content).refusals == []
    later = content + log((1, "2026-10-12 18:30"))
    assert [r.error.code for r in apply(world, later, keep=True).refusals] == ["punch.missing"]
    longer = log((1, "2026-10-12 09:00"), (1, "2026-10-12 18:30"))
    assert [r.error.code for r in apply(world, longer).refusals] == ["month.closed"]


@both_engines
def test_days_move_with_a_corrected_map(world: World) -> None:
    content = log((1, "2026-10-12 09:00"), (1, "2026-10-12 18:00"))
    apply(world, content)

    apply(world, content, mapping={"1": "A0004"})

    (shift,) = world.rows(Shift)
    assert shift.employment_id == world.employments["A0004"].id


def test_a_clock_that_was_set_back_is_pointed_out(world: World) -> None:
    content = log(
        (1, "2026-10-12 09:00"),
        (1, "2026-10-12 18:00"),
        (2, "2026-10-12 09:00"),
        (2, "2026-10-12 18:00"),
    )

    seen = apply(world, content)

    assert [(n.place and n.place.row, "往回跳" in n.text.zh) for n in seen.notices] == [(3, True)]


def record(pin: str, name: bytes) -> bytes:
    """One record of a modern user.dat; its password must not come out."""
    return struct.pack("<HB8s24sIx7sx24s", 1, 0, b"secret", name, 77, b"1", pin.encode())


def test_names_from_the_clock_map_people_whose_names_are_their_own(world: World) -> None:
    namesake = world.session.get(Person, world.employments["A0004"].person_id)
    assert namesake is not None
    namesake.name = "王欣怡"
    world.session.commit()
    users = read_user_names(
        record("1", "李晨".encode("gbk")) + record("2", "王欣怡".encode()) + record("3", b"")
    )
    content = log(
        (1, "2026-10-12 09:00"),
        (1, "2026-10-12 18:00"),
        (2, "2026-10-12 09:05"),
        (2, "2026-10-12 18:05"),
    )

    seen = apply(world, content, mapping={}, users=users, keep=True)

    # Two are called 王欣怡: nobody guesses which.
    assert [refusal.error.code for refusal in seen.refusals] == ["tool.user_unmapped"]
    assert [(u.source_user, u.employment_id) for u in world.rows(SourceUser)] == [
        ("1", world.employments["A0001"].id)
    ]


def test_a_name_that_is_not_the_mapped_persons_is_pointed_out(world: World) -> None:
    content = log((1, "2026-10-12 09:00"), (1, "2026-10-12 18:00"))

    seen = apply(world, content, users={"1": "王欣怡"})

    assert ["登记为李晨" in notice.text.zh for notice in seen.notices] == [True]


def test_user_files_old_and_new() -> None:
    old = struct.pack("<HB5s8sIxBhI", 1, 0, b"pw", "李晨".encode("gbk"), 0, 1, 0, 12)

    assert read_user_names(old) == {"12": "李晨"}
    assert read_user_names(record("0012", "张𬭎".encode())) == {"0012": "张𬭎"}
    for wrong in (b"", b"x" * 71, SAMPLE):
        with pytest.raises(InputError) as caught:
            read_user_names(wrong)
        assert caught.value.code == "mapping.user_dat"
