"""A company's own layouts, the account that it pays from, and how it names its accounts in the books."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.crypto import Encrypted
from workforce.platform.db import Base, Code, Id, Instant, Name, PrimaryKey


class FileTemplate(Base):
    """A layout that a company uploaded for a file: the newest of a form holds.

    ``header``: a ``template.Header``: the titles in their order, and where they stand. ``content``: the file as it was sent.
    """

    __tablename__ = "file_template"
    __table_args__ = (UniqueConstraint("company_id", "form_code", "uploaded_at"),)

    id: Mapped[PrimaryKey]
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"))
    form_code: Mapped[Code]
    name: Mapped[str] = mapped_column(String(180))
    header: Mapped[dict[str, Any]] = mapped_column(JSON)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    uploaded_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("account.id"))
    uploaded_at: Mapped[Instant]


class CompanyAccount(Base):
    """The bank account that a company pays wages from; ``province`` and ``city`` are those of its bank."""

    __tablename__ = "company_account"

    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"), primary_key=True)
    account_name: Mapped[Name]
    account_no: Mapped[str] = mapped_column(Encrypted)
    bank_name: Mapped[Name]
    province: Mapped[str | None] = mapped_column(String(40))
    city: Mapped[str | None] = mapped_column(String(40))
    phone: Mapped[str | None] = mapped_column(String(40))


class VoucherAccount(Base):
    """A company's own account in the books, where it departs from the standard chart.

    ``key``: an ``accounts.AccountKey``. ``share_rate``: the part of labour cost that goes to this
    account, in millionths; NULL for accounts of which there is no choice.
    """

    __tablename__ = "voucher_account"
    __table_args__ = (CheckConstraint("share_rate BETWEEN 0 AND 1000000", name="share_rate"),)

    company_id: Mapped[int] = mapped_column(Id, ForeignKey("company.id"), primary_key=True)
    key: Mapped[Code] = mapped_column(primary_key=True)
    account_code: Mapped[str] = mapped_column(String(40))
    account_name: Mapped[Name]
    share_rate: Mapped[int | None] = mapped_column(BigInteger)
