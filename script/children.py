"""Child processes that hear the signals their parent hears, and do not outlive it."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from types import FrameType

FORWARDED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def run(command: Sequence[str], variables: dict[str, str], keep: Sequence[int] = (), folder: str | None = None) -> int:
    """Run to the end with our own terminal, passing signals on and the descriptors `keep` (a lock, held while
    the child lives). Returns the exit code; death by signal n is 128 + n, as in a shell."""
    child: subprocess.Popen[bytes] | None = None

    def forward(number: int, _frame: FrameType | None) -> None:
        typed = number == signal.SIGINT and _terminal_is_ours()  # then the terminal has told the child as well
        if child and not typed:
            child.send_signal(number)

    heard = [number for number in FORWARDED if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, forward) for number in heard}
    try:
        child = subprocess.Popen(command, env=variables, pass_fds=keep, cwd=folder)
        code = child.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return code if code >= 0 else 128 - code


def dies_with_parent() -> Callable[[], None]:
    """For `preexec_fn`: on Linux the child gets TERM when the parent is killed; elsewhere nothing is promised."""
    parent = os.getpid()
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def ask() -> None:
        if libc:
            libc.prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
            if os.getppid() != parent:
                os._exit(1)

    return ask


def _terminal_is_ours() -> bool:
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False
