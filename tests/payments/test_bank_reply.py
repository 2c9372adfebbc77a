"""The bank's reply: found by account and amount in one batch, or refused; applied once."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.imports.sheets import one_sheet
from tests.payments.books import Books, create_books
from workforce.core.law import LawBook
from workforce.imports import service
from workforce.imports.service import Preview
from workforce.imports.source import Options, SourceFile
from workforce.payments import service as payments

HEAD = ("姓名", "卡号", "应处理金额", "备注", "实处理金额", "处理标志")


def reply(
    books: Books, content: bytes, name: str = "回盘.xlsx", batch: str | None = None
) -> Preview:
    """Import a reply."""
    books.session.commit()
    return service.apply(
        service.source_named("bank_reply"),
        SourceFile(name, content),
        company_id=books.company.id,
        actor=books.who,
        options=Options(batch=batch),
    )


def told(seen: Preview) -> list[tuple[int | None, str]]:
    return [(one.place.row, one.error.code) for one in seen.refusals]


def account(books: Books, number: str) -> str:
    found = books.staff[number].bank_account
    assert found is not None
    return found


@both_engines
@pytest.mark.feature("FIN-34")
def test_failed_lines_come_back_and_are_owed_again(session: Session, book: LawBook) -> None:
    books = create_books(session, book)
    run_id = books.run(A=250_000, B=310_050, C=180_000)
    made = books.pay(run_id)
    content = one_sheet(
        HEAD,
        ("A某", account(books, "A"), "2500.00", "A", "2500.00", "成功"),
        ("B某", account(books, "B"), "3100.50", "B", "0.00", "账号不存在"),
    )

    seen = reply(books, content)

    assert told(seen) == []
    assert (seen.counts.changed, seen.counts.unchanged) == (1, 1)
    assert [notice.text.zh for notice in seen.notices][-1].startswith("发放批里还有 1 笔")
    assert books.state(run_id) == "paid"
    assert books.payment(made.batch_id, "B").fail_reason == "账号不存在"
    assert books.ledger() == {
        ("A", "2026-10"): (250_000, 250_000, 0, "settled"),
        ("B", "2026-10"): (310_050, 0, 310_050, "failed"),
        ("C", "2026-10"): (180_000, 180_000, 0, "settled"),
    }
    again = reply(books, content)
    assert (told(again), again.counts.changed, again.counts.unchanged) == ([], 0, 2)
    # The next batch is the newest; the old reply is then about a batch that must be named.
    rest = payments.make_arrears_batch(books.scope, books.company.id, books.who)
    assert told(reply(books, content)) == [(2, "payments.reply_unknown")]
    assert books.payment(rest.batch_id, "B").state == "pending"
    named = reply(books, content, batch="发放批 1")
    assert (told(named), named.counts.unchanged) == ([], 2)
    unknown = told(reply(books, content, batch="7"))
    assert unknown == [(row, "payments.reply_no_batch") for row in (2, 3)]


@pytest.mark.feature("FIN-34")
def test_what_does_not_match_wholly_is_refused_in_its_row(books: Books) -> None:
    made = books.make(books.run(A=250_000, B=310_050, C=180_000))
    a, b, c = (account(books, number) for number in "ABC")
    seen = reply(
        books,
        one_sheet(
            HEAD,
            ("A某", a, "2500.01", "", "0", "失败"),  # another amount
            ("李四", b, "3100.50", "", "0", "失败"),  # another name
            ("C某", c, "1800.00", "", "900.00", "失败"),  # a part
            ("A某", "6222999999999999", "2500.00", "", "0", "失败"),  # another account
            ("A某", a, "2500.00", "", None, "待处理"),
            ("C某", c, "1800.00", "", None, None),
            ("B某", b, "3100.50", "", "3100.50", "失败"),  # it says both
            ("B某", b, "3100.50", "", "0.00", "成功"),
            ("C某", c, "1800.00", "", "0.00", "银行处理中"),  # sent back it would be paid twice
        ),
    )
    assert not seen.is_applied
    assert told(seen) == [
        (2, "payments.reply_unknown"),
        (3, "payments.reply_other_name"),
        (4, "payments.reply_in_part"),
        (5, "payments.reply_unknown"),
        (6, "payments.reply_result"),
        (7, "cell.missing"),
        (8, "payments.reply_result"),
        (9, "payments.reply_result"),
        (10, "payments.reply_result"),
    ]
    assert a not in str([one.error.message("zh") for one in seen.refusals])
    assert {books.payment(made.batch_id, number).state for number in "ABC"} == {"pending"}


@pytest.mark.feature("FIN-34")
def test_two_lines_alike_are_told_apart_by_nothing(books: Books) -> None:
    """Of October and November the same sum is owed to one account, in one batch of arrears."""
    for period in ("2026-10", "2026-11"):
        run_id = books.run(period, A=250_000, B=100)
        account_of_a, books.staff["A"].bank_account = books.staff["A"].bank_account, None
        books.session.commit()
        books.pay(run_id)
        books.staff["A"].bank_account = account_of_a
        books.session.commit()
    made = payments.make_arrears_batch(books.scope, books.company.id, books.who)
    assert (made.count, made.total) == (2, 500_000)
    line = ("A某", account(books, "A"), "2500.00", "", None)
    mixed = one_sheet(HEAD, (*line, "成功"), (*line, "失败"))
    assert {code for _, code in told(reply(books, mixed))} == {"payments.reply_ambiguous"}
    assert {code for _, code in told(reply(books, one_sheet(HEAD, (*line, "失败"))))} == {
        "payments.reply_ambiguous"
    }
    three = one_sheet(HEAD, *[(*line, "失败")] * 3)
    assert told(reply(books, three)) == [(4, "row.duplicate")]
    both = "卡号\t金额(分)\t处理标志\n" + f"{account(books, 'A')}\t250000\t全部失败\n" * 2
    seen = reply(books, both.encode("gb18030"), "回盘.txt")
    assert (told(seen), seen.counts.changed) == ([], 2)
    assert [row[3] for row in books.ledger().values() if row[0] == 250_000] == ["failed"] * 2
