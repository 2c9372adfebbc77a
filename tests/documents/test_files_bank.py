"""Bank files: the columns of the banks' own templates, exact amounts, and nothing that does not tie."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest

from tests.documents.file_samples import (
    ACCOUNT,
    TOTAL,
    batch_data,
    cells_of,
    paying,
    prepared,
    written,
)
from workforce.core.errors import StateError
from workforce.documents.files.form import Group
from workforce.documents.files.forms import forms
from workforce.documents.files.service import grouped, make_file
from workforce.platform import audit

BANK_FORMS = [form.code for form in forms().values() if form.group is Group.BANK]
SHEETS = [code for code in BANK_FORMS if forms()[code].layout.ending == "xlsx"]
TEXTS = [code for code in BANK_FORMS if forms()[code].layout.ending != "xlsx"]
FORMULAS = ["=SUM(A1:A9)", "+8613900000000", "-1+2", "@cmd", "\tTAB"]


@pytest.mark.feature("FIN-30")
def test_icbc_corporate_file_is_its_template() -> None:
    rows = cells_of(written("bank_icbc", batch_data()))
    assert rows[0] == [
        "币种",
        "日期",
        "明细标志",
        "顺序号",
        "付款账号开户行",
        "付款账号/卡号",
        "付款账号名称/卡名称",
        "收款账号开户行",
        "收款账号省份",
        "收款账号地市",
        "收款账号地区码",
        "收款账号",
        "收款账号名称",
        "金额",
        "汇款用途",
        "备注信息",
        "汇款方式",
        "收款账户短信通知手机号码",
        "自定义序号",
    ]
    assert rows[3] == [
        *("RMB", "20261110", None, "3", "工商银行", "3100000000000000001", "示例数据公司"),
        *("中国建设银行重庆分行", "重庆", "重庆", None, "6217000000000004766", "张𬭎", 7043.55),
        *("工资", "2026年10月工资", "1", "13900000003", "A0003"),
    ]


@pytest.mark.feature("FIN-30")
def test_ccb_file_says_who_banks_elsewhere() -> None:
    rows = cells_of(written("bank_ccb", batch_data()))
    assert rows[0] == [
        "序号（必填）",
        "账号（必填）",
        "户名（必填）",
        "金额（必填）",
        "跨行标识（选填 建行填0 他行填1）",
        "行名（跨行业务与联行行号不能同时为空）",
        "联行行号（跨行业务与行名不能同时为空）",
        "摘要（选填 显示在收款账户流水明细中）",
        "备注（选填）",
    ]
    month = "2026年10月工资"
    assert rows[1][:6] == [1, "6228480000000008433", "李晨", 6512.3, "1", "中国农业银行"]
    assert rows[3] == [3, "6217000000000004766", "张𬭎", 7043.55, "0", None, None, month, "A0003"]
    unknown = prepared("bank_ccb", paying(bank_name=None))
    assert [(one.error.code, one.name) for one in unknown.faults] == [("file.no_bank_name", "李晨")]


def test_abc_list_stands_under_the_companys_account() -> None:
    rows = cells_of(written("bank_abc", batch_data()))
    assert rows[0][2] == "单位代发工资名单"
    assert rows[3][1:3] == ["单位帐号:", ACCOUNT.account_no]
    assert rows[6] == ["序号", "姓名", "帐号", "金额"]
    assert rows[9] == [3, "张𬭎", "6217000000000004766", 7043.55]


@pytest.mark.feature("FIN-30")
def test_text_files_are_the_banks_to_the_byte() -> None:
    plain = replace(
        batch_data(),
        payments=tuple(replace(one, bank_name=None) for one in batch_data().payments),
    )
    assert written("bank_text", plain) == (
        "序号,收款账号,收款户名,金额,收款行名,联行行号,用途,备注\r\n"
        "1,6228480000000008433,李晨,6512.30,,,工资,A0001\r\n"
        "2,6222020000000006882,王欣怡,5888.00,,,工资,A0002\r\n"
        "3,6217000000000004766,张𬭎,7043.55,,,工资,A0003\r\n"
        "4,6228660000000004343,欧阳㛃,3120.08,,,工资,A0004\r\n"
        "5,6228480000000008185,阿依古丽·买买提,8800.00,,,工资,A0005\r\n"
    ).encode("gb18030")
    payer = replace(ACCOUNT, account_no="6222000000000000000")
    lines = written("bank_icbc_text", batch_data(account=payer)).decode("gb18030").splitlines()
    assert lines[:5] == [
        "#总计信息",
        "#注意：本文件中的金额均以分为单位！",
        "#币种|日期|总计标志|总金额|总笔数|",
        "RMB|20261110|1|3136393|5|",
        "#明细指令信息",
    ]
    assert lines[5] == (
        "#币种|日期|顺序号|付款帐号|付款账号类型|收款帐号|收款帐号名称|金额|用途|备注信息|"
        "是否允许收款人查看付款人信息|"
    )
    assert lines[8] == (
        "RMB|20261110|3|6222000000000000000|灵通卡|6217000000000004766|张𬭎|704355|工资|2026年10月|0|"
    )
    assert len(lines) == 11


@pytest.mark.feature("FIN-30")
@pytest.mark.parametrize("code", BANK_FORMS)
def test_a_file_that_does_not_tie_is_not_made(code: str) -> None:
    """Gross instead of net (lesson P27), or one fen: both figures are said and nothing is made."""
    file = prepared(code, paying(amount=651_231))
    with pytest.raises(StateError) as refused:
        make_file(file, audit.CLI)
    message = refused.value.message("zh")
    assert "31363.94" in message
    assert "31363.93" in message
    lost = replace(batch_data(), payments=batch_data().payments[1:])
    assert not prepared(code, lost).can_be_made


@pytest.mark.feature("FIN-30")
@pytest.mark.parametrize("code", SHEETS)
@pytest.mark.parametrize("field", ["name", "employee_no", "bank_name", "bank_account", "phone"])
def test_text_of_a_sheet_is_never_a_formula(code: str, field: str) -> None:
    for planted in FORMULAS:
        content = written(code, paying(**{field: planted}))
        sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert all(cell.data_type != "f" for cell in cells)
        assert all(cell.value == planted for cell in cells if planted in str(cell.value))


@pytest.mark.feature("FIN-30")
@pytest.mark.parametrize("code", TEXTS)
def test_a_text_that_would_break_or_run_is_refused(code: str) -> None:
    delimiter = forms()[code].layout.delimiter
    for planted in [*FORMULAS, f"李{delimiter}晨", '李"晨', "李\n晨"]:
        file = prepared(code, paying(name=planted))
        assert {one.error.code for one in file.faults} == {"file.unsafe_text"}, planted
        assert not file.can_be_made


def test_rare_characters_are_named_and_written() -> None:
    file = prepared("bank_text", batch_data())
    assert file.can_be_made
    said = [
        (group.people, group.error.params["characters"])
        for group in grouped(file.warnings)
        if group.error.code == "file.outside_charset"
    ]
    assert said == [(("A0003 张𬭎",), "𬭎"), (("A0004 欧阳㛃",), "㛃")]
    for rare in "㛃䶮𬭎":
        assert f",{rare},".encode("gb18030") in written("bank_text", paying(name=rare))


def test_names_and_remarks_fit_what_the_bank_stores() -> None:
    assert not prepared("bank_offer", paying(name="长" * 30, employee_no="A" * 12)).faults
    file = prepared("bank_offer", paying(name="长" * 31, employee_no="A" * 13))
    assert [one.error.params["limit"] for one in file.faults] == [60, 12]


def test_what_a_bank_needs_is_asked_for_once() -> None:
    file = prepared("bank_icbc", replace(batch_data(), account=None))
    assert [one.error.code for one in file.faults] == ["file.no_paying_account"]
    lacking = prepared("bank_text", paying(bank_account=None))
    assert [(one.error.code, one.employee_no) for one in lacking.faults] == [
        ("file.lacks", "A0001")
    ]


def test_controls_say_what_the_file_comes_to() -> None:
    controls = prepared("bank_text", batch_data()).controls
    assert [(one.label.zh, one.figure, one.due) for one in controls] == [
        ("笔数", 5, 5),
        ("实发合计", TOTAL, TOTAL),
    ]
