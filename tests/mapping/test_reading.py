"""The reading role sees in the database what everybody sees on the map, and nothing else."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.db.migrations import AlterField, Migration
from django.db.models import CharField

from commons.models import Building
from mapping.apps import clear_open_views, restore_open_views
from mapping.layers import LAYERS
from mapping.query import Query
from mapping.reading import (
    SCHEMA,
    NotOurs,
    after_migrations,
    before_migrations,
    columns,
    definitions,
    drop_reader,
    fingerprint,
    grant,
    kept,
    make_reader,
    make_views,
    readers,
    view,
)  # fmt: skip
from tests.town import SECRET

pytestmark = pytest.mark.django_db
ROLE = "mc_test_reader"


@pytest.fixture
def reader(town) -> str:
    """A role that reads, made in the test's own transaction, which takes it away again."""
    make_reader(ROLE)
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT {ROLE} TO CURRENT_USER")
    return ROLE


@contextmanager
def as_reader() -> Iterator:
    """A cursor with the rights of the role."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (ROLE,)
        yield cursor
        cursor.execute("RESET ROLE")


def refused(statement: str) -> bool:
    """Whether the role may not do this."""
    try:
        with as_reader() as cursor:
            cursor.execute(statement)
    except ProgrammingError as error:
        return "permission denied" in str(error)
    return False


def tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND n.nspname = 'public'"
        )
        return [name for (name,) in cursor.fetchall()]


@pytest.mark.parametrize("slug", LAYERS)
def test_it_sees_exactly_the_public_records_and_columns_of_each_layer(reader, slug, get):
    layer = LAYERS[slug]
    with as_reader() as cursor:
        cursor.execute(f'SELECT * FROM {SCHEMA}."{slug}"')
        assert [column.name for column in cursor.description] == columns(layer)
        rows = cursor.fetchall()
    assert {row[0] for row in rows} == set(Query(layer).rows().values_list("uid", flat=True))
    asked = {one["id"]: one["properties"] for one in get(f"{slug}.geojson")["features"]}
    for row in rows:
        said = dict(zip(columns(layer), row, strict=True))
        assert said["url"] == asked[said["id"]]["url"]
        assert said["name"] == asked[said["id"]]["name"]
    assert rows and SECRET not in str(rows)


def test_the_columns_it_may_read_anywhere_are_those_that_layers_publish(reader):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 "
            "WHERE c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) "
            "AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT a.attisdropped "
            "AND c.relname NOT IN ('spatial_ref_sys', 'geometry_columns', 'geography_columns') "
            "AND c.relnamespace::regnamespace::text NOT LIKE 'pg_%%' "
            "AND has_column_privilege(%s, c.oid, a.attnum, 'SELECT')", [ROLE],
        )  # fmt: skip
        found = set(cursor.fetchall())
    assert found == {(slug, name) for slug, layer in LAYERS.items() for name in columns(layer)}


def test_it_reads_no_table_and_no_sequence(reader):
    names = [name for name in tables() if name not in {"spatial_ref_sys", "geometry_columns", "geography_columns"}]
    assert len(names) > 60
    assert [name for name in names if not refused(f"SELECT * FROM {name} LIMIT 1")] == []
    for column in ("uid", "id", "visibility"):
        assert refused(f"SELECT {column} FROM commons_building")
    assert refused("SELECT contact_email FROM commons_proposal")


@pytest.mark.parametrize("slug", ["buildings", "proposals"])
def test_it_changes_nothing(reader, slug):
    for statement in (
        f"INSERT INTO {SCHEMA}.{slug} (id) VALUES ('x')", f"DELETE FROM {SCHEMA}.{slug}",
        f"UPDATE {SCHEMA}.{slug} SET name = 'x'", f"TRUNCATE commons_{slug.removesuffix('s')}",
        f"CREATE VIEW {SCHEMA}.mine AS SELECT 1", f"DROP VIEW {SCHEMA}.{slug}", "CREATE ROLE more",
        "UPDATE mapping_fold SET changes = 0", f"ALTER VIEW {SCHEMA}.{slug} SET (security_barrier = false)",
    ):  # fmt: skip
        try:
            with as_reader() as cursor:
                cursor.execute(statement)
            pytest.fail(statement)
        except psycopg2.Error:
            pytest.fail(f"not wrapped: {statement}")
        except Exception as error:
            assert any(word in str(error) for word in ("denied", "must be owner", "cannot")), statement


def test_a_condition_of_its_own_is_never_tried_on_a_hidden_row(reader):
    """A function that tells what it is asked would tell hidden names, were the view no barrier."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp.tell(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS "
            "$$ BEGIN IF $1 LIKE 'Xsegreto%' THEN RAISE EXCEPTION 'saw %', $1; END IF; RETURN true; END $$"
        )
        cursor.execute("SELECT nspname FROM pg_namespace WHERE oid = pg_my_temp_schema()")
        cursor.execute(f"GRANT USAGE ON SCHEMA {cursor.fetchone()[0]} TO {ROLE}")
    with as_reader() as cursor:
        cursor.execute(f"SELECT count(*) FROM {SCHEMA}.buildings WHERE pg_temp.tell(name)")
        seen = cursor.fetchone()
    assert seen == (Building.objects.public().count(),)


