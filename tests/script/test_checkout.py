import os
import threading
import time

import pytest

from script import checkout
from script.checkout import Refusal, Stamp, digest, locked, make_var, write_aside


def test_a_stamp_counts_only_after_it_was_written(tmp_path):
    stamp = Stamp("step", tmp_path / "stamps")
    assert stamp.key() == ""
    stamp.write("abc")
    assert Stamp("step", tmp_path / "stamps").key() == "abc"
    stamp.clear()
    stamp.clear()
    assert stamp.key() == ""


def test_a_file_written_aside_is_whole_and_leaves_nothing_beside_it(tmp_path):
    path = tmp_path / "key"
    path.write_text("old")
    write_aside(path, "new")
    assert path.read_text() == "new"
    assert os.listdir(tmp_path) == ["key"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_digest_changes_with_content_words_and_missing_files(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("1")
    first = digest([one, two])
    assert first == digest([two, one])
    two.write_text("2")
    assert digest([one, two]) != first
    assert digest([one], "3.11") != digest([one], "3.13")


def _hold(path, ready):
    with locked(path):
        ready.set()
        time.sleep(0.5)


def test_a_second_command_waits_for_the_first(tmp_path, capsys):
    ready = threading.Event()
    holder = threading.Thread(target=_hold, args=(tmp_path / "lock", ready))
    holder.start()
    assert ready.wait(10)
    began = time.monotonic()
    with locked(tmp_path / "lock"):
        assert time.monotonic() - began > 0.2
    holder.join()
    assert "Waiting for another command" in capsys.readouterr().err


def test_a_checkout_that_cannot_be_written_is_refused_with_what_to_do(tmp_path, monkeypatch):
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setattr(checkout, "VAR", file / "var")
    with pytest.raises(Refusal, match=r"cannot be written.*chown"):
        make_var()


def test_var_is_closed_to_others(tmp_path, monkeypatch):
    monkeypatch.setattr(checkout, "VAR", tmp_path / "var")
    assert make_var().stat().st_mode & 0o777 == 0o700
