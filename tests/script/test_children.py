import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from script import children
from script.checkout import ROOT


def python(code):
    return [sys.executable, "-c", code]


def test_the_childs_exit_code_is_returned():
    assert children.run(python("raise SystemExit(7)"), dict(os.environ)) == 7


def test_death_by_a_signal_is_told_as_a_shell_does():
    assert children.run(python("import os; os.kill(os.getpid(), 9)"), dict(os.environ)) == 137


def test_handlers_are_put_back_afterwards():
    before = signal.getsignal(signal.SIGTERM)
    children.run(python(""), dict(os.environ))
    assert signal.getsignal(signal.SIGTERM) is before


def test_kept_descriptors_are_open_in_the_child_and_others_are_not():
    kept, other = os.open(os.devnull, os.O_RDONLY), os.open(os.devnull, os.O_RDONLY)
    code = f"import os; os.fstat({kept})\ntry: os.fstat({other})\nexcept OSError: raise SystemExit(5)"
    assert children.run(python(code), dict(os.environ), keep=(kept,)) == 5
    os.close(kept)
    os.close(other)


def heed_int():
    """A shell starts what it sends to the background with INT ignored, and so may have started this suite."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def run_parent(child_code, number):
    """A parent that runs a child by `children.run`, gets a signal, and ends; returns its exit code."""
    code = (
        f"import os, sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from script import children\n"
        f"sys.exit(children.run([sys.executable, '-c', {child_code!r}], dict(os.environ)))"
    )
    parent = subprocess.Popen(
        python(code),
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=heed_int,
    )
    assert parent.stdout.readline() == b"ready\n"
    parent.send_signal(number)
    return parent.wait(10)


def test_term_and_int_reach_the_child():
    child = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(21))\n"
        "signal.signal(signal.SIGINT, lambda *_: sys.exit(22))\n"
        "print('ready', flush=True)\ntime.sleep(20)"
    )
    assert run_parent(child, signal.SIGTERM) == 21
    assert run_parent(child, signal.SIGINT) == 22


def test_a_child_ends_when_its_parent_is_killed():
    code = (
        f"import os, subprocess, sys, time; sys.path.insert(0, {str(ROOT)!r})\n"
        "from script.children import dies_with_parent\n"
        "child = subprocess.Popen(['sleep', '30'], preexec_fn=dies_with_parent())\n"
        "print(child.pid, flush=True)\ntime.sleep(30)"
    )
    parent = subprocess.Popen(python(code), stdout=subprocess.PIPE)
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    ends = time.monotonic() + 5
    while time.monotonic() < ends:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return
        if state == "Z":
            return
        time.sleep(0.05)
    raise AssertionError("the child lives on")
