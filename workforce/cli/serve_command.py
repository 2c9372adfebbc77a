"""``workforce serve``: the web pages on this machine, and the worker beside them."""

from __future__ import annotations

import contextlib
import logging
import signal
import socket

import click
import waitress

from workforce.cli.companion import companion
from workforce.cli.support import State, pass_state
from workforce.core.errors import InputError
from workforce.core.text import Text

_THREADS = 8


@click.command("serve", epilog="Example: workforce serve --port 8080")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--no-worker",
    is_flag=True,
    help="Only the pages; `workforce worker` runs elsewhere.",
)
@pass_state
def COMMAND(state: State, host: str, port: int, *, no_worker: bool) -> None:  # noqa: N802 - the registry's name
    """Serve the web pages until interrupted (Ctrl+C), with a worker for long and scheduled work.

    Other machines reach it with --host 0.0.0.0; put it behind a web server with HTTPS there, and
    set WORKFORCE_HTTPS=1.
    """
    logging.basicConfig(format="%(asctime)s %(name)s: %(message)s")
    with state.app() as app:
        try:
            # Bound here, so that a taken port is one sentence.
            listener = socket.create_server((host, port))
        except OSError as error:
            reason = error.strerror or str(error)
            raise InputError("config.port", host=host, port=port, reason=reason) from error
        address = f"http://{host}:{port}/"
        state.say(
            Text(f"网页地址：{address}（按 Ctrl+C 停止）", f"Serving {address} (Ctrl+C stops)")
        )
        signal.signal(signal.SIGTERM, _interrupt)
        arguments = ["--instance", str(state.instance), "worker", "--with-parent"]
        beside = contextlib.nullcontext() if no_worker else companion(arguments, state.say)
        with beside:
            waitress.serve(app, sockets=[listener], threads=_THREADS, ident=None)


def _interrupt(*_signal: object) -> None:
    """End as Ctrl+C does: the requests under way are answered, and the worker is ended."""
    raise KeyboardInterrupt
