"""A first start that is killed again and again still ends well. Long, and needs the package registries."""

import os
import shutil
import signal
import subprocess
import time

import pytest

from script.checkout import ROOT
from script.cluster import Cluster

pytestmark = pytest.mark.slow


@pytest.fixture
def clone(tmp_path):
    folder = tmp_path / "mappa"
    subprocess.run(["git", "clone", "--quiet", f"file://{ROOT}", folder], check=True)
    yield folder
    cluster = Cluster(folder)
    cluster._stop()
    shutil.rmtree(cluster.home, ignore_errors=True)


def test_a_first_start_killed_at_any_moment_is_made_good_by_the_next(clone):
    values = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "SECRET_KEY"}}
    command = [clone / "script" / "manage", "shell", "-v0", "-c", "print(6 * 7)"]
    for seconds in (0.3, 2, 5, 9, 13, 15, 16, 17, 18):
        process = subprocess.Popen(
            command, env=values, cwd="/", start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    done = subprocess.run(command, env=values, cwd="/", capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "42", done.stderr
    assert not Cluster(clone).running()
    done = subprocess.run(command, env=values, cwd="/", capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("42", "")
