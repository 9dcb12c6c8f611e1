"""The reader as a process: what it gives up, what it refuses, and that its parent believes nothing without an end."""

import os
import re
import subprocess
import sys

import pytest

from mapping.importing import child
from mapping.importing.child import ROOT
from mapping.importing.messages import REJECTED, SENTENCES, ImportRefused
from tests.mapping.importing import files
from tests.mapping.importing.refusals import refusal


def in_sandbox(code):
    program = f"from mapping.importing.reader import sandbox; print(sandbox.enter()); {code}"
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, env=child.ENVIRONMENT, timeout=60
    )


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("import socket; socket.socket()", "PermissionError"),
        ("import socket; socket.socket(socket.AF_UNIX)", "PermissionError"),
        ("import socket; socket.socketpair()", "PermissionError"),
        ("import os; os.execv('/bin/true', ['true'])", "PermissionError"),
        ("import subprocess; subprocess.run(['/bin/true'])", "PermissionError"),
        ("import os; os.kill(os.getppid(), 0)", "PermissionError"),
        ("bytearray(2_000_000_000)", "MemoryError"),
        ("[open('/dev/null') for _ in range(100)]", "Too many open files"),
    ],
)
def test_the_child_has_no_sockets_no_programs_and_little_memory(code, error):
    done = in_sandbox(code)
    assert done.stdout.strip() == "{'sockets': 'denied'}"
    assert done.returncode != 0
    assert error in done.stderr


def test_the_child_may_still_compute_in_threads():
    done = in_sandbox("import threading; t = threading.Thread(target=print, args=('ok',)); t.start(); t.join()")
    assert done.stdout.endswith("ok\n")
    assert done.returncode == 0


def test_the_child_is_given_no_secret_of_its_parent(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgis://secret")
    monkeypatch.setenv("SECRET_KEY", "secret")
    assert not {"DATABASE_URL", "SECRET_KEY"} & set(child.ENVIRONMENT)
    done = in_sandbox("import os; print(sorted(os.environ))")
    assert "SECRET_KEY" not in done.stdout
    assert "DATABASE_URL" not in done.stdout


def test_the_reader_imports_neither_django_nor_the_database():
    program = (
        "import sys\n"
        "from mapping.importing.reader import __main__, archive, dbase, drivers, geojson, geopackage, tabular, vector\n"
        "sys.exit(sorted(n for n in sys.modules if n.split('.')[0] in {'django', 'psycopg2'}) or 0)"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=child.ENVIRONMENT, check=False).returncode == 0


def test_a_file_is_read_whole_with_its_fingerprint(tmp_path):
    path = files.geojson(tmp_path / "a.geojson", files.feature(nome="Uno"), files.feature(None, nome="Due"))
    reading = child.read(path)
    assert (reading.driver, reading.crs, len(reading.records)) == ("GeoJSON", "CRS84", 2)
    assert reading.sha256 == child.fingerprint(path)
    assert reading.notices == []


def test_a_child_that_takes_too_long_is_killed(tmp_path):
    path = files.geojson(tmp_path / "a.geojson", files.feature(nome="Uno"))
    assert refusal(path, seconds=0.01) == "reader-out-of-time"


def test_an_answer_without_its_end_is_not_believed(tmp_path):
    answer = tmp_path / "answer"
    header = '{"header":{"driver":"CSV","encoding":"UTF-8","crs":null,"crs_from":null,"fields":[],"layers":[],'
    header += '"place_columns":[],"sandbox":{"sockets":"denied"}}}\n'
    row = '{"row":1,"id":null,"properties":{},"notes":[],"wkb":null,"rejected":null}\n'
    for text in (header + row, header + row + '{"end":{"rows":2,"notices":[]}}\n', header + row[:-20], "nonsense\n"):
        answer.write_text(text)
        with pytest.raises(ImportRefused) as caught:
            child._take(child.Reading("a", ""), answer)
        assert caught.value.code == "reader-failed"


def test_a_reader_without_its_sandbox_says_so(tmp_path):
    answer = tmp_path / "answer"
    answer.write_text(
        '{"header":{"driver":"CSV","encoding":"UTF-8","crs":null,"crs_from":null,"fields":[],"layers":[],'
        '"place_columns":[],"sandbox":{"sockets":"unavailable"}}}\n{"end":{"rows":0,"notices":[]}}\n'
    )
    reading = child.Reading("a", "")
    child._take(reading, answer)
    assert reading.notices == [("sandbox-partial", {})]


def test_every_reason_a_row_is_rejected_for_has_a_sentence():
    source = "".join(path.read_text() for path in (ROOT / "mapping/importing").rglob("*.py"))
    codes = set(re.findall(r'(?:BadRow|Rejected)\(\s*"([a-z0-9-]+)"', source))
    assert codes, "the pattern still finds them"
    assert codes <= set(REJECTED)
    assert set(re.findall(r'(?:Refusal|ImportRefused)\(\s*"([a-z0-9-]+)"', source)) <= set(SENTENCES)
    assert set(re.findall(r'(?:notes|notices)\.append\(\s*\(\s*"([a-z0-9-]+)"', source)) <= set(SENTENCES)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs POSIX")
def test_nothing_is_left_behind_in_the_temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    path = files.geojson(tmp_path / "a.geojson", files.feature(nome="Uno"))
    child.read(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.geojson"]
