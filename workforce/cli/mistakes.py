"""What click says of a wrong command line, in the language of the terminal: one sentence."""

from __future__ import annotations

import re
from typing import Final

import click

from workforce.core.text import Text

_IN_CHINESE: Final = (
    (r".*'(.*)' does not exist\.", r"“\1”不存在"),
    (r".*'(.*)' is a directory\.", r"“\1”是文件夹，不是文件"),
    (r".*'(.*)' is a file\.", r"“\1”是文件，不是文件夹"),
    (r".*'(.*)' is not (?:readable|writable)\.", r"没有读写“\1”的权限"),
    (r"(.+) is not in the range (\d+)<=x<=(\d+)\.", r"\1 不在 \2 到 \3 之间"),
    (r"'(.*)' is not a valid integer.*", r"“\1”不是整数"),
    (r"'(.*)' does not match the format '%Y-%m-%d'\.", r"“\1”不是日期，请写成 2026-10-31"),
)
"""Click's sentences on a value, and ours."""


def said_of(error: click.UsageError) -> Text:
    """Say what is wrong with the command line, and where the right way of writing is shown."""
    path = error.ctx.command_path if error.ctx else "workforce"
    said = _what(error)
    return Text(f"{said.zh}。写法见 {path} --help。", f"{said.en.rstrip('.')}. See {path} --help.")


def _what(error: click.UsageError) -> Text:
    original = error.format_message()
    if isinstance(error, click.NoSuchOption):
        return Text(f"没有选项 {error.option_name}", original)
    if isinstance(error, click.NoSuchCommand):
        return Text(f"没有命令 {error.command_name}", original)
    if not isinstance(error, click.BadParameter) or error.param is None:
        return Text(f"命令写得不对：{original.rstrip('.')}", original)
    name = _name(error.param)
    if isinstance(error, click.MissingParameter):
        return Text(f"缺少 {name}", f"{name} is missing")
    if isinstance(error.param.type, click.Choice):
        return Text(f"{name} 只能是 {'、'.join(map(str, error.param.type.choices))}", original)
    return Text(f"{name} 不对：{_in_chinese(error.message)}", original)


def _name(param: click.Parameter) -> str:
    """Name the option or argument as it is written."""
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return param.metavar or (param.name or "").upper()


def _in_chinese(message: str) -> str:
    for pattern, wording in _IN_CHINESE:
        found = re.fullmatch(pattern, message)
        if found is not None:
            return found.expand(wording)
    return message.rstrip(".")
