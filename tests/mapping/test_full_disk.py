"""A real disk that fills up while files are made: a clear 503, and nothing left behind."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mapping.formats import FORMATS, FileFormat
from tests import factories as make
from tests.answers import problem

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # of archives that cannot be closed
]
FILES = [suffix for suffix, form in FORMATS.items() if isinstance(form, FileFormat)]


@pytest.fixture
def small_disk(tmp_path, settings, suffix) -> Iterator[Path]:
    """A disk of 500 kB, of 90 kB for a Shapefile, which cuts long texts; skipped where this user cannot mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={90 if suffix == 'zip' else 500}k", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small disk")
    settings.EXPORT_ROOT = disk
    settings.EXPORT_FREE_BYTES = 0
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.parametrize("suffix", FILES)
def test_a_disk_that_fills_up_is_503_and_is_empty_afterwards(client, town, small_disk, suffix):
    for number in range(200):
        make.BuildingFactory(name=os.urandom(60).hex(), description=os.urandom(4000).hex(), x=7.6 + number / 1000)
    problem(client.get(f"/layers/buildings.{suffix}"), 503, "unavailable")
    assert list(small_disk.iterdir()) == []
