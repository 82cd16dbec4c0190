"""The peak memory of this program, in MB, and how much of it came after a point in time."""

from __future__ import annotations

import resource
from pathlib import Path

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


class PeakMemory:
    """Peaks as the kernel keeps them; where they cannot be reset, the later peak is that of the whole run."""

    def __init__(self) -> None:
        self._before = 0.0
        self._marked = 0.0

    def mark(self) -> None:
        """Remember what is held now, and let the later peak start from here."""
        self._before, self._marked = _highest(), _now()
        try:
            CLEAR.write_text("5", encoding="ascii")  # 5: the highest resident set starts anew
        except OSError:
            self._before = 0.0

    def peak(self) -> float:
        """Return the highest resident set of the whole run."""
        return max(self._before, _highest())

    def beyond_mark(self) -> float:
        """Return how far the highest resident set after the mark lay above what was held then."""
        return max(0.0, _highest() - self._marked)


def _highest() -> float:
    return _line("VmHWM") or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def _now() -> float:
    return _line("VmRSS")


def _line(name: str) -> float:
    """Return a line of the kernel's status of this program, 0 where there is none."""
    if not STATUS.exists():
        return 0.0
    lines = dict(line.split(":", 1) for line in STATUS.read_text(encoding="ascii").splitlines())
    return float(lines[name].split()[0]) / 1024.0
