"""The goals, what was measured, and the page that says both."""

import os
import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from script.checkout import ROOT

PAGE = ROOT / "docs" / "performance.md"
HEAD = """# Performance

Written by `script/bench --write`, on generated cities; each figure is a ratio of one run, in which the targets take
turns and the client, the program and PostgreSQL share the cores. *By hand* is the best SQL a person would write, in a
session that stays open. Answers are decoded and compared with it before anything is timed. Differences
below a tenth are noise.

"""


@dataclass(frozen=True)
class Result:
    """One measured figure against its goal: at most, or at least, so much."""

    part: str
    work: str
    value: float
    unit: str
    goal: float
    least: bool = False

    @property
    def met(self) -> bool:
        return self.value >= self.goal if self.least else self.value <= self.goal

    @property
    def row(self) -> str:
        figure = f"{self.value:.3g}" if self.value < 1000 else f"{self.value:,.0f}"
        sign, reached = "≥" if self.least else "≤", "yes" if self.met else "NO"
        return f"{self.part} | {self.work} | {figure} {self.unit} | {sign} {self.goal:g} | {reached}"


@dataclass
class Report:
    """All results of a run, and remarks: what was left out, sizes and times behind the ratios."""

    results: list[Result] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def at_most(self, part: str, work: str, value: float, goal: float, unit: str = "×") -> None:
        self.add(Result(part, work, value, unit, goal))

    def at_least(self, part: str, work: str, value: float, goal: float, unit: str = "×") -> None:
        self.add(Result(part, work, value, unit, goal, least=True))

    def add(self, result: Result) -> None:
        self.results.append(result)
        print("  " + result.row.replace(" | ", "  "), flush=True)

    def say(self, remark: str) -> None:
        self.remarks.append(remark)
        print(f"  {remark}", flush=True)

    @property
    def met(self) -> bool:
        return all(result.met for result in self.results)

    def page(self) -> str:
        """The page of the documentation."""
        rows = "\n".join(f"| {result.row} |" for result in self.results)
        table = f"| part | work | measured | goal | reached |\n|---|---|---|---|---|\n{rows}\n"
        remarks = "".join(f"- {remark}\n" for remark in self.remarks)
        return f"{HEAD}{machine()}\n\n## Goals\n\n{table}\n## Behind the ratios\n\n{remarks}"

    def write(self, path: Path = PAGE) -> None:
        path.write_text(self.page())


def machine() -> str:
    """One sentence on where and when this was measured."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), postgis_lib_version()")
        server, postgis = cursor.fetchone()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {os.cpu_count()} cores with {memory:.0f} GB, Python "
        f"{platform.python_version()}, PostgreSQL {server.split()[0]}, PostGIS {postgis}."
    )
