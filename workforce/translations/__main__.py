"""Bring the English catalogue up to date with the texts of code and templates.

``python -m workforce.translations`` adds new texts (untranslated), drops those no longer used, keeps the
rest, and lists what now wants an English text.
"""

from __future__ import annotations

from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from workforce.config import resource_folder
from workforce.platform.files import write_bytes
from workforce.translations import catalogue_path, read_catalogue, texts_in_source

_COMMENT = "# English for the pages. A msgid is the Chinese text that stands in code or template."


def main() -> None:
    """Rewrite the catalogue, sorted by text."""
    known = read_catalogue("en")
    merged = Catalog(locale="en", header_comment=_COMMENT, fuzzy=False)
    for text in sorted(texts_in_source(resource_folder("templates"))):
        message = known.get(text)
        flags = {"python-format"} if "%(" in text else set()
        merged.add(text, message.string if message else "", flags=flags)
    content = BytesIO()
    write_po(content, merged, width=100, omit_header=True)
    header = (
        f'{_COMMENT}\nmsgid ""\nmsgstr ""\n"Language: en\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    )
    write_bytes(catalogue_path("en"), header.encode() + content.getvalue())
    for message in merged:
        if message.id and not message.string:
            print(f"untranslated: {message.id}")  # noqa: T201 - a tool's answer


if __name__ == "__main__":
    main()
