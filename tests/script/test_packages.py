import pytest

from script import packages
from script.checkout import Refusal
from script.postgres import Server

OFFERED = "postgresql-15-postgis-3\npostgresql-15-postgis-3-scripts\npostgresql-17-postgis-3\n"


@pytest.fixture
def machine(monkeypatch):
    """A machine described by what is on it; commands for root are noted instead of run."""

    class Machine:
        programs = {"msgfmt", "apt-get", "sudo", "chromium", "ogr2ogr", "nginx"}
        servers = [Server(15, None, None)]
        without_postgis = []
        libraries = {}
        commands = []
        answers = {}

    described = Machine()
    described.libraries = {"gdal": "libgdal.so.32", "atomic": "libatomic.so.1"}
    described.commands = []
    described.answers = {"pkgnames": OFFERED, "depends": "postgresql\n  Depends: postgresql-15\n", "show": "off\n"}
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(packages.shutil, "which", lambda name, path=None: name if name in described.programs else None)
    monkeypatch.setattr(packages, "with_postgis", lambda: described.servers)
    monkeypatch.setattr(packages, "installed", lambda: described.without_postgis)
    monkeypatch.setattr(packages.ctypes.util, "find_library", lambda name: described.libraries[name])
    monkeypatch.setattr(
        packages, "_answer", lambda *words: next((a for key, a in described.answers.items() if key in words), "")
    )
    return described


@pytest.fixture
def as_root(monkeypatch, machine):
    def note(*command, text=""):
        machine.commands.append(command)
        if "install" in command and any("postgis" in word for word in command):
            machine.servers = [Server(15, None, None)]
        return 0

    monkeypatch.setattr(packages, "_as_root", note)
    return machine.commands


def test_nothing_is_asked_of_the_package_manager_when_all_is_there(machine, as_root):
    packages.ensure(private_cluster=True, tests=True)
    assert as_root == []


def test_what_is_missing_is_named_by_role(machine):
    machine.servers, machine.programs = [], set()
    machine.libraries = {"gdal": None, "atomic": None}
    everything = ["postgis", "gettext", "chromium", "ogr", "atomic", "nginx"]
    assert packages.missing(private_cluster=True, tests=True) == everything
    assert packages.missing(private_cluster=False, tests=False) == ["gdal", "gettext"]


def test_a_browser_named_by_chromium_needs_no_package(machine, monkeypatch):
    machine.programs = {"msgfmt", "ogr2ogr", "nginx"}
    monkeypatch.setenv("CHROMIUM", "/opt/chrome")
    assert packages.missing(private_cluster=True, tests=True) == []
    assert packages.chromium() == "/opt/chrome"


def test_a_system_cluster_is_forbidden_before_the_server_is_installed_and_the_note_removed_after(machine, as_root):
    machine.servers = []
    packages.ensure(private_cluster=True, tests=False)
    words = [" ".join(command) for command in as_root]
    note = next(i for i, line in enumerate(words) if line.startswith("tee") and "createcluster.d" in line)
    install = next(i for i, line in enumerate(words) if "postgresql-15-postgis-3" in line)
    removal = next(i for i, line in enumerate(words) if line.startswith("rm -f") and "createcluster.d" in line)
    assert note < install < removal
    assert "--no-install-recommends" in words[install]


def test_nginx_is_installed_for_tests_only_and_is_not_started(machine, as_root, monkeypatch, tmp_path):
    machine.programs = {"msgfmt", "apt-get", "sudo", "chromium", "ogr2ogr", "systemctl"}
    monkeypatch.setattr(packages, "POLICY", tmp_path / "policy-rc.d")
    with pytest.raises(Refusal, match="Still missing after the installation: nginx"):
        packages.ensure(private_cluster=True, tests=True)
    words = [" ".join(command) for command in as_root]
    note, install, removal = (
        next(i for i, line in enumerate(words) if line.startswith(start) and end in line)
        for start, end in (("tee", "policy-rc.d"), ("apt-get", "install"), ("rm -f", "policy-rc.d"))
    )
    assert note < install < removal and words[install].endswith(" nginx")
    assert words[-1] == "systemctl disable --quiet nginx.service"
    as_root.clear()
    packages.ensure(private_cluster=True, tests=False)
    assert as_root == []


def test_a_policy_of_the_machines_own_is_left_alone(machine, as_root, monkeypatch, tmp_path):
    (tmp_path / "policy-rc.d").write_text("#!/bin/sh\nexit 0\n")
    machine.programs -= {"nginx"}
    monkeypatch.setattr(packages, "POLICY", tmp_path / "policy-rc.d")
    with pytest.raises(Refusal):
        packages.ensure(private_cluster=True, tests=True)
    assert not any("policy-rc.d" in word for command in as_root for word in command)


def test_where_the_note_is_not_read_nothing_is_installed(machine, as_root):
    machine.servers = []
    machine.answers["show"] = "on\n"
    with pytest.raises(Refusal, match="create_main_cluster = false"):
        packages.ensure(private_cluster=True, tests=False)
    assert not any("postgresql-15" in command for command in as_root)


def test_the_releases_own_version_is_preferred_to_the_newest(machine):
    assert packages._server_packages()[:2] == ["postgresql-15", "postgresql-15-postgis-3"]
    machine.answers["depends"] = ""
    assert packages._server_packages()[:2] == ["postgresql-17", "postgresql-17-postgis-3"]


def test_an_installed_server_gets_its_own_postgis(machine):
    machine.without_postgis = [Server(17, None, None)]
    assert packages._server_packages()[:2] == ["postgresql-17", "postgresql-17-postgis-3"]


def test_a_release_without_postgis_is_refused_with_what_to_do(machine):
    machine.answers["pkgnames"] = ""
    with pytest.raises(Refusal, match="universe"):
        packages._server_packages()


def test_without_apt_the_packages_are_named_for_other_systems(machine):
    machine.programs, machine.servers = {"msgfmt"}, []
    with pytest.raises(Refusal, match="brew install postgis"):
        packages.ensure(private_cluster=True, tests=False)


def test_without_sudo_a_normal_user_is_told_what_to_ask_for(machine, monkeypatch):
    machine.programs, machine.servers = {"apt-get"}, []
    monkeypatch.setattr(packages.os, "geteuid", lambda: 1000)
    with pytest.raises(Refusal, match=r"no sudo here.*apt-get install.* postgresql-postgis gettext"):
        packages.ensure(private_cluster=True, tests=False)


def test_a_failed_installation_is_said(machine, monkeypatch):
    machine.programs = {"apt-get", "sudo"}
    monkeypatch.setattr(packages, "_as_root", lambda *command, text="": 100)
    with pytest.raises(Refusal, match="apt-get update failed"):
        packages.ensure(private_cluster=True, tests=False)


def test_an_interrupted_installation_is_finished_first(machine, as_root):
    machine.programs -= {"msgfmt"}
    machine.answers["--audit"] = "The following packages are only half configured"
    with pytest.raises(Refusal, match="Still missing"):
        packages.ensure(private_cluster=True, tests=False)
    assert as_root[0] == ("dpkg", "--configure", "-a")
