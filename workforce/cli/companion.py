"""Programs beside this one: started anew when they die, ended with this one."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final

from workforce.core.text import Text

_FIRST_PAUSE_S: Final = 1.0
_LONGEST_PAUSE_S: Final = 60.0
_HEALTHY_S: Final = 60.0
"""Who has lived that long is started anew without waiting long."""
_LOOK_S: Final = 0.5
_LAST_WORD_S: Final = 40.0
"""A worker gives its work back within thirty seconds; who takes longer is killed."""


@contextmanager
def companion(
    name: Text,
    arguments: Sequence[str],
    say: Callable[[Text], None],
    *,
    passed: Sequence[int] = (),
) -> Iterator[None]:
    """Keep ``workforce <arguments>`` running while the block runs.

    It gets the file descriptors ``passed``, and a pipe as its standard input: were this process
    killed, the pipe would close, and the other one end by itself (``end_with_parent``).
    """
    keeper = _Keeper(name, arguments, say, passed)
    thread = threading.Thread(target=keeper.run, name="companion", daemon=True)
    thread.start()
    try:
        yield
    finally:
        keeper.end()
        thread.join()


def end_with_parent(stop: Callable[[], None]) -> None:
    """Call ``stop`` when the program that started this one is gone: its end of the pipe closes then."""

    def wait() -> None:
        # Not through sys.stdin: Python could not end while a thread holds its buffer.
        while os.read(0, 1):
            pass
        stop()

    threading.Thread(target=wait, daemon=True).start()


class _Keeper:
    def __init__(
        self,
        name: Text,
        arguments: Sequence[str],
        say: Callable[[Text], None],
        passed: Sequence[int],
    ) -> None:
        program = "from workforce.cli.main import main; main()"
        self._command = [sys.executable, "-c", program, *arguments]
        self._name = name
        self._say = say
        self._passed = tuple(passed)
        self._stop = threading.Event()

    def run(self) -> None:
        pause_s = _FIRST_PAUSE_S
        while not self._stop.is_set():
            began = time.monotonic()
            # A session of its own: Ctrl+C in the terminal is for this process, which passes it on.
            with subprocess.Popen(  # noqa: S603 - our own program and arguments
                self._command,
                stdin=subprocess.PIPE,
                start_new_session=True,
                pass_fds=self._passed,
            ) as process:
                self._watch(process)
            if self._stop.is_set():
                return
            pause_s = _FIRST_PAUSE_S if time.monotonic() - began > _HEALTHY_S else pause_s
            self._say(
                Text(
                    f"{self._name.zh}意外结束（退出码 {process.returncode}），{pause_s:.0f} 秒后重新启动",
                    f"{self._name.en} ended with code {process.returncode} and starts anew in "
                    f"{pause_s:.0f} s",
                )
            )
            self._stop.wait(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        """Wait until the process ends, or end it when that is wished."""
        while process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK_S)
            if self._stop.is_set():
                process.terminate()
                try:
                    process.wait(_LAST_WORD_S)
                except subprocess.TimeoutExpired:
                    process.kill()
                return

    def end(self) -> None:
        self._stop.set()
