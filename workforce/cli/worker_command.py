"""``workforce worker``: does queued work, and at set times what is due."""

from __future__ import annotations

import logging
import signal
import sys

import click

from workforce.cli.companion import end_with_parent
from workforce.cli.support import EXIT_FAILED, State, pass_state
from workforce.core.text import Text


@click.command("worker", epilog="Example: workforce worker --lanes 2")
@click.option(
    "--lanes",
    default=2,
    show_default=True,
    type=click.IntRange(1, 16),
    help="How many jobs are done at a time.",
)
@click.option("--with-parent", is_flag=True, hidden=True)
@pass_state
def COMMAND(state: State, lanes: int, *, with_parent: bool) -> None:  # noqa: N802 - the registry's name
    """Do long work and what is due at set times, until interrupted (Ctrl+C).

    Any number of workers may run, on any machine that reaches the database: each job is done once.
    Interrupted, a worker takes no more work, gives what it does twenty seconds to end, and puts the
    rest back; a second Ctrl+C puts it back at once. Exit code 1: a job could not be put back and
    is taken over by another worker two minutes later.
    """
    from workforce.jobs import Worker  # noqa: PLC0415 - loads Flask

    logging.basicConfig(format="%(asctime)s %(name)s: %(message)s")
    with state.app() as app:
        worker = Worker(app, say=state.say, lanes=lanes)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, worker.stop)
        if with_parent:
            end_with_parent(worker.stop)
        is_clean = worker.run()
    if not is_clean:
        state.say(
            Text(
                "有任务没有交还，两分钟后由其他后台程序接手", "A job is left; another takes it over"
            ),
            error=True,
        )
        sys.exit(EXIT_FAILED)
