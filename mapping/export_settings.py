"""The settings of exports: part of `settings.py`, which reads them in."""

from pathlib import Path

import environ

env = environ.Env()

# Where files are made, and kept as long as they wait to be fetched. Nothing else lies there.
EXPORT_ROOT = Path(env.str("EXPORT_ROOT", default=str(Path(__file__).resolve().parent.parent / "var" / "exports")))
EXPORT_LARGE = env.int("EXPORT_LARGE", default=250_000)
EXPORT_LARGE_XLSX = env.int("EXPORT_LARGE_XLSX", default=25_000)
EXPORT_FREE_BYTES = env.int("EXPORT_FREE_MB", default=500) * 1024 * 1024
EXPORT_HOURS = env.int("EXPORT_HOURS", default=24)
EXPORT_LIMIT = env.int("EXPORT_LIMIT", default=5)