def test_what_is_hidden_is_gone_at_once(reader, town):
    Building.objects.filter(pk=town.buildings[0].pk).update(visibility="hidden")
    with as_reader() as cursor:
        cursor.execute(f"SELECT count(*) FROM {SCHEMA}.buildings WHERE id = %s", [town.buildings[0].uid])
        assert cursor.fetchone() == (0,)


def test_the_text_of_a_proposal_that_is_not_open_is_not_in_it(reader, town):
    from commons.models import Proposal

    Proposal.objects.filter(pk=town.proposals[0].pk).update(text_public=False, description="Ancora riservata")
    with as_reader() as cursor:
        cursor.execute(f"SELECT description FROM {SCHEMA}.proposals WHERE id = %s", [town.proposals[0].uid])
        assert cursor.fetchone() == ("",)


def test_nothing_of_the_administration_is_shown_by_statistics(reader):
    with as_reader() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stats WHERE schemaname = 'public' AND tablename LIKE 'commons%'")
        assert cursor.fetchone() == (0,)


def test_qgis_finds_the_geometry_columns_and_their_system(reader):
    with as_reader() as cursor:
        cursor.execute("SELECT f_table_name, srid FROM geometry_columns WHERE f_table_schema = %s", [SCHEMA])
        assert dict(cursor.fetchall()) == dict.fromkeys(LAYERS, 4326)


def test_it_is_no_more_than_a_reader(reader):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, rolcanlogin, rolconfig "
            "FROM pg_roles WHERE rolname = %s", [ROLE],
        )  # fmt: skip
        *rights, login, settings = cursor.fetchone()
        assert rights == [False] * 5 and login
        assert "default_transaction_read_only=on" in settings
        cursor.execute("SELECT count(*) FROM pg_auth_members WHERE member = %s::regrole", [ROLE])
        assert cursor.fetchone() == (0,)
        assert readers(cursor) == [ROLE]


def test_a_new_password_is_given_once_or_when_asked(town):
    assert len(make_reader(ROLE)) > 30
    assert make_reader(ROLE) == ""
    assert len(make_reader(ROLE, new_password=True)) > 30


@pytest.mark.parametrize("name", ["", "a", "Reader", "x y", 'x"; DROP', "é" * 5, "a" * 60])
def test_a_name_that_is_none_is_refused(town, name):
    with pytest.raises(NotOurs):
        make_reader(name)


def test_a_role_of_somebody_else_is_left_alone(town):
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE mc_somebody")
    for act in (make_reader, drop_reader):
        with pytest.raises(NotOurs):
            act("mc_somebody")


