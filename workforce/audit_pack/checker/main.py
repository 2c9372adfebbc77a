"""Checks a pack: ``python3 check.py``, in the folder where it was unpacked.

Exit code 0: every figure of every payslip is what its facts and the law come to; 1: something differs,
and every difference is printed; 2: the pack cannot be read.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import locale
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .figures import format_fen
from .law import Law
from .payslips import payslips
from .refused import RefusedError
from .results import Difference, differences, fingerprint

MANIFEST = "manifest.json"
TOTALS = ("gross_pay_amount", "net_pay_amount", "employer_cost_amount")
SHOWN = 200

TEXTS = {
    "head": ("{company} {period}，第 {number} 批：{count} 张工资条", "{company} {period}, run {number}: {count} payslips"),
    "difference": ("✗ {person} {what}：存储 {stored}，重算 {worked_out}", "✗ {person} {what}: stored {stored}, worked out {worked_out}"),
    "file": ("文件指纹", "fingerprint of the file"),
    "file_missing": ("缺失", "missing"),
    "file_unlisted": ("清单中没有的文件", "a file that the manifest does not list"),
    "results": ("结果指纹", "fingerprint of the results"),
    "law": ("法规参数指纹", "fingerprint of the law data"),
    "facts": ("数据", "facts"),
    "more": ("……另有 {count} 处不同", "… and {count} more differences"),
    "law_newer": ("提示：批准之后法规参数有更新，本包按更新后的参数重算。", "Note: the law data were updated after the run was approved; this pack holds the updated ones."),
    "keyed": ("提示：工号已用密钥替换，结果指纹无法核对；每一分钱照样重算。", "Note: employee numbers are replaced by keyed ones, so the fingerprint of the results cannot be compared; every fen is worked out all the same."),
    "same": ("✓ {count} 张工资条逐行逐分一致，实发合计 {net} 元", "✓ {count} payslips agree line by line to the fen, net pay {net} yuan"),
    "not_same": ("✗ {count} 处不同", "✗ {count} differences"),
    "manifest": ("清单 sha256 {hash}：请与对方另行告知的指纹比较", "manifest sha256 {hash}: compare it with the one that you were told"),
    "broken": ("这个包读不出来：{reason}", "the pack cannot be read: {reason}"),
    "nobody": ("本包没有 {person}", "nobody in this pack is {person}"),
}  # fmt: skip


class Check:
    """One pack, unpacked in a folder."""

    def __init__(self, folder: Path) -> None:
        """Read what is said of the whole run."""
        self.folder = folder
        self.manifest = self._json(MANIFEST)
        self.law = Law(self._json("law.json"))
        self.results = self._json("results.json")

    def all_differences(self) -> Iterator[Difference]:
        """Go through everything that is not as stated."""
        yield from self.file_differences()
        hashes = self.manifest["hashes"]
        if self.law.hash() != self.manifest["law_in_pack"]:
            yield Difference("law.json", "law", self.manifest["law_in_pack"], self.law.hash())
        if not self.manifest["is_keyed"] and fingerprint(self.results) != hashes["results"]:
            worked_out = fingerprint(self.results)
            yield Difference("results.json", "results", hashes["results"], worked_out)
        for slip in self.results["payslips"]:
            yield from self.slip_differences(slip)
        yield from self._total_differences()

    def slip_differences(self, stored: Mapping[str, Any]) -> Iterator[Difference]:
        """Work one payslip out and compare it."""
        person = stored["person"]
        try:
            (slip,) = payslips(self._json(stored["facts"]), self.law)
        except RefusedError as error:
            yield Difference(person, "facts", "", str(error))
        except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
            yield Difference(person, "facts", stored["facts"], repr(error))
        else:
            yield from differences(person, slip, stored, self.results)

    def file_differences(self) -> Iterator[Difference]:
        """Compare the files with the manifest."""
        listed: Mapping[str, str] = self.manifest["files"]
        for name, expected in listed.items():
            path = self.folder / name
            if not path.is_file():
                yield Difference(name, "file", expected, "file_missing")
                continue
            found = _sha256(path)
            if found != expected:
                yield Difference(name, "file", expected, found)
        facts = {path.name for path in (self.folder / "facts").glob("*")}
        used = {Path(slip["facts"]).name for slip in self.results["payslips"]}
        for name in sorted(facts - used):
            yield Difference(f"facts/{name}", "file", "", "file_unlisted")

    def _total_differences(self) -> Iterator[Difference]:
        slips = self.results["payslips"]
        totals = self.manifest["totals"]
        if len(slips) != totals["payslip_count"]:
            yield Difference(
                MANIFEST, "payslip_count", str(totals["payslip_count"]), str(len(slips))
            )
        for name in TOTALS:
            place = self.results["slip_numbers"].index(name)
            total = sum(slip["numbers"][place] for slip in slips)
            if total != totals[name]:
                yield Difference(MANIFEST, name, format_fen(totals[name]), format_fen(total))

    def _json(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text("utf-8"))


def main(folder: Path, arguments: Sequence[str] | None = None) -> int:
    """Check a pack and say what came of it; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="check.py", description="Work all payslips of a pack out again."
    )
    parser.add_argument(
        "--only", metavar="NUMBER", help="one person, by the number in results.json"
    )
    parser.add_argument("--lang", choices=("zh", "en"), default=_language())
    given = parser.parse_args(arguments)
    say = _Said(given.lang)
    try:
        check = Check(folder)
        return _one(check, given.only, say) if given.only else _all(check, say)
    except (OSError, LookupError, TypeError, ValueError) as error:
        say("broken", reason=repr(error))
        return 2


