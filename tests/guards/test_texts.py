"""The English of the pages is complete and says the same placeholders."""

from __future__ import annotations

import re

import pytest

from tests.guards.tree import below, text
from workforce.config import resource_folder
from workforce.core.errors import messages
from workforce.core.terms import terms
from workforce.translations import read_catalogue, texts_in_source

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
_HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.feature("ALL-10")
def test_the_english_catalogue_is_complete_and_has_nothing_else() -> None:
    catalogue = {message.id: message.string for message in read_catalogue("en") if message.id}
    assert set(catalogue) == texts_in_source(resource_folder("templates")), (
        "run: .venv/bin/python -m workforce.translations"
    )
    assert not [text for text, english in catalogue.items() if not english]


def test_both_languages_have_the_same_placeholders() -> None:
    for message in read_catalogue("en"):
        zh, en = str(message.id), str(message.string)
        assert sorted(_PLACEHOLDER.findall(zh)) == sorted(_PLACEHOLDER.findall(en)), zh


_COUNTED = re.compile(r"%\((?:count|num)\)s (?:[a-z]+ )?(?:[a-z]+s|people)\b")


def test_english_counts_read_well_of_one() -> None:
    """Chinese nouns have no plural, so texts come with one English: "payments: 1", never "1 payments"."""
    assert _COUNTED.search("%(num)s new payments")
    assert not [
        message.string for message in read_catalogue("en") if _COUNTED.search(str(message.string))
    ]


def test_no_english_text_is_chinese() -> None:
    for message in read_catalogue("en"):
        assert not _HAN.search(str(message.string)), message.id
    for code, term in terms().items():
        assert not _HAN.search(term.en), code


def test_every_text_of_a_page_is_translated() -> None:
    """A Chinese word in a template stands inside ``_()`` or a comment, else English readers meet it."""
    for path in sorted(resource_folder("templates").rglob("*.html")):
        content = path.read_text("utf-8")
        content = re.sub(r"\{#.*?#\}", "", content, flags=re.DOTALL)
        content = re.sub(r"""_\(\s*("[^"]*"|'[^']*')""", "", content)
        # The language switch names each language in that language.
        content = content.replace('"中文"', "")
        found = _HAN.search(content)
        assert found is None, f"{path.name}: {content[found.start() - 20 : found.end() + 20]}"


# Half-width marks beside a Chinese character; a column's title in a file is quoted as it stands there.
_HALF_WIDTH = re.compile(r"[\u4e00-\u9fff”」][,;:!?(]|[,;:!?)][\u4e00-\u9fff“「]")
_QUOTED = re.compile(r"“[^”]*”|`[^`]*`|\]\([^)]*\)")


def _half_width(chinese: str) -> list[str]:
    return _HALF_WIDTH.findall(_QUOTED.sub("“”", chinese).replace("“”(", "(").replace(")“”", ")"))


def test_chinese_texts_have_chinese_punctuation() -> None:
    texts = [str(message.id) for message in read_catalogue("en")]
    texts += [term.zh for term in terms().values()]
    texts += [
        words
        for entry in messages().values()
        for name, words in entry.items()
        if name in {"zh", "hint_zh"}
    ]
    texts += [text(path) for path in below("templates/manual/zh", ".md")]
    assert not [(words[:60], found) for words in texts if (found := _half_width(words))]


@pytest.mark.parametrize("wrong", ["大小,数量", "实发(元)", "(元)实发", "再试:稍后", "“甲”,乙"])
def test_a_half_width_mark_is_seen(wrong: str) -> None:
    assert _half_width(wrong)


@pytest.mark.parametrize(
    "right", ["1,234 元", "“金额(元)”一列", "08:57", "[看](/law)这里", "甲，乙"]
)
def test_other_marks_are_left_alone(right: str) -> None:
    assert not _half_width(right)
