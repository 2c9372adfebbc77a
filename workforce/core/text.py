"""A piece of text in the two languages of the service."""

from typing import Literal, NamedTuple

Locale = Literal["zh", "en"]


class Text(NamedTuple):
    """The same words in Chinese and in English."""

    zh: str
    en: str

    def in_locale(self, locale: Locale) -> str:
        """Return the words of one language."""
        return self.en if locale == "en" else self.zh


def plural(number: int, one: str, many: str) -> str:
    """Return the English word for that many; Chinese needs none."""
    return one if abs(number) == 1 else many
