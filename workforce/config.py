"""Where an installation keeps its state, and its secrets.

Everything a running service writes lives under one *instance folder*: the SQLite file, the keys, the
uploads and the produced files. The folder is named by ``--instance DIR``, else by the environment
variable ``WORKFORCE_INSTANCE``, else it is ``instance/`` beside the checkout.

Three secrets of 32 random bytes live under ``instance/keys/``, one file each, made once by
``workforce init``. There is no default secret: a missing, short, hand-made-looking or world-readable
one stops the start (``InputError``), because a service that signs sessions with a known key is open.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from workforce.core.addresses import is_address
from workforce.core.errors import InputError
from workforce.core.law import approved_overlays

INSTANCE_VARIABLE: Final = "WORKFORCE_INSTANCE"
DATABASE_VARIABLE: Final = "DATABASE_URL"
FONTS_VARIABLE: Final = "WORKFORCE_FONTS"
PUBLIC_URL_VARIABLE: Final = "WORKFORCE_PUBLIC_URL"
SECOND_FACTOR_VARIABLE: Final = "WORKFORCE_SECOND_FACTOR"
SMTP_HOST_VARIABLE: Final = "WORKFORCE_SMTP_HOST"
"""The mail server; without it no mail is sent. What follows says how it is reached."""
SMTP_PORT_VARIABLE: Final = "WORKFORCE_SMTP_PORT"
SMTP_SECURITY_VARIABLE: Final = "WORKFORCE_SMTP_SECURITY"
SMTP_USER_VARIABLE: Final = "WORKFORCE_SMTP_USER"
SMTP_PASSWORD_VARIABLE: Final = "WORKFORCE_SMTP_PASSWORD"  # noqa: S105 - a variable's name
SMTP_PASSWORD_FILE_VARIABLE: Final = "WORKFORCE_SMTP_PASSWORD_FILE"  # noqa: S105 - a variable's name
SMTP_FROM_VARIABLE: Final = "WORKFORCE_SMTP_FROM"
SMTP_RATE_VARIABLE: Final = "WORKFORCE_SMTP_RATE"

DEMO_MARK: Final = "demo-accounts"
"""A file of the instance folder: `workforce demo` wrote accounts whose password everybody knows."""

DEFAULT_PUBLIC_URL: Final = "http://127.0.0.1:5000"

_KEY_BYTES: Final = 32
# Fewer different bytes than this in 32 random ones has a chance below 1 in 10**15: such a key was typed.
_KEY_DISTINCT_BYTES: Final = 16
_MEBIBYTE: Final = 1024 * 1024

_PACKAGE: Final = Path(__file__).resolve().parent
_CHECKOUT: Final = _PACKAGE.parent


def resource_folder(name: str) -> Path:
    """Return the folder ``templates`` or ``static``: of the checkout, else carried in the wheel."""
    beside = _CHECKOUT / name
    return beside if beside.is_dir() else _PACKAGE / name


def default_font_folder() -> Path:
    """Return where ``make setup`` puts the fonts of documents."""
    return resource_folder("static") / "vendor" / "fonts"


def default_instance(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the instance folder that is used when the command line names none."""
    named = environ.get(INSTANCE_VARIABLE)
    if named:
        return Path(named)
    is_checkout = (_CHECKOUT / "pyproject.toml").is_file()
    return (_CHECKOUT if is_checkout else Path.cwd()) / "instance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The secrets of one installation, 32 bytes each; ``repr`` never shows them."""

    session: bytes = field(repr=False)
    """Signs the session cookie."""
    fields: bytes = field(repr=False)
    """Encrypts ID numbers, bank accounts and phones (AES-256-GCM)."""
    lookup: bytes = field(repr=False)
    """Keys the hash by which an encrypted value is found again."""


KEY_NAMES: Final = ("session", "fields", "lookup")


