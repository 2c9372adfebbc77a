"""Results of the tax client and of insurance, read back and reconciled; expected figures by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import update

from tests import factories
from tests.documents.test_tax_files import pay_extra
from tests.engines import both_engines
from tests.filings.conftest import NOON
from tests.filings.results import (
    STRANGER,
    TAX_TITLES,
    ClientAs,
    found,
    identity,
    imported,
    state,
    tax_rows,
)
from tests.payroll.world import OCTOBER, World, actor
from workforce.core.errors import InputError, StateError
from workforce.core.permissions import Role
from workforce.documents.files import service as files
from workforce.documents.files.service import form_named
from workforce.filings import month_check, queries, service
from workforce.filings.models import FilingDifference
from workforce.payroll import service as runs
from workforce.payroll.deadlines import tax_deadline
from workforce.payroll.review.rules import Rule, set_rule
from workforce.payroll.stages.finders import Asked
from workforce.platform import clock


@both_engines
@pytest.mark.feature("FIN-37")
def test_each_person_of_the_result_is_compared_to_the_fen(read_back: World) -> None:
    world = read_back
    names = {number: identity(world, number)[0] for number in ("A3", "A4", "A5")}

    told = {name: (one.cause, one.figures, one.amount) for name, one in found(world).items()}

    assert told == {
        names["A3"]: (
            "rounding",
            {"tax": [44_000, 44_001]},
            1,
        ),
        names["A4"]: (
            "only_here",
            {
                "income": [700_000, None],
                "cumulative_income": [700_000, None],
                "taxable": [200_000, None],
                "rate": [30_000, None],
                "due": [6_000, None],
                "before": [0, None],
                "tax": [6_000, None],
            },
            -6_000,
        ),
        names["A5"]: (
            "other_income",
            {
                "income": [600_000, 650_000],
                "taxable": [100_000, 150_000],
                "due": [3_000, 4_500],
                "tax": [3_000, 4_500],
            },
            1_500,
        ),
        "外人": (
            "only_there",
            {
                "income": [None, 500_000],
                "taxable": [None, 0],
                "due": [None, 0],
                "before": [None, 0],
                "tax": [None, 0],
            },
            0,
        ),
    }
    result = state(world).result
    assert result is not None
    assert (result.people_here, result.people_there, result.people_equal) == (6, 6, 3)
    # Ours is what the files that were handed in come to; theirs is the sum of the rows above.
    handed_in = sum(
        control.figure
        for code in ("tax_wages", "tax_labor", "tax_bonus", "tax_severance")
        for control in files.prepare_month(
            world.session, world.company.id, form_named(code), OCTOBER
        ).controls
        if control.label.zh == "本期应扣个税"
    )
    assert result.totals == {"tax": [handed_in, 4_695 + 4_200 + 44_001 + 4_500 + 72_000]}


def answered_meanwhile(world: World, difference_id: int) -> Callable[..., object]:
    """Return what holds a result, and waits for another one's answer first."""
    hold = service._result

    def held(*said: object) -> object:
        answer = update(FilingDifference).where(FilingDifference.id == difference_id)
        world.session.execute(
            answer.values(state="settled", reason="other"),
            execution_options={"synchronize_session": False},
        )
        return hold(*said)  # type: ignore[arg-type]

    return held


