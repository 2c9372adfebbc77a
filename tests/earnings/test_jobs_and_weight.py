"""The job of each evening, and how heavy the pages are on a phone's line."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from tests.earnings.test_so_far import PAST, work
from tests.factories import do_now
from tests.factories.web import FormClient
from tests.payroll.world import World
from workforce.accounts.models import Account
from workforce.earnings.jobs import JOBS, KEEP_EARNINGS, SCHEDULES
from workforce.earnings.models import EarningsDay
from workforce.people.models import Employment

PAGES = (
    "/earnings",
    "/earnings/estimate",
    "/earnings/what-if",
    "/my-month?period=2026-10",
    "/my-quality",
    "/declarations",
    "/declarations/new",
    "/declarations/new?code=child_education",
    "/disputes",
)


@pytest.mark.feature("ANN-20")
def test_every_page_is_small_after_the_first_visit(
    world: World, worker: Employment, account: Account, client_as: Callable[[Account], FormClient]
) -> None:
    """At most 15 KB, compressed, also in a full month."""
    work(world, worker)
    for day in PAST:
        world.output(worker, "bbox_2d", day.day, 10, submitted_qty=12, rejected_qty=2)
    world.session.commit()
    client = client_as(account)

    weights = {
        path: len(client.get(path, headers={"Accept-Encoding": "gzip"}).data) for path in PAGES
    }

    assert max(weights.values()) < 15_000, weights


def test_the_evening_job_keeps_every_company(world: World, worker: Employment) -> None:
    work(world, worker)
    world.session.commit()

    assert do_now(world.session, KEEP_EARNINGS) == {"people": 1}

    world.session.rollback()
    kept = world.session.scalars(select(EarningsDay)).all()
    assert [(one.employment_id, one.gross_pay_amount) for one in kept] == [(worker.id, 125_714)]
    assert KEEP_EARNINGS in JOBS
    assert [schedule.cron for schedule in SCHEDULES] == ["40 23 * * *"]
