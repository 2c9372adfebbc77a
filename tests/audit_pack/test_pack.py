"""A closed run as one file that anybody recomputes with plain Python, and what a pack refuses."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.audit_pack.checking import checked, unpacked
from tests.core.law.files import EXAMPLE_CALENDAR
from tests.engines import both_engines
from tests.factories.web import FormClient
from tests.payroll import test_late_facts as late_facts
from tests.payroll import test_reversal as reversals
from tests.payroll.test_orders import bonus, order, pay_order, through_november
from tests.payroll.world import World, create_world
from workforce.accounts.models import Account
from workforce.audit_pack import jobs, service
from workforce.audit_pack.queries import key_of_pack
from workforce.audit_pack.service import Made, Wanted
from workforce.core import scenario
from workforce.core.errors import InputError, StateError
from workforce.core.law import LawBook
from workforce.payroll.models import PayrollRun, SlipReversal
from workforce.payroll.record import Sheet
from workforce.people.models import Employment
from workforce.platform import clock
from workforce.platform import law_book as law_books
from workforce.platform.audit import AuditEntry
from workforce.platform.db import db, unit_of_work
from workforce.platform.jobs import Job, JobState, Progress, task_of

ClientAs = Callable[[Account], FormClient]
RECEIVER = "市劳动监察支队"


def make(world: World, identity: str = "masked", receiver: str = RECEIVER, run_id: int = 0) -> Made:
    wanted = Wanted.of(run_id or world.stored_run().id, identity, receiver)
    return service.make(service.read(db.session(), world.scope, wanted))


def content(made: Made, name: str) -> Any:
    with zipfile.ZipFile(made.path) as archive:
        return json.loads(archive.read(name))


@both_engines
@pytest.mark.feature("FIN-42")
def test_a_closed_run_is_recomputed_by_plain_python(busy: World, tmp_path: Path) -> None:
    busy.run()
    busy.close()
    made = make(busy)
    done = checked(unpacked(made.path, tmp_path))
    # 1000 × 2 = 2000; own insurance of 5000: 400 + 100 + 5 + 25 = 530. October has 18 workdays and
    # 3 holidays: the floor is the month's 2200, and 200 are added. 2200 − 530 = 1670.
    slips = content(made, "results.json")
    (one,) = [slip for slip in slips["payslips"] if slip["person"] == "W1"]
    assert one["numbers"][slips["slip_numbers"].index("net_pay_amount")] == 167_000
    total = busy.stored_run().net_pay_amount
    assert done.stderr == ""
    assert f"4 payslips agree line by line to the fen, net pay {total / 100:.2f}" in done.stdout
    assert made.fingerprint in done.stdout
    assert done.returncode == 0
    alone = checked(tmp_path, "--only", "W1")
    assert (alone.returncode, "net pay 1670.00 yuan" in alone.stdout) == (0, True)


def tampered(folder: Path, name: str, old: str, new: str) -> None:
    """Change one thing in a file, and its fingerprint in the manifest with it."""
    path, manifest = folder / name, folder / "manifest.json"
    before = path.read_text("utf-8")
    assert before.count(old) == 1
    path.write_text(before.replace(old, new), "utf-8")
    said = json.loads(manifest.read_text("utf-8"))
    said["files"][name] = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(said), "utf-8")


def minimum_wage(made: Made) -> str:
    """The lines of law.json that say the minimum wage in force, 2200.00 yuan a month."""
    with zipfile.ZipFile(made.path) as archive:
        law = archive.read("law.json").decode()
    start = law.rindex('"code": "minimum_wage_month"')
    found = law[start : law.index('"title"', start)]
    assert '"value": 220000,' in found
    return found


@pytest.mark.feature("FIN-42")
def test_one_fen_one_fact_and_one_law_value_are_found_and_named(
    world: World, tmp_path: Path
) -> None:
    world.run()
    world.approve()
    made = make(world)
    facts = "facts/00001_W1.json"
    floor = minimum_wage(made)
    cases = {
        # The line of 2000.00 says one fen more.
        "fen": ("results.json", ',200000,"piecework_pay"', ',200001,"piecework_pay"'),
        "fact": (facts, '"accepted_qty": "1000"', '"accepted_qty": "1200"'),
        "law": ("law.json", floor, floor.replace("220000", "220100")),
    }
    said = {}
    for case, (name, old, new) in cases.items():
        folder = unpacked(made.path, tmp_path / case)
        tampered(folder, name, old, new)
        done = checked(folder)
        assert done.returncode == 1
        said[case] = done.stdout
    assert "W1 earning piecework_pay: stored 2000.01, worked out 2000.00" in said["fen"]
    assert "results.json fingerprint of the results" in said["fen"]
    # 1200 × 2 = 2400 is over the floor: no top-up, and 200 yuan more.
    assert "W1 earning piecework_pay: stored 2000.00, worked out 2400.00" in said["fact"]
    assert "W1 earning minimum_wage_top_up: stored 200.00, worked out 0.00" in said["fact"]
    assert "law.json fingerprint of the law data" in said["law"]
    assert "W1 earning minimum_wage_top_up: stored 200.00, worked out 201.00" in said["law"]
    # A file changed without its fingerprint, and one that nobody listed.
    folder = unpacked(made.path, tmp_path / "file")
    (folder / "README.txt").write_text("", "utf-8")
    (folder / "facts" / "00002_W2.json").write_text("{}", "utf-8")
    done = checked(folder)
    assert "README.txt fingerprint of the file" in done.stdout
    assert "facts/00002_W2.json fingerprint of the file" in done.stdout
    (folder / "results.json").unlink()
    assert checked(folder).returncode == 2


@both_engines
@pytest.mark.feature("FIN-24")
def test_the_same_run_and_choices_give_the_same_bytes(world: World) -> None:
    world.run()
    world.approve()
    once, path = make(world).path.read_bytes(), make(world).path
    with clock.fixed(clock.now() + dt.timedelta(days=40)):
        assert make(world).path.read_bytes() == once
    assert path.stat().st_mode & 0o777 == 0o600
    other = make(world, receiver="审计所").path.read_bytes()
    assert other != once


def test_law_that_was_added_since_is_left_out(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    world.run()
    world.approve()
    before = make(world).path.read_bytes()
    settings = SimpleNamespace(law_overlays=(EXAMPLE_CALENDAR,))
    monkeypatch.setattr(law_books, "installation", lambda: settings)
    assert law_books.law_book().hash != world.stored_run().law_hash
    made = make(world)
    assert made.path.read_bytes() == before
    # Where the packaged law itself is another one by now, the pack holds that, and the checker says so.
    folder = unpacked(made.path, tmp_path)
    said = json.loads((folder / "manifest.json").read_text("utf-8"))
    said["hashes"]["law"] = "0" * 64
    (folder / "manifest.json").write_text(json.dumps(said), "utf-8")
    done = checked(folder)
    assert "Note: the law data were updated" in done.stdout
    assert done.returncode == 0


def test_what_proves_nothing_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.run()
    with pytest.raises(StateError) as draft:
        make(world)
    assert draft.value.code == "audit_pack.not_approved"
    world.approve()
    with pytest.raises(InputError):
        make(world, receiver=" ")
    session = world.session
    session.execute(text("UPDATE shift SET break_minutes = 30"))
    session.commit()
    with pytest.raises(StateError) as changed:
        make(world)
    assert changed.value.code == "audit_pack.facts_changed"
    session.execute(text("UPDATE shift SET break_minutes = 60"))
    session.commit()
    monkeypatch.setattr(Sheet, "hash", lambda _self: "0" * 64)
    with pytest.raises(StateError) as slips:
        make(world)
    assert slips.value.code == "audit_pack.slips_changed"


def test_people_are_named_as_the_receiver_may_know_them(busy: World, tmp_path: Path) -> None:
    busy.run()
    busy.approve()
    run = busy.stored_run()
    names = {identity: make(busy, identity) for identity in ("masked", "keyed", "full")}
    texts = {}
    for identity, made in names.items():
        with zipfile.ZipFile(made.path) as archive:
            files = [name for name in archive.namelist() if not name.startswith("checker/")]
            texts[identity] = "".join(archive.read(name).decode() for name in files) + str(files)
    people = {
        row.employee_no: row
        for row in busy.session.execute(
            text(
                "SELECT employee_no, name FROM employment "
                "JOIN person ON person.id = employment.person_id"
            )
        )
    }
    name = people["W1"].name
    assert name not in texts["masked"]
    assert f"{name[0]}*" in texts["masked"]
    # The manifest's key has no part in it: who has the key finds the number by HMAC.
    key = key_of_pack(run, RECEIVER)
    token = hmac.new(key.encode(), b"W1", hashlib.sha256).hexdigest()[:16]
    assert token in texts["keyed"]
    assert key not in texts["keyed"]
    assert not any(word in texts["keyed"] for word in ('"W1"', "_W1.json", name, "张三丰"))
    assert "b9 张三丰" in texts["masked"]
    assert name in texts["full"]
    folder = unpacked(names["keyed"].path, tmp_path)
    done = checked(folder)
    assert (done.returncode, "keyed ones" in done.stdout) == (0, True)
    assert key_of_pack(run, "别人") != key


@pytest.mark.feature("FIN-42")
def test_a_payment_beside_the_months_pay_is_a_pack_too(
    session: Session, book: LawBook, tmp_path: Path
) -> None:
    # The bonus is paid first: (110,000 + 20,000 − 60,000) × 10 % − 2,520 − 2,980 = 1,500 yuan.
    world = create_world(session, book)
    run_id = pay_order(world, order(world, bonus(through_november(world, "W1"), 2_000_000)))
    made = make(world, run_id=run_id)
    facts = content(made, "facts/00001_W1.json")
    (paid,) = scenario.run(scenario.read(facts), book)
    assert paid.net_pay_fen == 1_850_000
    (month,) = facts["months"]
    assert month == {
        "month": "2026-12",
        "extra": "true",
        "annual_bonus": {"amount": "20000.00", "taxation": "merged"},
    }
    done = checked(unpacked(made.path, tmp_path))
    assert "net pay 18500.00 yuan" in done.stdout
    assert done.returncode == 0
    run = session.get_one(PayrollRun, run_id)
    assert content(made, "manifest.json")["run"]["kind"] == run.kind == "off_cycle"


@pytest.mark.feature("FIN-42")
def test_a_reversed_payslip_and_the_one_issued_anew_are_both_recomputed(
    session: Session, book: LawBook, tmp_path: Path
) -> None:
    # (48,000 − 5,000) × 10 % − 2,520 = 1,780 yuan of tax.
    world = create_world(session, book)
    for number in ("W1", "W2"):
        world.attend(world.hire(number, base_pay_amount=800_000))
    world.run()
    run_id = world.approve()
    who = session.get_one(Employment, world.slip("W1").employment_id)
    late_facts.enter(
        world, "pay_entry", who, period="2026-10", item="earning:performance_bonus", amount="40000"
    )
    late_facts.approve(world)
    reversals.reverse(world, world.slip("W1").id)
    first = make(world, run_id=run_id)
    said = content(first, "results.json")["payslips"]
    assert [(slip["person"], slip.get("is_reversed")) for slip in said] == [
        ("W1", True),
        ("W2", None),
    ]
    assert checked(unpacked(first.path, tmp_path / "first")).returncode == 0
    anew = make(world, run_id=reversals.reissue(world, who).id)
    done = checked(unpacked(anew.path, tmp_path / "anew"))
    assert "1 payslips agree line by line to the fen, net pay 46220.00 yuan" in done.stdout
    assert done.returncode == 0


@pytest.mark.feature("FIN-42")
def test_finance_asks_for_a_pack_and_fetches_it(world: World, client_as: ClientAs) -> None:
    world.run()
    client = client_as(world.maker)
    address = f"/payroll/runs/{world.stored_run().id}/audit-pack"
    assert client.get(address).status_code == 409
    world.approve()
    assert client.post_form(address, {"receiver": " ", "identity": "masked"}).status_code == 422
    answer = client.post_form(address, {"receiver": RECEIVER, "identity": "keyed"})
    assert answer.status_code == 302
    world.session.rollback()
    job = world.session.get_one(Job, int(answer.location.rsplit("/", 1)[1]))
    job.state, job.attempt = JobState.RUNNING, 1
    progress = Progress(task_of(job))
    world.session.commit()
    assert dict(jobs.MAKE.run(progress.task, progress) or {})["count"] == 1
    assert progress.done == progress.total == 1
    (made,) = service.waiting(world.session, world.stored_run())
    page = client.get(address).get_data(as_text=True)
    for shown in (made.fingerprint, key_of_pack(world.stored_run(), RECEIVER), RECEIVER):
        assert shown in page
    with client.get(f"{address}/{made.wanted.code}") as sent:
        assert "check.py" in zipfile.ZipFile(BytesIO(sent.data)).namelist()
    assert client.get(f"{address}/0123456789abcdef").location == address
    world.session.rollback()
    chosen = select(AuditEntry.action).order_by(AuditEntry.id.desc()).limit(2)
    assert [*world.session.scalars(chosen)][::-1] == ["audit_pack.make", "audit_pack.read"]
    assert service.drop_expired() == 0
    late = made.made_at + dt.timedelta(days=7, minutes=1)
    with clock.fixed(late):
        assert service.waiting(world.session, world.stored_run()) == []
    # Whose payslip was reversed since is not in it: it is made anew.
    slip = world.slip("W1")
    with unit_of_work() as session:
        session.add(
            SlipReversal(
                payslip_id=slip.id,
                reason="错发",
                proposed_by_id=world.maker.id,
                proposed_at=made.made_at,
                approved_by_id=world.approver.id,
                approved_at=made.made_at,
            )
        )
    assert service.waiting(world.session, world.stored_run()) == []
    assert client.get(f"{address}/{made.wanted.code}").location == address
    with clock.fixed(late):
        assert service.drop_expired() == 1
