"""The manual: shown in both languages, without code, with links and pictures that exist."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from flask import Flask

from tests.factories.web import FormClient
from workforce.core.errors import NotFoundError
from workforce.manual import service
from workforce.manual.service import Chapter


def _shown(source: str) -> service.Shown:
    return service.shown(
        Chapter("admin", "01-x", "题", source),
        lambda name: f"/p/{name}" if name == "there" else None,
        lambda key: f"/m/{key}",
    )


def test_the_contents_lead_to_each_chapter(client: FormClient) -> None:
    page = client.get("/manual").text
    for chapter in service.chapters("zh"):
        assert f'href="/manual/{chapter.key}"' in page
        answer = client.get(f"/manual/{chapter.key}")
        assert answer.status_code == HTTPStatus.OK
        assert f"<h1>{chapter.title}</h1>" in answer.text


def test_the_reader_s_language_decides(client: FormClient) -> None:
    client.set_cookie("locale", "en")
    page = client.get("/manual/admin/01-first-month").text
    assert "From nothing to the first paid month" in page
    assert "从零到第一个发薪月" not in page


@pytest.mark.parametrize(
    "path", ["/manual/admin/99-none", "/manual/nobody/01-first-month", "/manual/admin/..%2f..%2fx"]
)
def test_a_chapter_that_does_not_exist_is_not_found(client: FormClient, path: str) -> None:
    assert client.get(path).status_code == HTTPStatus.NOT_FOUND


def test_html_and_scripts_in_a_chapter_are_text() -> None:
    html = _shown("<script>alert(1)</script>\n\n<b onclick=x>fat</b> `<i>`").html
    assert "<script" not in html
    assert "<b" not in html
    assert "&lt;script&gt;" in html


def test_pictures_and_links_find_their_addresses() -> None:
    html = _shown(
        "![a page](picture:there) ![gone](picture:gone) [other](chapter:finance/02-run) [law](/law)"
    ).html
    assert '<img src="/p/there" alt="a page" loading="lazy"' in html
    assert "gone" not in html
    assert 'href="/m/finance/02-run"' in html
    assert 'href="/law"' in html


def test_headings_have_the_same_anchors_in_every_language() -> None:
    first = _shown("para\n\n## 甲\n\n### 乙\n\n## 丙\n")
    assert [(one.anchor, one.text) for one in first.headings] == [
        ("part-1", "甲"),
        ("part-3", "丙"),
    ]
    assert 'id="part-2"' in first.html


def test_a_chapter_has_one_title() -> None:
    with pytest.raises(ValueError, match="another: second"):
        _shown("# second\n")


def test_neighbours_stay_within_a_role(app: Flask) -> None:
    del app
    for chapter in service.chapters("zh"):
        before, found, after = service.find("zh", chapter.role, chapter.name)
        assert found == chapter
        assert {one.role for one in (before, after) if one} <= {chapter.role}
    with pytest.raises(NotFoundError):
        service.find("zh", "admin", "nothing")