@pytest.mark.feature("FIN-37")
def test_a_month_is_reconciled_when_every_difference_has_a_reason_or_its_task_is_done(
    read_back: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = read_back
    result_id, who = state(world).result.id, actor(world.maker)  # type: ignore[union-attr]
    one = found(world)[identity(world, "A5")[0]].id
    assert state(world).unsettled == 4

    for cause, reason in (("rounding", "rounding"), ("only_there", "other")):
        done = service.explain(
            world.scope, result_id, who, reason=reason, note="见税局回执", cause=cause
        )
        assert done == 1
    missing = found(world)[identity(world, "A4")[0]].id
    service.explain(
        world.scope, result_id, who, reason="corrected_there", note="已补报", difference_id=missing
    )
    service.assign(
        world.scope,
        one,
        who,
        assignee_id=world.approver.id,
        due_on=dt.date(2026, 11, 12),
        note="问本人另处收入",
    )
    assert state(world).unsettled == 1
    assert not state(world).is_reconciled
    with monkeypatch.context() as patch:
        patch.setattr(service, "_result", answered_meanwhile(world, one))
        with pytest.raises(StateError) as caught:
            service.finish(world.scope, one, who, note="另一单位已申报 500 元")
    assert caught.value.code == "filing.nothing_chosen"
    service.finish(world.scope, one, who, note="另一单位已申报 500 元")

    assert state(world).is_reconciled
    assert found(world)[identity(world, "A5")[0]].reason == "done"


def test_answers_need_words_and_people(read_back: World) -> None:
    world, who = read_back, actor(read_back.maker)
    result_id = state(world).result.id  # type: ignore[union-attr]
    one = found(world)["外人"].id

    def codes(act: Callable[[], object]) -> str:
        with pytest.raises((InputError, StateError)) as caught:
            act()
        return caught.value.code

    def assigned(**said: object) -> Callable[[], object]:
        told = {"assignee_id": world.approver.id, "due_on": dt.date(2026, 11, 12), "note": "核实"}
        return lambda: service.assign(world.scope, one, who, **told | said)  # type: ignore[arg-type]

    def explained(**said: object) -> Callable[[], object]:
        told = {"reason": "other", "note": "核实", "cause": "only_there"}
        return lambda: service.explain(world.scope, result_id, who, **told | said)  # type: ignore[arg-type]

    annotator = factories.create_account(world.session, Role.SUPERVISOR, world.company)
    world.session.commit()
    assert codes(explained(reason="done")) == "filing.reason_missing"
    assert codes(explained(note=" ")) == "filing.note_missing"
    assert codes(explained(cause="rate")) == "filing.nothing_chosen"
    assert codes(assigned(assignee_id=None)) == "filing.task_incomplete"
    assert codes(assigned(assignee_id=annotator.id)) == "filing.task_incomplete"
    assert codes(assigned(due_on=dt.date(2026, 11, 4))) == "filing.due_passed"
    assert codes(lambda: service.finish(world.scope, one, who, note="好")) == "filing.note_missing"
    assert codes(lambda: service.finish(world.scope, one, who, note="好了")) == (
        "filing.nothing_chosen"
    )
    assert {row.state for row in found(world).values()} == {"open"}


@both_engines
def test_a_second_file_keeps_the_answers_to_what_is_the_same(read_back: World) -> None:
    world = read_back
    result_id = state(world).result.id  # type: ignore[union-attr]
    service.explain(
        world.scope, result_id, actor(world.maker), reason="rounding", note="尾差", cause="rounding"
    )
    again = imported(world, "tax_result", TAX_TITLES, tax_rows(world))
    assert again.counts[:2] == (0, 0)
    assert state(world).result.id == result_id  # type: ignore[union-attr]

    corrected = [row for row in tax_rows(world) if row[1] != STRANGER]
    corrected.insert(
        0, (*identity(world, "A4"), "正常工资薪金", "7000", "2000", "3%", "60", "0", "60")
    )
    imported(world, "tax_result", TAX_TITLES, corrected)

    left = {name: one.state for name, one in found(world).items()}
    assert left == {identity(world, "A3")[0]: "settled", identity(world, "A5")[0]: "open"}
    with pytest.raises(StateError) as caught:
        service.compare_again(world.scope, result_id, actor(world.maker))
    assert caught.value.code == "filing.stale"


def test_pay_that_changed_since_must_be_compared_again(read_back: World) -> None:
    """A4 got a bonus beside: only here. A1 earned 2000 more: 12 000, tax 106.95 instead of 46.95."""
    world = read_back
    result_id = state(world).result.id  # type: ignore[union-attr]
    service.explain(
        world.scope, result_id, actor(world.maker), reason="rounding", note="尾差", cause="rounding"
    )
    pay_extra(world)
    assert state(world).is_stale
    assert not state(world).is_reconciled

    assert service.compare_again(world.scope, result_id, actor(world.maker)) == 6

    assert not state(world).is_stale
    rows = queries.difference_rows(world.session, world.scope, result_id)
    told = {(row.one.employee_no, row.one.item): row.one for row in rows}
    assert told["A1", "wages"].figures == {
        "income": [1_200_000, 1_000_000],
        "taxable": [356_500, 156_500],
        "due": [10_695, 4_695],
        "tax": [10_695, 4_695],
    }
    assert told["A4", "bonus"].cause == "only_here"
    assert told["A3", "labor"].state == "settled"


BILL_TITLES = ("姓名", "社会保障号码", "费款所属期", "险种", "缴费基数", "单位应缴", "个人应缴")


@pytest.mark.feature("FIN-37")
def test_the_bills_of_insurance_and_fund_are_compared_scheme_by_scheme(world: World) -> None:
    """Pension there on 6500: 1040 and 520; medical there in two rows; the fund agrees."""
    who = (*identity(world, "A1"), "202610")
    imported(
        world,
        "insurance_bill",
        BILL_TITLES,
        [
            (*who, "企业职工基本养老保险", "6500", "1040", "520"),
            (*who, "职工基本医疗保险", "6000", "480", "120"),
            (*who, "生育保险", "6000", "30", ""),
            (*who, "大额医疗互助", "", "90", "5"),
            (*who, "失业保险", "6000", "30.00", "29.99"),
            (*who, "工伤保险", "6000", "18", ""),
            (*who, "住房公积金", "6000", "300", "300"),
        ],
        period=None,
    )

    insurance = state(world, "insurance").result
    assert insurance is not None
    rows = queries.difference_rows(world.session, world.scope, insurance.id)
    assert {row.one.item: (row.one.cause, row.one.figures, row.one.amount) for row in rows} == {
        "pension": (
            "base",
            {"base": [600_000, 650_000], "own": [48_000, 52_000], "employer": [96_000, 104_000]},
            12_000,
        ),
        "unemployment": ("rounding", {"own": [3_000, 2_999]}, -1),
    }
    # 480 + 120 + 5 + 30 of the own and 960 + 510 + 90 + 30 + 18 of the employer's.
    assert insurance.totals == {"own": [63_500, 67_499], "employer": [160_800, 168_800]}
    assert state(world, "fund").is_reconciled
    assert not state(world, "insurance").is_reconciled


def test_a_tax_bureaus_list_has_a_row_for_each_side(world: World) -> None:
    name, number = identity(world, "A1")
    titles = ("姓名", "证件号码", "征收项目", "征收品目", "缴费基数", "应缴费额")
    rows = [
        (name, number, "企业职工基本养老保险费", "职工基本养老保险(单位缴纳)", "6000", "960.00"),
        (name, number, "企业职工基本养老保险费", "职工基本养老保险(个人缴纳)", "6000", "480.00"),
    ]

    imported(world, "insurance_bill", titles, rows)

    result = state(world, "insurance").result
    assert result is not None
    assert (result.totals["own"][1], result.totals["employer"][1]) == (48_000, 96_000)
    assert "pension" not in {
        row.one.item for row in queries.difference_rows(world.session, world.scope, result.id)
    }


def refused(
    world: World, source: str, cells: Sequence[Sequence[str]], **options: object
) -> set[str]:
    """Return why a file is not taken, as a whole or row by row."""
    try:
        seen = imported(world, source, TAX_TITLES, cells, **options)
    except InputError as error:
        return {error.code}
    assert not seen.is_applied
    return {one.error.code for one in seen.refusals}


@pytest.mark.parametrize(
    ("source", "changes", "code"),
    [
        ("tax_result", {"period": None}, "filing.period_missing"),
        ("tax_result", {"period": OCTOBER.next()}, "filing.nothing_decided"),
        ("tax_result", {"所得项目": "彩票"}, "filing.unknown_item"),
        ("tax_result", {"应补（退）税额": "一百"}, "money.not_exact"),
        ("tax_result", {"姓名": ""}, "cell.missing"),
    ],
)
def test_what_cannot_be_meant_is_refused_whole(
    world: World, source: str, changes: dict[str, object], code: str
) -> None:
    options = {name: value for name, value in changes.items() if name == "period"}
    rows = [dict(zip(TAX_TITLES, row, strict=True)) for row in tax_rows(world)]
    rows[1] |= {name: str(value) for name, value in changes.items() if name != "period"}
    cells = [[row[title] for title in TAX_TITLES] for row in rows]

    assert code in refused(world, source, cells, **options)
    assert state(world).result is None


def asked_of(world: World) -> Asked:
    """Ask about October, as the month's page does."""
    return Asked(
        session=world.session,
        company_id=world.company.id,
        period=OCTOBER,
        book=world.book,
        run=world.stored_run(),
    )


@pytest.mark.feature("FIN-37")
def test_the_months_page_asks_until_it_is_reconciled(read_back: World, client_as: ClientAs) -> None:
    world = read_back
    (named,) = month_check.unreconciled(asked_of(world)).named
    assert named.detail is not None
    assert named.detail.zh == "4 处差异未说明"

    page = client_as(world.maker).get("/payroll/month/2026-10").text
    assert "个税、社保结果没有核对完" in page
    # The 15th of November 2026 is a Sunday.
    assert tax_deadline(world.book, OCTOBER).on == dt.date(2026, 11, 16)
    assert "2026-11-16" in page

    who, run_id = actor(world.approver), world.stored_run().id
    world.pay()
    set_rule(world.company.id, Rule(severities={"filings_unreconciled": "blocking"}), who)
    with pytest.raises(StateError) as caught:
        runs.close_run(world.scope, run_id, who, world.book)
    assert (caught.value.code, caught.value.params["count"]) == ("payroll.month_blocked", 1)


def test_nothing_read_back_is_asked_for_once_the_deadline_has_passed(world: World) -> None:
    assert month_check.unreconciled(asked_of(world)).count == 0
    with clock.fixed(NOON + dt.timedelta(days=12)):
        assert month_check.unreconciled(asked_of(world)).count == 1
