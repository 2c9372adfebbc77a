"""Accounts: who signs in, with which role, reaching how far; what a sign-in leaves behind."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from workforce.platform.crypto import Encrypted
from workforce.platform.db import Base, Code, Id, Instant, Name, PrimaryKey, UtcDateTime


class Account(Base):
    """One sign-in.

    ``role`` is a ``core.permissions.Role``. ``company_id`` is NULL only for roles that reach the
    whole base (base_admin, official) and annotators, whose ``person_id`` is set. The teams that a
    supervisor reaches are read from ``team_leadership``.

    ``failed_sign_ins`` counts wrong passwords and codes since the last right one;
    ``must_change_password``: the password is a one-time one that somebody else has seen.
    """

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint(
            "company_id IS NOT NULL OR role IN ('base_admin', 'official', 'annotator')",
            name="company_required",
        ),
        CheckConstraint("role <> 'annotator' OR person_id IS NOT NULL", name="person_required"),
    )

    id: Mapped[PrimaryKey]
    login_name: Mapped[str] = mapped_column(String(60), unique=True)
    display_name: Mapped[Name]
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[Code]
    company_id: Mapped[int | None] = mapped_column(Id, ForeignKey("company.id"))
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id"))
    locale: Mapped[str] = mapped_column(String(8), default="zh")
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Instant]
    last_signed_in_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    must_change_password: Mapped[bool] = mapped_column(default=False, server_default=false())
    failed_sign_ins: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    locked_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class SignInSession(Base):
    """One sign-in on one browser, until it ends. The cookie holds the token, this table its hash."""

    __tablename__ = "sign_in_session"
    __table_args__ = (
        Index("ix_sign_in_session_address", "address", "began_at"),
        Index("ix_sign_in_session_began_at", "began_at"),
    )

    id: Mapped[PrimaryKey]
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    began_at: Mapped[Instant]
    ended_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    address: Mapped[str] = mapped_column(String(45))
    agent: Mapped[str] = mapped_column(String(200))


class SignInFailure(Base):
    """One refused attempt from one network address, of whatever name: what the brake counts."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (
        Index("ix_sign_in_failure_address", "address", "at"),
        Index("ix_sign_in_failure_at", "at"),
    )

    id: Mapped[PrimaryKey]
    at: Mapped[Instant]
    address: Mapped[str] = mapped_column(String(45))


class SecondFactor(Base):
    """The secret that an account's authenticator shares; ``last_step`` is the newest code's, used."""

    __tablename__ = "second_factor"

    account_id: Mapped[int] = mapped_column(
        Id, ForeignKey("account.id"), primary_key=True, autoincrement=False
    )
    secret: Mapped[str] = mapped_column(Encrypted)
    last_step: Mapped[int] = mapped_column(BigInteger)
    since: Mapped[Instant]


class RecoveryCode(Base):
    """One of the codes that replace the authenticator once."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("account_id", "code_hash"),)

    id: Mapped[PrimaryKey]
    account_id: Mapped[int] = mapped_column(Id, ForeignKey("account.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
