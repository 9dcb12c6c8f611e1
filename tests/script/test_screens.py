"""The list of what pictures are taken of, and the pictures of the README."""

import re

import pytest
from django.urls import resolve

from script import screens, screenshots_suite
from tests.source import ROOT


def test_every_screen_has_a_name_of_its_own_and_an_address_of_the_program():
    names = [screen.name for screen in screens.SCREENS]
    assert len(set(names)) == len(names) > 50
    for screen in screens.SCREENS:
        known = dict.fromkeys(re.findall(r"{(\w+)}", screen.path), "abc")
        path = screens.address(screen, known | ({"draft": "/torino/propose/abc/"} if "draft" in known else {}))
        if not screen.name.startswith("trouble"):
            assert resolve(path.partition("?")[0].removeprefix("/en")), screen.name


def test_every_address_is_found_in_the_demonstration():
    named = {name for screen in screens.SCREENS for name in re.findall(r"{(\w+)}", screen.path)}
    source = (ROOT / "script" / "screenshots_suite.py").read_text()
    assert all(f'"{name}"' in source for name in named), named


def test_names_choose_those_that_begin_so():
    assert {one.name for one in screens.chosen(["building"])} >= {"building", "building-long-name"}
    assert screens.chosen([]) == list(screens.SCREENS)
    assert screens.chosen(["no such"]) == []


def test_there_are_screens_of_every_trouble_that_can_be_shown():
    names = " ".join(one.name for one in screens.SCREENS)
    for word in ("empty", "thousands", "long-name", "offline", "400", "403", "404", "410", "style"):
        assert word in names


def test_the_pictures_of_the_readme_are_among_them_and_small():
    names = {one.name for one in screens.SCREENS}
    for name, kind in screens.PICTURES.items():
        assert name in names and kind in screenshots_suite.KINDS
        path = ROOT / "docs" / "pictures" / f"{name}-{kind}.webp"
        if not path.exists():
            pytest.skip("script/screenshots --pictures has not been run")
        assert path.stat().st_size < 150_000


def test_the_page_to_look_through_them_shows_what_is_there(tmp_path, monkeypatch):
    monkeypatch.setattr(screenshots_suite, "FOLDER", tmp_path)
    (tmp_path / "phone").mkdir()
    (tmp_path / "phone" / "map.png").write_bytes(b"")
    screenshots_suite.index()
    page = (tmp_path / "index.html").read_text()
    assert 'src="phone/map.png"' in page and "<h2>map</h2>" in page
