"""Every template compiles, refers to templates that exist, and keeps to the content policy."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from jinja2 import meta

from tests.guards.tree import below, text

TEMPLATES = [path.removeprefix("templates/") for path in below("templates", ".html")]

# The Content-Security-Policy allows none of these, and `|safe` undoes the escaping of user text.
FORBIDDEN = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*="),
    "a style element": re.compile(r"<style\b"),
    "an inline script": re.compile(r"<script(?![^>]*\ssrc=)(?![^>]*application/json)[^>]*>"),
    "an event attribute": re.compile(r"<[^>]*\son\w+\s*=(?!=)"),
    "a script address": re.compile(r"javascript:"),
    "unescaped text": re.compile(r"\|\s*safe\b|autoescape\s+false"),
    "an address elsewhere": re.compile(r"(?:src|href)\s*=\s*[\"'](?:https?:)?//"),
}


def test_every_template_compiles(app: Flask) -> None:
    """The first that does not is named by the error."""
    for name in TEMPLATES:
        app.jinja_env.get_template(name)


def test_every_template_refers_to_templates_that_exist(app: Flask) -> None:
    known = set(TEMPLATES)
    for name in TEMPLATES:
        parsed = app.jinja_env.parse(text(f"templates/{name}"))
        others = {other for other in meta.find_referenced_templates(parsed) if other is not None}
        assert not others - known, name


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_keeps_to_the_content_policy(name: str) -> None:
    content = text(f"templates/{name}")
    assert not [what for what, pattern in FORBIDDEN.items() if pattern.search(content)]


@pytest.mark.parametrize(
    ("what", "content"),
    [
        ("a style attribute", '<td class="x" style="color: red">'),
        ("a style element", "<style>"),
        ("an inline script", "<script>go()</script>"),
        ("an event attribute", '<button type="button" onclick="go()">'),
        ("a script address", '<a href="javascript:go()">'),
        ("unescaped text", "{{ note | safe }}"),
        ("an address elsewhere", '<script src="https://example.org/x.js">'),
    ],
)
def test_the_guard_sees_what_it_looks_for(what: str, content: str) -> None:
    assert FORBIDDEN[what].search(content)


def test_scripts_and_sheets_of_this_service_pass() -> None:
    content = """<script src="{{ url_for('static', filename='js/grid.js') }}" defer></script>"""
    assert not [what for what, pattern in FORBIDDEN.items() if pattern.search(content)]
