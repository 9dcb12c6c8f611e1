"""Entry of every command: `run.py server|test|manage|bootstrap|bench|screenshots ARGUMENT…`, from Python 3.11 on."""

import importlib
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    sys.exit(importlib.import_module("script.commands").main(sys.argv[1], sys.argv[2:]))
