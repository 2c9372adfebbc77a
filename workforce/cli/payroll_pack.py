"""What ``workforce payroll audit-pack`` does."""

from __future__ import annotations

from pathlib import Path

from workforce.audit_pack import service
from workforce.audit_pack.identity import Identity
from workforce.audit_pack.queries import key_of_pack
from workforce.audit_pack.service import Wanted
from workforce.cli.payroll_work import Choice, opened, stored_runs
from workforce.cli.progress import progress
from workforce.cli.support import State
from workforce.core.text import Text
from workforce.payroll import queries as payroll
from workforce.platform.db import db, unit_of_work
from workforce.platform.files import PRIVATE, atomic_write


def audit_pack(state: State, choice: Choice, identity: str, receiver: str, out: Path) -> None:
    """Write one run's pack and say its fingerprint, and the key of a keyed one.

    Raises:
        ForbiddenError: the named account may not hand out such a pack.
        InputError: there is no such company or run.
        StateError: the run is not approved, or is not any more what was approved.
    """
    how = Identity(identity)
    with opened(state, choice, how.permission) as work:
        session = db.session()
        (row,) = stored_runs(work, choice)
        run = payroll.found(session, payroll.run(work.scope, row.run_id))
        wanted = Wanted.of(run.id, identity, receiver)
        key = key_of_pack(run, wanted.receiver)
        pack = service.read(session, work.scope, wanted)
        with (
            progress(Text("写入审计包", "Writing the pack"), total=pack.count) as advance,
            atomic_write(out, mode=PRIVATE) as file,
        ):
            fingerprint = service.write(pack, file, advance)
        with unit_of_work() as writing:
            service.note_made(writing, work.actor, pack, fingerprint)
    state.say(f"{out}: {pack.count}")
    state.say(Text(f"清单 sha256 {fingerprint}", f"manifest sha256 {fingerprint}"))
    if how is Identity.KEYED:
        state.say(Text(f"密钥 {key}", f"key {key}"))
