"""``workforce serve``: the web pages on this machine, and the worker beside them."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from contextlib import ExitStack, suppress

import click
import waitress

from workforce.cli.companion import companion, end_with_parent
from workforce.cli.support import State, pass_state
from workforce.core.errors import InputError
from workforce.core.text import Text

_THREADS = 8
_MOST_BY_ITSELF = 4
_LAST_WORD_S = 10
_THIS_MACHINE = "127.0.0.1"
_WEB = Text("网页程序", "A web process")
_WORKER = Text("后台程序", "The worker")


@click.command("serve", epilog="Example: workforce serve --port 8080")
@click.option("--host", default=_THIS_MACHINE, show_default=True, help="Address to listen on.")
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--processes",
    default=None,
    type=click.IntRange(1, 32),
    help="Web processes; default: one for each core, four at most.",
)
@click.option(
    "--no-worker",
    is_flag=True,
    help="Only the pages; `workforce worker` runs elsewhere.",
)
@click.option("--listener", type=int, hidden=True)
@pass_state
def COMMAND(  # noqa: N802 - the registry's name
    state: State,
    host: str,
    port: int,
    processes: int | None,
    listener: int | None,
    *,
    no_worker: bool,
) -> None:
    """Serve the web pages until interrupted (Ctrl+C), with a worker for long and scheduled work.

    Python computes on one core a process: there is one for each core, and who dies is started anew.
    Other machines reach the pages with --host 0.0.0.0; better, put a web server with HTTPS on this
    machine in front, let it send X-Forwarded-For and the Host asked for, and set WORKFORCE_HTTPS=1.
    """
    logging.basicConfig(format="%(asctime)s %(name)s: %(message)s")
    signal.signal(signal.SIGTERM, _interrupt)
    if listener is not None:
        _answer(state, listener)
        return
    with state.app():
        # Here, so that a wrong installation or a taken port is one sentence.
        bound = _bind(host, port)
    with bound, ExitStack() as beside:
        share = ["--instance", str(state.instance)]
        web = [*share, "serve", "--listener", str(bound.fileno())]
        for _ in range(processes or min(os.cpu_count() or 1, _MOST_BY_ITSELF)):
            beside.enter_context(companion(_WEB, web, state.say, passed=[bound.fileno()]))
        if not no_worker:
            work = [*share, "worker", "--with-parent"]
            beside.enter_context(companion(_WORKER, work, state.say))
        address = f"http://{host}:{port}/"
        state.say(
            Text(f"网页地址：{address}（按 Ctrl+C 停止）", f"Serving {address} (Ctrl+C stops)")
        )
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            state.say(Text("正在停止", "Stopping"))


def _bind(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=128)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError("config.port", host=host, port=port, reason=reason) from error


def _answer(state: State, listener: int) -> None:
    """Answer requests of the port that the parent holds, together with the other processes."""
    # More requests than threads are waiting for a moment: no event.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    end_with_parent(_end)
    with suppress(KeyboardInterrupt), state.app() as app, socket.socket(fileno=listener) as shared:
        waitress.serve(
            app,
            sockets=[shared],
            threads=_THREADS,
            ident=None,
            # A web server in front says where its visitors are: else all of them would be braked,
            # and recorded, as one address.
            trusted_proxy=_THIS_MACHINE,
            trusted_proxy_headers={"x-forwarded-for"},
        )


def _end() -> None:
    """End politely; at the latest in ten seconds, whatever this process is waiting for."""
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_LAST_WORD_S)
    os._exit(1)


def _interrupt(*_signal: object) -> None:
    """End as Ctrl+C does: the requests under way are answered, and the other programs are ended."""
    raise KeyboardInterrupt