class MailSecurity(StrEnum):
    """How the way to the mail server is closed to others."""

    STARTTLS = "starttls"
    SSL = "ssl"
    NONE = "none"
    """Only for a server on the same machine."""


_SMTP_PORTS: Final = {MailSecurity.STARTTLS: 587, MailSecurity.SSL: 465, MailSecurity.NONE: 25}
_MOST_PORT: Final = 65535


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """The server that takes this installation's mail, and in whose name it is sent."""

    host: str
    port: int
    security: MailSecurity
    user: str | None
    password: str | None = field(repr=False)
    sender: str
    """The address that mail comes from."""
    per_minute: int
    """The most mails a minute; 0: as fast as the server takes them."""

    @classmethod
    def load(cls, environ: Mapping[str, str]) -> MailServer | None:
        """Read the variables ``WORKFORCE_SMTP_*``; None: there is no server, so no mail is sent.

        Raises:
            InputError: one of them cannot be used; the password is never repeated.
        """

        def given(name: str) -> str:
            return environ.get(name, "").strip()

        host = given(SMTP_HOST_VARIABLE)
        if not host:
            return None
        wanted = given(SMTP_SECURITY_VARIABLE) or MailSecurity.STARTTLS
        if wanted not in set(MailSecurity):
            raise InputError("config.mail", name=SMTP_SECURITY_VARIABLE, given=wanted)
        security = MailSecurity(wanted)
        if security is MailSecurity.NONE and given(SMTP_USER_VARIABLE):
            # A password would go over the line for everybody to read.
            raise InputError("config.mail_open", name=SMTP_SECURITY_VARIABLE)
        sender = given(SMTP_FROM_VARIABLE)
        if not is_address(sender):
            raise InputError("config.mail", name=SMTP_FROM_VARIABLE, given=sender)
        port, rate = given(SMTP_PORT_VARIABLE), given(SMTP_RATE_VARIABLE)
        return cls(
            host=host,
            port=_number(port, SMTP_PORT_VARIABLE, _SMTP_PORTS[security], least=1, most=_MOST_PORT),
            security=security,
            user=given(SMTP_USER_VARIABLE) or None,
            password=_password(given(SMTP_PASSWORD_VARIABLE), given(SMTP_PASSWORD_FILE_VARIABLE)),
            sender=sender,
            per_minute=_number(rate, SMTP_RATE_VARIABLE, 60, least=0, most=100_000),
        )


def _number(text: str, name: str, default: int, *, least: int, most: int) -> int:
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise InputError("config.mail", name=name, given=text)
    return int(text)


