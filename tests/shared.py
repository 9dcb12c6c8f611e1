"""Real data that lies beside a checkout and is not part of it: tests that need it are skipped without it."""

import os
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("SHARED_DATA") or CHECKOUT.parent / "shared" / "data")

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason=f"the real data is not at {SHARED}")
