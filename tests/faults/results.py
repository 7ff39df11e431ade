"""Results of `make soak`, one file per run, so that many short runs make one campaign."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = Path(os.environ.get("RESULTS", ".soak"))


class Run:
    """One run of a part. Its file is written after each step, so that an interrupted run counts, too."""

    def __init__(self, part: str, seed: int, folder: Path = FOLDER) -> None:
        self.part = part
        self.seed = seed
        self.counts: Counter[str] = Counter()
        self.notes: dict[str, Any] = {}
        self._began = datetime.now(UTC)
        self._start = time.monotonic()
        self._commit = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
        ).stdout.strip()
        self._file = folder / f"{self._began:%Y%m%dT%H%M%S}-{part}-{seed}.json"

    def add(self, counts: Mapping[str, int], note: str = "") -> None:
        """Add the counts of a step."""
        self.counts.update(counts)
        self.save()
        told = ", ".join(f"{number} {name}" for name, number in counts.items())
        print(f"{time.strftime('%X')} {self.part}: {told} {note}", flush=True)  # noqa: T201  a long run shows life

    def save(self) -> None:
        """Write the file."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        whole = {
            "part": self.part,
            "seed": self.seed,
            "began": self._began.isoformat(timespec="seconds"),
            "seconds": round(time.monotonic() - self._start),
            "commit": self._commit or os.environ.get("COMMIT", ""),
            "cores": len(os.sched_getaffinity(0)),
            "counts": dict(self.counts),
            "notes": self.notes,
        }
        part = self._file.with_suffix(".part")
        part.write_text(json.dumps(whole, indent=1) + "\n")
        part.replace(self._file)


def runs(folder: Path = FOLDER) -> list[dict[str, Any]]:
    """Return all runs so far, the oldest first."""
    return [json.loads(file.read_text()) for file in sorted(folder.glob("*.json"))]


def totals(folder: Path = FOLDER) -> Counter[tuple[str, str]]:
    """Return the sums over all runs, by part and kind."""
    total: Counter[tuple[str, str]] = Counter()
    for run in runs(folder):
        total.update({(run["part"], name): number for name, number in run["counts"].items()})
    return total


def table(folder: Path = FOLDER) -> str:
    """Return the totals in Markdown."""
    seconds: Counter[str] = Counter()
    for run in runs(folder):
        seconds[run["part"]] += run["seconds"]
    rows = [(part, name, number) for (part, name), number in sorted(totals(folder).items())]
    rows += [(part, "seconds", number) for part, number in sorted(seconds.items())]
    return "\n".join(
        ["| part | what | number |", "| --- | --- | --- |", *(f"| {a} | {b} | {c} |" for a, b, c in rows)]
    )