def _password(given: str, file: str) -> str | None:
    if not file:
        return given or None
    try:
        return Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("config.mail", name=SMTP_PASSWORD_FILE_VARIABLE, given=file) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that a process must know before it starts; made once, passed on, never changed."""

    instance: Path
    database_url: str = field(repr=False)
    """SQLAlchemy URL; may hold a password, so ``repr`` does not show it."""
    keys: Keys
    is_testing: bool = False
    is_secure_cookie: bool = False
    """Whether cookies are sent over HTTPS only (``WORKFORCE_HTTPS=1``)."""
    upload_limit_bytes: int = 50 * _MEBIBYTE
    font_folder: Path = field(default_factory=default_font_folder)
    """Where the fonts of documents are (``WORKFORCE_FONTS``)."""
    public_url: str = DEFAULT_PUBLIC_URL
    """How people reach the pages, without a slash at the end (``WORKFORCE_PUBLIC_URL``).

    The QR codes of documents hold it, so it never comes from a request.
    """
    requires_second_factor: bool = True
    """Whether finance, administrators and officials need an authenticator app.

    Off by ``WORKFORCE_SECOND_FACTOR=0``, and in a demo, whose accounts are for anybody.
    """
    mail: MailServer | None = None
    """The server that takes mail (``WORKFORCE_SMTP_*``); None: no mail is sent, and pages say so."""
    is_demo: bool = False
    """Whether the data are the demo's: the sign-in page says so, and names its accounts."""
    clock_ahead: dt.timedelta = dt.timedelta(0)
    """How far the installation's clock is ahead: a demo goes on from the day for which it was made up."""

    @classmethod
    def load(
        cls,
        instance: Path | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> Settings:
        """Read the settings of an installation made by ``workforce init``.

        Raises:
            InputError: the keys are missing or weak, or ``DATABASE_URL`` names no known engine.
        """
        folder = (instance or default_instance(environ)).resolve()
        is_demo = (folder / DEMO_MARK).is_file()
        return cls(
            instance=folder,
            database_url=database_url(folder, environ),
            keys=load_keys(folder),
            is_secure_cookie=environ.get("WORKFORCE_HTTPS") == "1",
            font_folder=Path(environ.get(FONTS_VARIABLE) or default_font_folder()),
            public_url=(environ.get(PUBLIC_URL_VARIABLE) or DEFAULT_PUBLIC_URL).rstrip("/"),
            requires_second_factor=environ.get(SECOND_FACTOR_VARIABLE) != "0" and not is_demo,
            mail=MailServer.load(environ),
            is_demo=is_demo,
            clock_ahead=_demo_ahead(folder) if is_demo else dt.timedelta(0),
        )

    @property
    def law_overlays(self) -> tuple[Path, ...]:
        """Return the approved law files added in the field, in the order in which they were added.

        Raises:
            LawDataError: a file has no record of approval, or was changed after it.
        """
        return approved_overlays(self.instance / "law")


def _demo_ahead(folder: Path) -> dt.timedelta:
    """Return the demo's own time, told and made at the instants that it noted, less the world's."""
    noted = json.loads((folder / DEMO_MARK).read_text("utf-8"))
    told_at, made_at = (dt.datetime.fromisoformat(noted[name]) for name in ("told_at", "made_at"))
    return told_at - made_at


def database_url(instance: Path, environ: Mapping[str, str] = os.environ) -> str:
    """Return the SQLAlchemy URL: ``DATABASE_URL``, else the SQLite file of the instance.

    Raises:
        InputError: the URL is neither SQLite nor PostgreSQL.
    """
    named = environ.get(DATABASE_VARIABLE)
    if not named:
        return f"sqlite:///{instance / 'workforce.sqlite3'}"
    scheme, _, rest = named.partition("://")
    if scheme in {"postgres", "postgresql", "postgresql+psycopg"}:
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite":
        return named
    # The URL itself may hold a password: only its scheme is repeated.
    raise InputError("config.database_scheme", scheme=scheme)


def missing_keys(instance: Path) -> list[str]:
    """Return the names of the keys that an instance folder lacks."""
    return [name for name in KEY_NAMES if not (instance / "keys" / f"{name}.key").is_file()]


def create_keys(instance: Path) -> list[str]:
    """Make the keys that are missing, readable by this user only; return the names of the new ones.

    Existing keys are never replaced: what they encrypted could not be read again.
    """
    folder = instance / "keys"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    created = []
    for name in KEY_NAMES:
        path = folder / f"{name}.key"
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_KEY_BYTES) + "\n")
        created.append(name)
    return created


def load_keys(instance: Path) -> Keys:
    """Read the keys of an instance folder.

    Raises:
        InputError: a key is missing, unreadable, weak, or readable by other users.
    """
    return Keys(**{name: _load_key(instance / "keys" / f"{name}.key") for name in KEY_NAMES})


def _load_key(path: Path) -> bytes:
    if not path.is_file():
        raise InputError("config.key_missing", path=str(path))
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise InputError("config.key_exposed", path=str(path))
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError as error:
        raise InputError("config.key_weak", path=str(path)) from error
    if len(key) != _KEY_BYTES or len(set(key)) < _KEY_DISTINCT_BYTES:
        raise InputError("config.key_weak", path=str(path))
    return key
