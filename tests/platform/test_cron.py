"""When something is due: read as a crontab is, told in words, reckoned in the base's zone."""

from __future__ import annotations

import datetime as dt
from itertools import islice

import pytest

from workforce.core.errors import InputError
from workforce.platform import clock
from workforce.platform.cron import parse

# Tuesday 2026-11-10, 12:00 at the base.
NOON = dt.datetime(2026, 11, 10, 4, tzinfo=dt.UTC)


def _times(text: str, count: int = 3) -> list[str]:
    return [
        clock.to_base(due).strftime("%m-%d %H:%M") for due in islice(parse(text).after(NOON), count)
    ]


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("* * * * *", ["11-10 12:01", "11-10 12:02", "11-10 12:03"]),
        ("*/20 * * * *", ["11-10 12:20", "11-10 12:40", "11-10 13:00"]),
        ("30 2 * * *", ["11-11 02:30", "11-12 02:30", "11-13 02:30"]),
        # 0 and 7 are Sunday, as in crontab(5): 2026-11-15 is one.
        ("0 8 * * 0", ["11-15 08:00", "11-22 08:00", "11-29 08:00"]),
        ("0 8 * * 7", ["11-15 08:00", "11-22 08:00", "11-29 08:00"]),
        ("0 8 * * 1-5", ["11-11 08:00", "11-12 08:00", "11-13 08:00"]),
        ("0 8 * * 5-7", ["11-13 08:00", "11-14 08:00", "11-15 08:00"]),
        ("0 9 1,15 * *", ["11-15 09:00", "12-01 09:00", "12-15 09:00"]),
        ("0 9 31 * *", ["12-31 09:00", "01-31 09:00", "03-31 09:00"]),
        ("0 0 29 2 *", ["02-29 00:00", "02-29 00:00"]),
        # As a Chinese keyboard writes it.
        ("３０　２　＊　＊　１－５", ["11-11 02:30", "11-12 02:30"]),
    ],
)
def test_due_times_are_those_of_a_crontab_at_the_base(text: str, times: list[str]) -> None:
    assert _times(text, len(times)) == times


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("* * * * *", "每分钟", "every minute"),
        ("*/10 * * * *", "每 10 分钟", "every 10 minutes"),
        ("5 * * * *", "每小时的第 05 分", "at minute 05 of every hour"),
        ("30 3 * * *", "每天 03:30", "Daily at 03:30"),
        ("0 8,20 * * *", "每天 08:00, 20:00", "Daily at 08:00, 20:00"),
        ("0 8 * * 1,7", "每周一、周日 08:00", "On Monday, Sunday at 08:00"),
        ("0 9 1 * *", "每月 1 日 09:00", "On day 1 of the month at 09:00"),
        ("0 9 1 6 *", "6 月 1 日 09:00", "On day 1 in month 6 at 09:00"),
        ("*/10 8-17 * * 1-5", None, None),
    ],
)
def test_times_are_told_in_words(text: str, zh: str | None, en: str | None) -> None:
    words = parse(text).words
    if zh:
        assert (words.zh, words.en) == (zh, en)
    else:
        assert "每周一、周二、周三、周四、周五" in words.zh
        assert "08, 09" in words.en


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "schedule.cron_fields"),
        ("0 2 * *", "schedule.cron_fields"),
        ("@daily", "schedule.cron_fields"),
        ("60 2 * * *", "schedule.cron_field"),
        ("0 24 * * *", "schedule.cron_field"),
        ("0 2 0 * *", "schedule.cron_field"),
        ("0 2 * 13 *", "schedule.cron_field"),
        ("0 2 * * 8", "schedule.cron_field"),
        ("0 5-2 * * *", "schedule.cron_field"),
        ("*/0 * * * *", "schedule.cron_field"),
        ("*/０ * * * *", "schedule.cron_field"),
        ("*/٠ * * * *", "schedule.cron_field"),
        ("0 2 * * mon", "schedule.cron_field"),
        ("0 2 1, * *", "schedule.cron_field"),
        ("0 2 1 * 1", "schedule.cron_two_days"),
        ("0 2 30 2 *", "schedule.cron_never"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_field(text: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(text)
    assert caught.value.code == code
    assert caught.value.message("zh")


def test_the_refusal_names_field_and_range() -> None:
    with pytest.raises(InputError) as caught:
        parse("0 24 * * *")
    assert caught.value.message("zh") == "“时”这一段的“24”看不懂"
    assert "0 到 23" in str(caught.value.hint("zh"))


def test_a_long_while_is_counted_up_to_a_limit_and_its_newest_time_is_right() -> None:
    cron = parse("* * * * *")
    due = cron.between(NOON, NOON + dt.timedelta(days=400, seconds=30), kept=2)
    assert due is not None
    assert due.count == 2000
    assert due.first == NOON + dt.timedelta(minutes=1)
    assert due.newest == NOON + dt.timedelta(days=400)
    assert due.earlier == (
        NOON + dt.timedelta(days=400, minutes=-2),
        NOON + dt.timedelta(days=400, minutes=-1),
    )


def test_a_while_includes_its_end_and_not_its_beginning() -> None:
    cron = parse("0 12 * * *")
    day = dt.timedelta(days=1)
    assert cron.between(NOON, NOON + day - dt.timedelta(seconds=1), kept=9) is None
    due = cron.between(NOON, NOON + 3 * day, kept=9)
    assert due is not None
    assert (due.newest, due.earlier) == (NOON + 3 * day, (NOON + day, NOON + 2 * day))
