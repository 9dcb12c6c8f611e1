"""`script/server` itself, on a scratch database of the server that the tests use."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import environ
import psycopg2
import pytest

from script import server
from script.checkout import ROOT, Refusal


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def scratch():
    """The URL of a new, empty database without PostGIS of its own, dropped afterwards."""
    given = os.environ["DATABASE_URL"]
    parsed = environ.Env.db_url_config(given)
    name = f"scratch_{os.getpid()}"
    names = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password"}
    options = {key: parsed[word] for word, key in names.items() if parsed.get(word)} | parsed.get("OPTIONS", {})
    connection = psycopg2.connect(dbname=parsed["NAME"], **options)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name}")
    yield urlsplit(given)._replace(path=f"/{name}").geturl().replace("postgis:/s", "postgis:///s")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    connection.close()


def get(port, path="/healthz"):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status
    except OSError:
        return None


@contextlib.contextmanager
def running(url, port, *arguments, folder="/"):
    """script/server, started from another folder, once it has said that it answers."""
    values = os.environ | {"DATABASE_URL": url, "PORT": str(port), "SITE_URL": f"http://127.0.0.1:{port}"}
    process = subprocess.Popen(
        [ROOT / "script" / "server", *arguments], env=values, cwd=folder, stderr=subprocess.PIPE, start_new_session=True
    )
    said = []
    try:
        for line in process.stderr:
            said.append(line.decode())
            if "answers at" in said[-1]:
                break
        assert process.poll() is None, "".join(said)
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stderr.close()


def state_and_parent(pid):
    """From /proc: a minimal Debian has no ps."""
    words = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return words[0], int(words[1])


def children_of(pid):
    pairs = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            pairs.append((int(entry.name), state_and_parent(entry.name)[1]))
    found = {pid}
    while more := {child for child, parent in pairs if parent in found} - found:
        found |= more
    return found - {pid}


def alive(pid):
    with contextlib.suppress(OSError):
        return state_and_parent(pid)[0] != "Z"
    return False


def until(condition, seconds):
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)])
def test_a_signal_ends_everything_within_ten_seconds(scratch, number):
    port = free_port()
    with running(scratch, port) as process:
        assert get(port) == 200
        family = children_of(process.pid)
        assert len(family) >= 3  # gunicorn and two workers
        began = time.monotonic()
        process.send_signal(number)
        assert process.wait(10) == 0
        assert time.monotonic() - began < 10
        assert until(lambda: not any(map(alive, family)), 1)
        assert get(port) is None


def test_a_server_started_by_nohup_outlives_its_terminal(scratch):
    port = free_port()
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with running(scratch, port) as process:
            process.send_signal(signal.SIGHUP)
            time.sleep(1.5)
            assert process.poll() is None
            assert get(port) == 200
            process.terminate()
            assert process.wait(10) == 0
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_killed_server_leaves_nobody_on_its_port(scratch):
    port = free_port()
    with running(scratch, port) as process:
        family = children_of(process.pid)
        process.kill()
        assert until(lambda: not any(map(alive, family)), 10)
    with running(scratch, port):
        assert get(port) == 200


def test_a_dead_web_server_ends_the_command_with_a_failure(scratch):
    port = free_port()
    with running(scratch, port) as process:
        gunicorn = min(children_of(process.pid))
        os.kill(gunicorn, signal.SIGKILL)
        assert process.wait(15) == 1


def test_a_taken_port_is_refused_before_any_work_with_another_to_choose():
    with server.claim(0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Refusal, match=rf"Port {port} .* is taken.*PORT={port + 1}"):
            server.claim(port)


def test_only_loopback_is_bound():
    with server.claim(0) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"


def test_the_web_server_gets_production_settings_and_reloads_only_when_asked(monkeypatch):
    monkeypatch.setenv("WEB_CONCURRENCY", "3")
    command = server.gunicorn_command(7, reload=False)
    assert command[command.index("--workers") + 1] == "3"
    assert command[command.index("--threads") + 1] == "4"
    assert command[command.index("--bind") + 1] == "fd://7"
    assert "--reload" not in command
    assert "--reload" in server.gunicorn_command(7, reload=True)


def test_what_does_not_answer_is_not_ready():
    assert not server.answers(free_port(), "http://127.0.0.1")


def test_the_timer_is_the_command_tick_where_there_is_one(tmp_path):
    assert server.find_tick(tmp_path) is None
    command = tmp_path / "commons" / "management" / "commands" / "tick.py"
    command.parent.mkdir(parents=True)
    command.touch()
    assert server.find_tick(tmp_path) == command


class Ticking(server.Supervisor):
    """A supervisor whose ticks are small programs."""

    def __init__(self, program):
        self.program, self.started = program, []
        with server.claim(0) as listener:
            super().__init__(dict(os.environ), listener, (), reload=False)
        self.tick_command = ROOT

    def _spawn(self, command, keep):
        self.started.append(command)
        return subprocess.Popen([sys.executable, "-c", self.program])


def test_the_timer_runs_once_a_minute_and_not_twice_at_a_time(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(server.time, "monotonic", lambda: now[0])
    supervisor = Ticking("import time; time.sleep(30)")
    supervisor._timer()
    assert supervisor.started == [[str(server.environment.PYTHON), str(ROOT / "manage.py"), "tick"]]
    now[0] += 61
    supervisor._timer()
    assert len(supervisor.started) == 1
    supervisor.tick.kill()
    supervisor.tick.wait()
    supervisor._timer()
    assert len(supervisor.started) == 2
    supervisor.tick.kill()
    supervisor.tick.wait()
    now[0] += 30
    supervisor._timer()
    assert len(supervisor.started) == 2


def test_a_tick_that_hangs_is_ended_and_one_that_fails_is_said(monkeypatch, capsys):
    now = [1000.0]
    monkeypatch.setattr(server.time, "monotonic", lambda: now[0])
    supervisor = Ticking("import time; time.sleep(60)")
    supervisor._timer()
    hanging = supervisor.tick
    now[0] += server.TICK_LIMIT + 1
    supervisor._timer()
    assert hanging.wait(5) == -signal.SIGKILL
    supervisor.program = ""
    supervisor._timer()
    supervisor.tick.wait()
    said = capsys.readouterr().err
    assert "took too long" in said and "failed (exit code -9)" in said
