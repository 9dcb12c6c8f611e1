"""The files of `deploy/` agree with the program: gunicorn's limits, the units of systemd, the variables they need."""

import itertools
import re
import runpy
import shutil
import subprocess

import pytest

from mapping.front import HEADER, OneSecond, may_be_kept
from script.checkout import ROOT
from script.server import KEEP_MEMORY, gunicorn_command
from tests import factories as make

DEPLOY = ROOT / "deploy"
NOT_SHARED = {"--chdir", "--bind", "--graceful-timeout"}


def test_gunicorn_has_the_limits_that_the_server_command_sets():
    said = runpy.run_path(str(DEPLOY / "gunicorn.conf.py"))
    command = gunicorn_command(3, reload=False)
    options = {name: value for name, value in itertools.pairwise(command) if name.startswith("--")}
    assert len(options) > 10
    for option, value in options.items():
        name = {"--keep-alive": "keepalive", "--log-level": "loglevel", "--no-control-socket": "control_socket_disable"}
        setting = name.get(option, option.removeprefix("--").replace("-", "_"))
        if option not in NOT_SHARED:
            assert str(said[setting]) == (value if option != "--no-control-socket" else "True"), option


def test_the_units_name_what_exists_and_keep_memory_as_the_server_command_does():
    service = (DEPLOY / "mappa-comune.service").read_text()
    assert all(f"{name}={value}" in service for name, value in KEEP_MEMORY.items())
    for path in re.findall(r"/srv/mappa-comune/(\S+)", service):
        assert path.startswith("var")
    assert (
        "deploy/gunicorn.conf.py" in service and "manage.py tick" in (DEPLOY / "mappa-comune-tick.service").read_text()
    )
    operations = (ROOT / "docs" / "operations.md").read_text()
    for file in DEPLOY.iterdir():
        assert f"deploy/{file.name}" in operations, file.name


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_reads_the_units(tmp_path):
    for unit in DEPLOY.glob("mappa-comune*"):
        text = unit.read_text().replace("/srv/mappa-comune/var/venv/bin/python", "/usr/bin/python3")
        (tmp_path / unit.name).write_text(text)
    command = ["systemd-analyze", "verify", "--man=no", *map(str, sorted(tmp_path.iterdir()))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = [line for line in done.stderr.splitlines() if "mappa-comune" in line]
    assert not said, said


OPEN = ["/layers.json", "/layers/buildings.geojson", "/layers/buildings.csv?limit=1", "/tiles/buildings/0/0/0.mvt",
        "/tiles/buildings/0/0/0.geojson", "/tiles/buildings/9/0/0.mvt", "/tiles/buildings.json",
        "/map.svg?city=torino"]  # fmt: skip


@pytest.mark.parametrize("path", OPEN)
def test_public_data_may_be_kept_until_the_second_in_which_it_was_begun_ends(client, town, monkeypatch, path):
    monkeypatch.setattr("mapping.front.time.time", lambda: 1_800_000_000.97)
    first = client.get(path)
    assert first.headers[HEADER] == "@1800000000"
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.headers[HEADER]) == (304, "@1800000000")


@pytest.mark.parametrize(
    "path", ["/torino/", "/healthz", "/data/", "/layers/none.geojson", "/layers.json?x=1", "/tiles/buildings/1/9/9.mvt"]
)
def test_pages_and_errors_say_nothing_and_so_are_not_kept(client, town, path):
    assert HEADER not in client.get(path).headers


def test_what_a_signed_in_person_gets_is_not_kept(client, town):
    client.force_login(make.UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    for path in ("/torino/", "/me/", "/account/messages/"):
        assert HEADER not in client.get(path).headers


def test_what_still_streams_or_was_made_private_is_not_kept(rf):
    from django.http import HttpResponse, StreamingHttpResponse

    from mapping.conditional import open_data

    def answered(response):
        return OneSecond(lambda request: response)(rf.get("/"))

    private, cookie = open_data(HttpResponse("x")), open_data(HttpResponse("x"))
    private["Cache-Control"] = "private, no-store"
    cookie.set_cookie("a", "b")
    for response in (private, cookie, open_data(StreamingHttpResponse([b"x"])), HttpResponse("x")):
        assert not may_be_kept(response)
        assert HEADER not in answered(response).headers
    assert HEADER in answered(open_data(HttpResponse("x"))).headers
