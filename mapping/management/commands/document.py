"""`document`: writes the pages of `docs/` that are derived from tables."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from mapping.documentation import formats_page, layers_page, problems_page
from mapping.lifecycle_page import lifecycle_page


class Command(BaseCommand):
    help = (
        "Write docs/formats.md, docs/layers.md, docs/lifecycle.md and docs/problems.md from the tables of the program."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.BASE_DIR / "docs")

    def handle(self, *args: Any, **options: Any) -> None:
        pages = {
            "formats.md": formats_page(),
            "layers.md": layers_page(),
            "lifecycle.md": lifecycle_page(),
            "problems.md": problems_page(),
        }
        for name, text in pages.items():
            path = Path(options["folder"]) / name
            path.write_text(text, encoding="utf-8")
            self.stdout.write(str(path))
