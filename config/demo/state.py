"""What the demo tells its home page and its report: one small JSON file, written whole each time."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


@dataclass
class DemoState:
    """The stages of a run with their seconds; `summary`, `links`, `logins` and the rest come at the end."""

    path: Path
    stage: str = ""
    stages: list[dict[str, Any]] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)
    started: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    _began: float = field(default_factory=time.monotonic)

    def enter(self, stage: str) -> None:
        """Begin a stage; the one before has ended."""
        self.leave()
        self.stage, self._began = stage, time.monotonic()
        self.write()

    def leave(self) -> None:
        """End the present stage."""
        if self.stage:
            self.stages.append({"name": self.stage, "seconds": round(time.monotonic() - self._began, 1)})
        self.stage = ""

    def tell(self, **extra: Any) -> None:
        """Add facts and write them down."""
        self.extra.update(extra)
        self.write()

    def document(self) -> dict[str, Any]:
        """The state as plain JSON."""
        return {"stage": self.stage, "started": self.started, "stages": self.stages, **self.extra}

    def write(self) -> None:
        """Replace the file; a reader sees the old one or the new one, never half of one."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_suffix(".tmp")
        draft.write_text(json.dumps(self.document(), ensure_ascii=False, indent=1), encoding="utf-8")
        draft.replace(self.path)
