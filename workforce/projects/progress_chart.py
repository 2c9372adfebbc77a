"""A project's curve: what was done, what the contract asks for, and where the present pace leads."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from workforce.core.chart import Chart, Series
from workforce.core.text import Text
from workforce.projects.progress import weighted_percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workforce.projects.progress import ProjectProgress

_WEEK: Final = dt.timedelta(days=7)
_MOST_POINTS: Final = 52
_WHOLE: Final = 100

_DEFINITION: Final = Text(
    "合格产量占合同数量的百分比，多种任务按客户单价加权，按做活的日期累计。"
    "“合同进度”从开始到截止平均推进；“预测”从今天的已交数量起，按正常速度到预测完成日。",
    "Accepted output as per cent of what was contracted, task types weighed by the client's price, summed by "
    "the day of the work. The contract's line goes evenly from start to deadline; the forecast goes from "
    "what is delivered today to the expected finish at the usual pace.",
)


def progress_chart(
    project: ProjectProgress, by_day: Mapping[tuple[int, dt.date], int], today: dt.date
) -> Chart | None:
    """Return the curve of a project; None where there is nothing to weigh or nothing was done yet.

    ``by_day``: own accepted units by task type and day of the work.
    """
    percent = project.percent
    if percent is None or not by_day:
        return None
    row, finish = project.row, project.finish
    ends_on = finish.middle if finish is not None else None
    first_on = min(row.starts_on, *(on for _task, on in by_day))
    last_on = max(row.due_on, today, ends_on or today)
    points = _points(first_on, last_on, today)
    done = _done(project, by_day, points, today)
    series = [
        Series(Text("已完成", "Done"), done),
        Series(
            Text("合同进度", "Contract"),
            tuple(_between(row.starts_on, row.due_on, 0, on) for on in points),
        ),
    ]
    if ends_on is not None and row.finished_on is None:
        ahead = tuple(
            None if on < today else _between(today, ends_on, percent, on) for on in points
        )
        series.append(Series(Text("预测", "Forecast"), ahead))
    return Chart(
        code="progress",
        title=Text("进度曲线", "Progress"),
        kind="line",
        categories=tuple(Text(on.isoformat(), on.isoformat()) for on in points),
        series=tuple(series),
        unit=Text("%", "%"),
        definition=_DEFINITION,
    )


def _points(first_on: dt.date, last_on: dt.date, today: dt.date) -> list[dt.date]:
    """Return the Mondays that a curve is drawn at, some left out where it is very long, and today."""
    monday = first_on - dt.timedelta(days=first_on.weekday())
    count = -(-(last_on - monday).days // 7) + 1
    step = -(-count // _MOST_POINTS)
    mondays = {monday + n * step * _WEEK for n in range(-(-count // step) + 1)}
    return sorted(mondays | {today})


def _done(
    project: ProjectProgress,
    by_day: Mapping[tuple[int, dt.date], int],
    points: list[dt.date],
    today: dt.date,
) -> tuple[int | None, ...]:
    """Return what was done by the end of each point's day in whole per cent; None after today."""
    units = dict.fromkeys((task.task_type_id for task in project.tasks), 0)
    ordered = sorted((on, task_type_id, count) for (task_type_id, on), count in by_day.items())
    found: list[int | None] = []
    position = 0
    for point in points:
        while position < len(ordered) and ordered[position][0] <= point:
            _on, task_type_id, count = ordered[position]
            units[task_type_id] += count
            position += 1
        share = weighted_percent(project, units)
        found.append(None if share is None or point > today else int(share))
    return tuple(found)


def _between(first_on: dt.date, last_on: dt.date, begins_at: int, on: dt.date) -> int:
    """Return the whole per cent of a straight line from ``begins_at`` on the first day to 100 on the last."""
    if on >= last_on:
        return _WHOLE
    if on <= first_on:
        return begins_at
    return begins_at + (_WHOLE - begins_at) * (on - first_on).days // (last_on - first_on).days
