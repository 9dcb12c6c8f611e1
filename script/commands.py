"""The commands. Each brings environment and database up and hands over to the program."""

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator

from script import children, environment, packages, variables
from script.checkout import ROOT, VAR, Refusal, Stamp, digest, locked, make_var, say
from script.cluster import Cluster

# These look at code or at the database as it is; migrating first would be against their purpose.
LEAVES_DATABASE_ALONE = {
    "check", "collectstatic", "compilemessages", "diffsettings", "help", "makemessages", "makemigrations", "migrate",
    "optimizemigration", "showmigrations", "sqlmigrate", "squashmigrations", "version",
}  # fmt: skip
# `makemigrations` looks into a database when there is one; whether code is complete must not depend on that.
NO_DATABASE = {"DATABASE_URL": "postgis:///none?host=/nonexistent", "PYTHONWARNINGS": "ignore::RuntimeWarning"}


def main(command: str, arguments: list[str]) -> int:
    """Run one command; returns its exit code: the child's own, 1 for a refusal, 2 for wrong usage, 130 for Ctrl-C."""
    os.umask(os.umask(0o022) | 0o022)
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # nohup
            signal.signal(number, _end)  # by an exception, so that the cluster is left in order
    try:
        return COMMANDS[command](arguments)
    except Refusal as refusal:
        say(str(refusal))
        return 1
    except PermissionError as error:
        say(
            f"{error.filename} belongs to another user; perhaps a command was once run as root. "
            f"Give the checkout to who runs the commands: sudo chown -R $(id -un) {ROOT}"
        )
        return 1
    except KeyboardInterrupt:
        return 130


def _end(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def bootstrap(arguments: list[str]) -> int:
    """`script/bootstrap [--test]`."""
    if set(arguments) - {"--test"}:
        say("Usage: script/bootstrap [--test]")
        return 2
    ensure(tests="--test" in arguments)
    say("Everything that the commands need is there.")
    return 0


def ensure(tests: bool = False, static: bool = True) -> None:
    """Packages of the distribution, then the checkout's own environment; quick when all is there."""
    make_var()
    with locked(VAR / "bootstrap.lock"):
        packages.ensure(private_cluster=not os.environ.get("DATABASE_URL"), tests=tests)
        environment.install_python_packages(tests)
        environment.install_browser_libraries(tests)
        environment.compile_messages()
        if static and not os.environ.get("STATIC_ROOT"):  # else `script/manage collectstatic` fills that folder
            environment.collect_static(variables.for_tests("postgis:///none"))


@contextlib.contextmanager
def database() -> Iterator[tuple[str, tuple[int, ...], Cluster | None]]:
    """A database for the time of the block: (URL, descriptors for the children to keep, the private cluster if it
    is one). The private cluster starts before and, unless others use it, stops after."""
    if given := os.environ.get("DATABASE_URL"):
        yield given, (), None
        return
    cluster = Cluster()
    cluster.join()
    try:
        yield cluster.url, (cluster.lock,), cluster
    finally:
        cluster.leave()


def prepare(values: dict[str, str], keep: tuple[int, ...], cluster: Cluster | None, demo: bool = False) -> None:
    """Check the database, apply the migrations, and with `demo` fill an empty one. A private database whose
    migrations have not changed since the last time is left alone."""
    files = [path for room in ("neighbourhoods", "people", "commons", "mapping") for path in
             (ROOT / room / "migrations").glob("*.py")]  # fmt: skip
    stamp = Stamp("migrated", cluster.home) if cluster else None
    key = digest([*files, environment.RUN])
    if stamp and not demo and stamp.key() == key:
        return
    command = [str(environment.PYTHON), str(ROOT / "script" / "prepare.py"), *(["--demo"] if demo else [])]
    if code := children.run(command, environment.clean(values), keep):
        raise Refusal("The database is not ready; the reason is above.") if code == 1 else SystemExit(code)
    if stamp:
        stamp.write(key)


def manage(arguments: list[str]) -> int:
    """`script/manage COMMAND …`: migrates the private database first when that is behind."""
    ensure(static=False)
    name = arguments[0] if arguments else "help"
    with database() as (url, keep, cluster):
        values = variables.for_program(url)
        if cluster and name not in LEAVES_DATABASE_ALONE and not name.startswith("-"):
            with locked(cluster.home / "migrate.lock"):
                prepare(values, keep, cluster)
        if cluster and name in {"migrate", "flush"}:
            Stamp("migrated", cluster.home).clear()
        command = [str(environment.PYTHON), str(ROOT / "manage.py"), *arguments]
        return children.run(command, environment.clean(values), keep)


def test(arguments: list[str]) -> int:
    """`script/test [slow] [argument of pytest …]`; pytest's closing line comes last."""
    slow = arguments[:1] == ["slow"]
    chosen = arguments[1:] if slow else arguments
    ensure(tests=True)
    with locked(VAR / "test.lock"), database() as (url, keep, _cluster):
        values = environment.clean(variables.for_tests(url))
        values.setdefault("CHROMIUM", packages.chromium() or "")
        python = str(environment.PYTHON)
        if not arguments:
            for sentence, words, extra in quick_checks(python):
                if code := children.run(words, values | extra, keep, str(ROOT)):
                    say(f"{sentence}: failed, with exit code {code}; see above.")
                    return code
        pytest = [python, "-m", "pytest"]
        if slow:
            pytest += ["-m", "slow"]
        elif not chosen:
            pytest += ["-n", str(min(os.cpu_count() or 1, 4)), "--dist", "worksteal"]
        return children.run([*pytest, *chosen], values, keep, str(ROOT))


def quick_checks(python: str) -> list[tuple[str, list[str], dict[str, str]]]:
    """What is checked before the tests: (name, command, variables beside the usual)."""
    program = [python, str(ROOT / "manage.py")]
    public = {"SITE_URL": "https://mappa.example.it"}
    return [
        ("Code style (ruff check)", [python, "-m", "ruff", "check", "--quiet"], {}),
        ("Migrations match the models", [*program, "makemigrations", "--check", "--dry-run", "-v0"], NO_DATABASE),
        ("Settings of a public site", [*program, "check", "--deploy", "--fail-level", "WARNING"], public),
    ]


def bench(arguments: list[str]) -> int:
    """`script/bench …`: the measurements, with environment and database ready."""
    return suite("bench_suite.py", arguments, tests=False)


def screenshots(arguments: list[str]) -> int:
    """`script/screenshots …`: pictures of every kind of page."""
    return suite("screenshots_suite.py", arguments, tests=True)


def suite(name: str, arguments: list[str], tests: bool) -> int:
    """Runs a file of this folder with environment and database ready, and with `tests` what the tests need."""
    suite = ROOT / "script" / name
    if not suite.exists():
        raise Refusal(f"{suite} is missing from this checkout.")
    ensure(tests=tests)
    with database() as (url, keep, cluster):
        values = variables.for_program(url)
        prepare(values, keep, cluster)
        values.setdefault("CHROMIUM", packages.chromium() or "")
        return children.run([str(environment.PYTHON), str(suite), *arguments], environment.clean(values), keep)


def server(arguments: list[str]) -> int:
    """`script/server [--reload]`."""
    if set(arguments) - {"--reload"}:
        print("Usage: script/server [--reload]", file=sys.stderr)
        return 2
    from script.server import serve

    return serve(reload="--reload" in arguments)


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "bench": bench, "bootstrap": bootstrap, "manage": manage, "screenshots": screenshots, "server": server,
    "test": test,
}  # fmt: skip
