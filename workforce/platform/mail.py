"""Sending mail, and knowing what is known of it afterwards.

A mail that the server did not take for a stated reason, or that never reached it, can be tried again.
Where the connection breaks after the whole mail was handed over and before the server's answer, nobody
knows whether it was taken: that is neither sent nor failed, and never tried again by itself.
"""

from __future__ import annotations

import smtplib
import ssl
import time
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, make_msgid
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from workforce.config import MailSecurity
from workforce.platform import clock

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from workforce.config import MailServer

_TIMEOUT_SECONDS: Final = 30
_PERMANENT: Final = 500
_MOST_WORDS: Final = 200


class Outcome(StrEnum):
    """What is known of one mail."""

    SENT = "sent"
    LATER = "later"
    """Not taken now; another try may help."""
    REFUSED = "refused"
    """Not taken, and never will be."""
    UNKNOWN = "unknown"
    """Handed over, and no answer came."""


class Told(NamedTuple):
    """What became of a mail, with the server's words."""

    outcome: Outcome
    words: str = ""


class Attachment(NamedTuple):
    """A file that goes with a mail."""

    name: str
    media_type: str
    content: bytes


def compose(
    server: MailServer,
    address: str,
    subject: str,
    body: str,
    *,
    sender_name: str = "",
    attachment: Attachment | None = None,
) -> EmailMessage:
    """Return a mail in plain text, with an id of its own."""
    message = EmailMessage()
    # A line break in a name would end the header.
    message["From"] = formataddr((" ".join(sender_name.split()), server.sender))
    message["To"] = address
    message["Subject"] = " ".join(subject.split())
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = make_msgid(domain=server.sender.partition("@")[2])
    # No holiday notices back: nobody reads them.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    if attachment is not None:
        main, _, kind = attachment.media_type.partition("/")
        message.add_attachment(
            attachment.content, maintype=main, subtype=kind, filename=attachment.name
        )
    return message


class Postman:
    """One connection to the server for many mails, opened when first needed, at a bounded rate."""

    def __init__(self, server: MailServer, pause: Callable[[float], None] = time.sleep) -> None:
        """Take the server; ``pause`` waits so many seconds between two mails."""
        self._server = server
        self._pause = pause
        self._next_at = 0.0
        self._line: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._hang_up()

    def send(self, message: EmailMessage) -> Told:
        """Hand a mail over and say what is known of it; nothing is raised."""
        self._wait_for_turn()
        try:
            line = self._begun(message)
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            return _told_of(error)
        try:
            self._take(line.data(message.as_bytes(policy=SMTP)))
        except smtplib.SMTPResponseException as error:
            self._hang_up()
            return _told_of(error)
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            return Told(Outcome.UNKNOWN, _words(error))
        return Told(Outcome.SENT)

    def _begun(self, message: EmailMessage) -> smtplib.SMTP:
        """Say to the server from whom and to whom; a line that it has closed meanwhile is opened anew."""
        is_old = self._line is not None
        try:
            return self._said(message)
        except (OSError, smtplib.SMTPServerDisconnected):
            if not is_old:
                raise
            self._hang_up()
            return self._said(message)

    def _said(self, message: EmailMessage) -> smtplib.SMTP:
        line = self._connected()
        line.ehlo_or_helo_if_needed()
        self._take(line.mail(self._server.sender))
        self._take(line.rcpt(str(message["To"])))
        return line

    def _wait_for_turn(self) -> None:
        if not self._server.per_minute:
            return
        now = time.monotonic()
        if now < self._next_at:
            self._pause(self._next_at - now)
        self._next_at = max(now, self._next_at) + 60 / self._server.per_minute

    def _connected(self) -> smtplib.SMTP:
        if self._line is not None:
            return self._line
        server = self._server
        if server.security is MailSecurity.SSL:
            line: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host,
                server.port,
                timeout=_TIMEOUT_SECONDS,
                context=ssl.create_default_context(),
            )
        else:
            line = smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT_SECONDS)
        self._line = line
        if server.security is MailSecurity.STARTTLS:
            line.starttls(context=ssl.create_default_context())
        if server.user:
            line.login(server.user, server.password or "")
        return line

    @staticmethod
    def _take(answer: tuple[int, bytes]) -> None:
        code, words = answer
        if code >= 400:  # noqa: PLR2004 - SMTP: 4xx and 5xx refuse
            raise smtplib.SMTPResponseException(code, words)

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is None:
            return
        try:
            line.quit()
        except (OSError, smtplib.SMTPException):
            line.close()


def _told_of(error: OSError | smtplib.SMTPException) -> Told:
    """Judge a refusal before or after the mail was handed over, and a connection that never was."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        # Not the mail's fault: it goes once the password is right.
        return Told(Outcome.LATER, _words(error))
    is_final = isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= _PERMANENT
    return Told(Outcome.REFUSED if is_final else Outcome.LATER, _words(error))


def _words(error: BaseException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        return f"{error.smtp_code} {text}"[:_MOST_WORDS]
    return (str(error) or type(error).__name__)[:_MOST_WORDS]