def test_a_table_that_is_open_to_everybody_is_named_before_anybody_reads_it(town):
    with connection.cursor() as cursor:
        cursor.execute("GRANT SELECT (email) ON people_user TO PUBLIC")
    with pytest.raises(NotOurs, match="people_user"):
        make_reader(ROLE)


def test_the_views_follow_the_table_of_layers(reader, monkeypatch):
    with connection.cursor() as cursor:
        assert not make_views(cursor)
        before = kept(cursor)
        assert before == fingerprint(definitions())
        monkeypatch.setattr("mapping.reading.LAYERS", {"buildings": LAYERS["buildings"]})
        assert make_views(cursor)
        cursor.execute("SELECT count(*) FROM pg_views WHERE schemaname = %s", [SCHEMA])
        assert cursor.fetchone() == (1,)
        grant(cursor, ROLE)
    assert "security_barrier" in view(LAYERS["buildings"])
    with as_reader() as cursor:
        cursor.execute(f"SELECT count(*) FROM {SCHEMA}.buildings")


def test_migrations_find_no_view_in_their_way_and_leave_them_made(reader):
    clear_open_views("default", plan=[])
    with as_reader() as cursor:
        cursor.execute(f"SELECT 1 FROM {SCHEMA}.buildings LIMIT 1")
    wider = Migration("wider", "commons")
    wider.operations = [AlterField("building", "owner", CharField(max_length=300))]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    clear_open_views("default", plan=[(wider, False)])
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE commons_building ALTER COLUMN owner TYPE varchar(300)")
    restore_open_views("default")
    with as_reader() as cursor:
        cursor.execute(f"SELECT owner FROM {SCHEMA}.buildings LIMIT 1")
        assert cursor.fetchone() is not None


def test_without_a_reader_migrations_make_no_schema(town):
    before_migrations("default")
    after_migrations("default")
    with connection.cursor() as cursor:
        assert kept(cursor) is None
        cursor.execute("SELECT to_regnamespace(%s)", [SCHEMA])
        assert cursor.fetchone() == (None,)


def test_the_command_makes_lists_and_drops(town, capsys):
    call_command("read_role", ROLE)
    said = capsys.readouterr().out
    assert ROLE in said and len(said.splitlines()) == 2
    call_command("read_role", ROLE)
    assert len(capsys.readouterr().out.splitlines()) == 1
    call_command("read_role")
    assert capsys.readouterr().out.split() == [ROLE]
    call_command("read_role", ROLE, drop=True)
    capsys.readouterr()
    call_command("read_role")
    assert capsys.readouterr().out == ""
    for asked in ({"drop": True}, {}):
        with pytest.raises(CommandError):
            call_command("read_role", "x" if not asked else ROLE, **asked)


@pytest.mark.django_db(transaction=True, databases=["default", "public"])
def test_it_signs_in_by_its_password_and_sees_the_same(town):
    """By a connection of its own, where the server lets roles of other names in at all."""
    password = make_reader(ROLE)
    try:
        given = connection.get_connection_params() | {"user": ROLE, "password": password}
        given = {name: value for name, value in given.items() if name in {"dbname", "user", "password", "host", "port"}}
        try:
            own = psycopg2.connect(**given)
        except psycopg2.OperationalError as error:
            pytest.skip(f"this server does not let the role in: {error}")
        try:
            with own.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM buildings")
                assert cursor.fetchone() == (Building.objects.public().count(),)
                with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                    cursor.execute("SELECT 1 FROM commons_building")
        finally:
            own.close()
        if tool := shutil.which("ogrinfo"):
            source = "PG:" + " ".join(f"{name}='{value}'" for name, value in given.items()) + f" schemas={SCHEMA}"
            told = subprocess.run(
                [tool, "-ro", "-so", "-al", source], capture_output=True, text=True, check=True
            ).stdout
            assert re.findall(r"^Layer name: (\w+)", told, re.MULTILINE) == list(LAYERS)
            assert f"Feature Count: {Building.objects.public().count()}\n" in told
    finally:
        drop_reader(ROLE)
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
