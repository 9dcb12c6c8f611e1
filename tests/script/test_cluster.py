"""The private cluster, on a real one made for a checkout that exists only here."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest

from script import cluster as module
from script.checkout import ROOT, Refusal
from script.cluster import Cluster, home, socket_folder
from script.making import server_for
from script.owner import owner, private_folder
from script.postgres import with_postgis

needs_server = pytest.mark.skipif(not with_postgis(), reason="needs an installed PostgreSQL with PostGIS")


def connect(cluster, **more):
    return psycopg2.connect(host=str(cluster.socket), user="mappa", dbname="mappa_comune", **more)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkout")
    yield folder
    cluster = Cluster(folder)
    cluster._stop()
    shutil.rmtree(cluster.home, ignore_errors=True)


@pytest.fixture
def cluster(root):
    cluster = Cluster(root)
    yield cluster
    if cluster._users is not None:
        cluster.leave()


def test_roots_cluster_lies_outside_the_checkout_and_is_named_after_its_path():
    one, two = home(Path("/root/mappa"), as_root=True), home(Path("/root/other"), as_root=True)
    assert one.parent == Path("/var/lib/mappa-comune") and one != two
    assert home(Path("/home/casa/mappa"), as_root=False) == Path("/home/casa/mappa/var/postgres")


def test_a_long_path_gets_its_socket_in_a_short_folder():
    near = Path("/home/casa/mappa/var/postgres")
    assert socket_folder(near, 1000) == near / "socket"
    far = socket_folder(Path("/home") / ("à" * 50) / "var/postgres", 1000)
    assert far.parent == Path("/tmp") and far.name.startswith("mappa-comune-1000-")
    assert len(os.fsencode(far / module.SOCKET_FILE)) < 103


def test_a_folder_of_another_user_is_refused(tmp_path):
    other = owner()._replace(uid=owner().uid + 1)
    (tmp_path / "mine").mkdir()
    with pytest.raises(Refusal, match="belongs to another user"):
        private_folder(tmp_path / "mine", other)
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(Refusal, match="belongs to another user"):
        private_folder(tmp_path / "link", other)


def test_a_cluster_of_another_version_is_refused_with_what_to_do(tmp_path):
    (tmp_path / "PG_VERSION").write_text("9\n")
    with pytest.raises(Refusal, match=r"was made by PostgreSQL 9.*Install postgresql-9"):
        server_for(tmp_path)


def test_a_broken_cluster_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(Refusal, match="no readable PG_VERSION"):
        server_for(tmp_path)


def test_a_cluster_must_be_joined_before_its_lock_is_used(tmp_path):
    with pytest.raises(RuntimeError):
        _ = Cluster(tmp_path).lock


@needs_server
def test_the_program_is_no_superuser_finds_its_extensions_and_can_make_test_databases(cluster):
    cluster.join()
    connection = connect(cluster)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, True)
        cursor.execute("CREATE DATABASE test_made_here")
        cursor.execute("DROP DATABASE test_made_here")
        cursor.execute("SELECT extname FROM pg_extension")
        assert {"postgis", "unaccent", "pg_trgm"} <= {row[0] for row in cursor}
        settings = "SHOW fsync", "SHOW listen_addresses", "SHOW jit", "SHOW server_encoding", "SHOW data_checksums"
        values = []
        for setting in settings:
            cursor.execute(setting)
            values.append(cursor.fetchone()[0])
        assert values == ["on", "", "off", "UTF8", "on"]
    connection.close()
    assert cluster.socket.stat().st_mode & 0o777 == 0o700
    with pytest.raises(psycopg2.OperationalError, match=r"[Pp]eer authentication failed"):
        psycopg2.connect(host=str(cluster.socket), user="stranger", dbname="mappa_comune")


@needs_server
def test_the_last_user_stops_the_server_and_nobody_else(cluster, root):
    cluster.join()
    second = Cluster(root)
    second.join()
    pid = cluster.running()
    second.leave()
    assert cluster.running() == pid
    cluster.leave()
    assert cluster.running() is None
    assert not (cluster.data / "postmaster.pid").exists()


@needs_server
def test_a_child_that_holds_the_lock_keeps_the_server_running(cluster, root):
    cluster.join()
    child = subprocess.Popen(["sleep", "30"], pass_fds=(cluster.lock,))
    cluster.leave()
    assert cluster.running()
    child.kill()
    child.wait()
    cluster.join()
    cluster.leave()
    assert not cluster.running()


@needs_server
def test_what_was_committed_survives_kill_9_of_everything(cluster, root):
    code = (
        f"import sys, time; sys.path.insert(0, {str(ROOT)!r})\nfrom pathlib import Path\n"
        f"from script.cluster import Cluster\nc = Cluster(Path({str(root)!r}))\n"
        "c.join(); print(c.running(), flush=True)\n"
        "time.sleep(60)"
    )
    command = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    server = int(command.stdout.readline())
    connection = connect(cluster)
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept AS SELECT 42 AS number")
    command.kill()
    command.wait()
    os.kill(server, signal.SIGKILL)
    while cluster.running():
        time.sleep(0.02)
    cluster.join()
    connection = connect(cluster)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT number FROM kept")
        assert cursor.fetchone() == (42,)
        cursor.execute("DROP TABLE kept")
    connection.close()


@needs_server
def test_a_leftover_process_number_that_another_program_has_now_does_not_hinder_the_start(cluster):
    cluster.join()
    noted = (cluster.data / "postmaster.pid").read_text().splitlines()
    cluster.leave()
    sleeper = subprocess.Popen(["sleep", "30"], **cluster.owner.as_child())
    (cluster.data / "postmaster.pid").write_text("\n".join([str(sleeper.pid), *noted[1:]]))
    cluster.owner.give(cluster.data / "postmaster.pid")
    try:
        cluster.join()
        assert cluster.running() not in (None, sleeper.pid)
        assert sleeper.poll() is None
    finally:
        sleeper.kill()
        sleeper.wait()


@needs_server
def test_a_half_made_cluster_never_counts(cluster):
    cluster.join()
    cluster.leave()
    half = cluster.home / "making-1"
    cluster.data.rename(half)
    cluster.join()
    assert not half.exists()
    connect(cluster).close()


@needs_server
def test_a_server_that_does_not_start_shows_the_end_of_its_log(cluster):
    cluster.join()
    cluster.leave()
    control = cluster.data / "global" / "pg_control"
    control.rename(control.with_name("away"))
    try:
        with pytest.raises(Refusal, match=r"does not start(.|\n)*pg_control(.|\n)*move .* away"):
            cluster.join()
        assert cluster._users is None
    finally:
        control.with_name("away").rename(control)


@needs_server
def test_the_address_of_the_database_is_one_the_settings_understand(cluster):
    import environ

    parsed = environ.Env.db_url_config(cluster.url)
    assert parsed["NAME"] == "mappa_comune"
    assert parsed["OPTIONS"] == {"host": str(cluster.socket), "user": "mappa"}
