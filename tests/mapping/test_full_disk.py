"""A real disk that fills up while files are made: a clear 503, nothing left behind, and the next one works."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mapping.formats import FORMATS, FileFormat
from tests import factories as make
from tests.answers import problem

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
FILES = [suffix for suffix, form in FORMATS.items() if isinstance(form, FileFormat)]


@pytest.fixture
def small_disk(tmp_path, settings) -> Iterator[Path]:
    """A disk of 200 kB; skipped where this user cannot mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small disk")
    settings.EXPORT_ROOT = disk
    settings.EXPORT_FREE_BYTES = 0
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.parametrize("suffix", FILES)
def test_a_disk_that_fills_up_is_503_and_is_empty_afterwards(client, town, small_disk, suffix):
    for number in range(60):
        make.BuildingFactory(name=os.urandom(60).hex(), description=os.urandom(4000).hex(), x=7.6 + number / 1000)
    problem(client.get(f"/layers/buildings.{suffix}"), 503, "unavailable")
    assert list(small_disk.iterdir()) == []
    assert client.get(f"/layers/streets.{suffix}").status_code == 200
    assert list(small_disk.iterdir()) == []
