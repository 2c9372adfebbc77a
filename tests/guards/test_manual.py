"""The manual's two languages agree, and every picture, link and chapter that is named exists."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from tests.guards.tree import ROOT, below, text
from workforce.core.terms import terms_of
from workforce.manual import service
from workforce.platform.i18n import LOCALES

_HAN = re.compile(r"[一-鿿]")
_NAMED = re.compile(r"(?:help_link|manual_url)\(\s*[\"']([^\"']+)[\"']")


def _keys(locale: str) -> set[str]:
    return {chapter.key for chapter in service.chapters(locale)}


def test_every_language_has_the_same_chapters_and_parts() -> None:
    zh = {c.key: service.shown(c, str, str).headings for c in service.chapters("zh")}
    en = {c.key: service.shown(c, str, str).headings for c in service.chapters("en")}
    assert {key: len(parts) for key, parts in zh.items()} == {
        key: len(parts) for key, parts in en.items()
    }


def test_every_file_of_the_manual_is_a_chapter() -> None:
    for path in below("templates/manual", ".md"):
        _, _, locale, role, name = path.split("/")
        assert locale in LOCALES, path
        assert role in terms_of("manual"), path
        assert f"{role}/{name.removesuffix('.md')}" in _keys(locale), path


def test_the_english_manual_is_in_english() -> None:
    for chapter in service.chapters("en"):
        # Names that stand on a Chinese page may be quoted in brackets or as code.
        prose = re.sub(
            r"`[^`]*`|（[^）]*）|\([^)]*\)|\[[^\]]*\]", "", chapter.title + chapter.source
        )
        assert not _HAN.search(prose), chapter.key


@pytest.mark.parametrize("locale", LOCALES)
def test_every_picture_is_there_and_has_its_words(locale: str) -> None:
    for chapter in service.chapters(locale):
        assert "![](" not in chapter.source, f"{chapter.key}: say what the picture shows"
        for name in service.pictures_and_links(chapter)[0]:
            path = ROOT / "static" / "pictures" / locale / f"{name}.webp"
            assert path.is_file(), f"{chapter.key}: make screenshots draws no {name}"


@pytest.mark.parametrize("locale", LOCALES)
def test_every_link_of_the_manual_leads_somewhere(app: Flask, locale: str) -> None:
    adapter = app.url_map.bind("localhost")
    for chapter in service.chapters(locale):
        for target in service.pictures_and_links(chapter)[1]:
            if target.startswith("chapter:"):
                assert target.removeprefix("chapter:") in _keys(locale), (chapter.key, target)
                continue
            assert target.startswith("/"), f"{chapter.key}: {target} leaves the service"
            try:
                adapter.match(target.split("?")[0].split("#")[0])
            except RequestRedirect:
                continue
            except HTTPException as error:
                pytest.fail(f"{chapter.key}: {target}: {error}")


def test_every_chapter_that_a_page_names_exists() -> None:
    for path in below("templates", ".html"):
        content = re.sub(r"\{#.*?#\}", "", text(path), flags=re.DOTALL)
        for key in _NAMED.findall(content):
            for locale in LOCALES:
                assert key in _keys(locale), (path, key, locale)


def test_every_chapter_is_named_by_a_page() -> None:
    """Whoever does not know what to do finds the chapter from where the work is done."""
    sources = [*below("templates", ".html"), *below("workforce", ".py")]
    everything = "\n".join(map(text, sources))
    assert not [key for key in sorted(_keys("zh")) if f'"{key}"' not in everything]
