"""What the demo tells its home page and its report: one small JSON file, written whole each time.

docs/reference/demo-report.md lists the fields.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SECONDS_A_PROGRESS = 0.3


@dataclass
class DemoState:
    """The stages of a run with their seconds; `summary`, `links`, `logins` and the rest come at the end."""

    path: Path
    stage: str = ""
    detail: str = ""
    progress: dict[str, Any] = field(default_factory=dict)
    stages: list[dict[str, Any]] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)
    started: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    _born: float = field(default_factory=time.monotonic)
    _began: float = 0.0
    _written: float = 0.0

    def enter(self, stage: str) -> None:
        """Begin a stage; the one before has ended."""
        self._end_stage()
        self.stage, self._began = stage, time.monotonic()
        self.write()

    def leave(self) -> None:
        """End the present stage; none begins."""
        self._end_stage()
        self.write()

    def seconds(self) -> float:
        """Seconds since the run began."""
        return round(time.monotonic() - self._born, 1)

    def advance(self, done: int, total: int, unit: str) -> None:
        """Say how far the stage is; written a few times a second at most."""
        self.progress = {"done": done, "total": total, "unit": unit}
        if time.monotonic() - self._written > SECONDS_A_PROGRESS:
            self.write()

    def say(self, detail: str) -> None:
        """Say what the stage does now."""
        self.detail = detail
        self.write()

    def tell(self, **extra: Any) -> None:
        """Add facts and write them down."""
        self.extra.update(extra)
        self.write()

    def document(self) -> dict[str, Any]:
        """The state as plain JSON."""
        present = {"stage": self.stage, "detail": self.detail, "progress": self.progress}
        return {**present, "started": self.started, "stages": self.stages, **self.extra}

    def write(self) -> None:
        """Replace the file; a reader sees the old one or the new one, never half of one."""
        self._written = time.monotonic()
        draft = self.path.with_suffix(".tmp")
        draft.write_text(json.dumps(self.document(), ensure_ascii=False, indent=1), encoding="utf-8")
        draft.replace(self.path)

    def _end_stage(self) -> None:
        if self.stage:
            self.stages.append({"name": self.stage, "seconds": round(time.monotonic() - self._began, 1)})
        self.stage, self.detail, self.progress = "", "", {}
