"""Reading where a value comes from and how far it is to be trusted."""

from workforce.core.errors import LawDataError
from workforce.core.law.fields import Fields
from workforce.core.law.parameter import Confidence, Source
from workforce.core.text import Text

SOURCE_KEYS = {"title", "link", "no_link_reason", "checked_on"}
TRUST_KEYS = {"evidence", "confidence"}


def read_source(fields: Fields, article: str) -> Source:
    """Read an instrument: with an official link, or with the reason why there is none.

    Raises:
        LawDataError: both or neither is given, or the link is no https address.

    """
    link, reason = fields.text("link", ""), fields.words("no_link_reason")
    if bool(link) == bool(reason.zh):
        raise LawDataError("law.link_unexplained", place=fields.place)
    if link and not link.startswith("https://"):
        raise fields.wrong("link", Text("https:// 开头的网址", "an address with https://"))
    return Source(fields.text("title"), article, link, reason, fields.day("checked_on"))


def read_trust(fields: Fields) -> tuple[str, Confidence]:
    """Read the grade of the evidence, and whether the value counts as official.

    A: official text seen. B: a secondary source cites the instrument. C: unverified, always an
    estimate. B is an estimate too where the instrument has expired or the value is inferred.

    Raises:
        LawDataError: an unknown word, or unverified evidence called official.

    """
    evidence = fields.choice("evidence", ["A", "B", "C"])
    confidence = Confidence(fields.choice("confidence", list(Confidence)))
    if evidence == "C" and confidence is Confidence.OFFICIAL:
        raise LawDataError(
            "law.evidence_contradicts",
            place=fields.place,
            evidence=evidence,
            confidence=confidence,
        )
    return evidence, confidence
