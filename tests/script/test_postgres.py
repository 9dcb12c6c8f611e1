from script import postgres


def lay_out(root, major, postgis, programs="usr/lib/postgresql/{}/bin", share="usr/share/postgresql/{}/extension"):
    folder = root / programs.format(major)
    folder.mkdir(parents=True)
    (folder / "initdb").touch()
    extensions = root / share.format(major)
    extensions.mkdir(parents=True)
    if postgis:
        (extensions / "postgis.control").touch()


def test_servers_are_found_by_folder_and_sorted_by_version(tmp_path):
    lay_out(tmp_path, 17, postgis=True)
    lay_out(tmp_path, 9, postgis=True)
    lay_out(tmp_path, 15, postgis=False)
    assert [server.major for server in postgres.installed(tmp_path)] == [15, 17]
    assert [server.major for server in postgres.with_postgis(tmp_path)] == [17]


def test_homebrews_folders_are_found(tmp_path):
    lay_out(
        tmp_path,
        17,
        postgis=True,
        programs="opt/homebrew/opt/postgresql@{}/bin",
        share="opt/homebrew/share/postgresql@{}/extension",
    )
    (server,) = postgres.with_postgis(tmp_path)
    assert server.programs == tmp_path / "opt/homebrew/opt/postgresql@17/bin"


def test_a_machine_without_postgresql_has_none(tmp_path):
    assert postgres.installed(tmp_path) == []


def test_the_locale_is_utf8_on_every_system(monkeypatch):
    assert postgres.utf8_locale() == "C.UTF-8"
    monkeypatch.setattr(postgres.platform, "system", lambda: "Darwin")
    assert postgres.utf8_locale() == "en_US.UTF-8"