def _all(check: Check, say: _Said) -> int:
    manifest = check.manifest
    totals = manifest["totals"]
    say(
        "head",
        company=manifest["company"]["name"],
        period=manifest["run"]["period"],
        number=manifest["run"]["number"],
        count=totals["payslip_count"],
    )
    count = 0
    for count, each in enumerate(check.all_differences(), 1):
        if count <= SHOWN:
            say.difference(each)
    if count > SHOWN:
        say("more", count=count - SHOWN)
    if manifest["hashes"]["law"] != manifest["law_in_pack"]:
        say("law_newer")
    if manifest["is_keyed"]:
        say("keyed")
    if count:
        say("not_same", count=count)
    else:
        say("same", count=totals["payslip_count"], net=format_fen(totals["net_pay_amount"]))
    say("manifest", hash=_sha256(check.folder / MANIFEST))
    return 1 if count else 0


def _one(check: Check, person: str, say: _Said) -> int:
    mine = [slip for slip in check.results["payslips"] if slip["person"] == person]
    if not mine:
        say("nobody", person=person)
        return 2
    found = list(check.slip_differences(mine[0]))
    for each in found:
        say.difference(each)
    net = mine[0]["numbers"][check.results["slip_numbers"].index("net_pay_amount")]
    if not found:
        say("same", count=1, net=format_fen(net))
    return 1 if found else 0


class _Said:
    """Prints in one language."""

    def __init__(self, language: str) -> None:
        self.place = 0 if language == "zh" else 1

    def __call__(self, code: str, **words: object) -> None:
        text = TEXTS[code][self.place].format(**words)
        encoding = sys.stdout.encoding or "utf-8"
        # A console may lack a character; what is checked must be said all the same.
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")

    def difference(self, each: Difference) -> None:
        words = [
            TEXTS[text][self.place] if text in TEXTS else text
            for text in (each.what, each.worked_out)
        ]
        self(
            "difference", person=each.person, what=words[0], stored=each.stored, worked_out=words[1]
        )


def _language() -> str:
    told = os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    return "zh" if told.lower().startswith(("zh", "chinese")) else "en"


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
