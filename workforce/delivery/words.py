"""What the mails say, in Chinese and then in English; never an amount."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workforce.documents import labels
from workforce.platform.installation import installation

if TYPE_CHECKING:
    from workforce.core.rules.slip_password import PasswordRule
    from workforce.documents.views import PayslipView


def payslip_subject(view: PayslipView) -> str:
    """Return the subject of the mail that brings a payslip."""
    month = labels.month(view.period)
    return f"{view.company_name} {month.zh}工资条 · Payslip {month.en}"


def payslip_body(view: PayslipView, rule: PasswordRule) -> str:
    """Return the words of the mail that brings a payslip, with the rule of its password."""
    month, address = labels.month(view.period), installation().public_url
    return f"""{view.person_name}：

附件是您 {month.zh}的工资条，是加了密码的 PDF。
打开密码：{rule.label.zh}。

看过之后，请登录下面的网址签收；对工资有疑问，也在那里提：
{address}/payslips/{view.payslip_id}

本邮件由系统自动发出，请不要回复。
{view.company_name}

--
Your payslip of {month.en} is attached as a locked PDF.
Password: {rule.label.en}.
Please sign for it, and ask about it, at the address above. Nobody reads replies to this mail.
"""


def reminder_subject(view: PayslipView) -> str:
    """Return the subject of the mail that asks for a signature."""
    month = labels.month(view.period)
    return f"请签收 {month.zh}工资条 · Please sign for your payslip of {month.en}"


def reminder_body(view: PayslipView) -> str:
    """Return the words of the mail that asks for a signature."""
    month, address = labels.month(view.period), installation().public_url
    return f"""{view.person_name}：

您 {month.zh}的工资条还没有签收。请登录看一看，没有疑问就签收；有疑问，在工资条上点那一项就能提：
{address}/payslips/{view.payslip_id}

本邮件由系统自动发出，请不要回复。
{view.company_name}

--
Your payslip of {month.en} waits for your signature at the address above. If something in it looks
wrong, open that line there and ask.
"""
