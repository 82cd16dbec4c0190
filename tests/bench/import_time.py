"""Processor seconds that `import matching` takes in a fresh interpreter, best of five, beside numpy's."""

from __future__ import annotations

import json
import subprocess
import sys

ROUNDS = 5
LINE = "import time, {module}; print(time.process_time())"


def processor_seconds(module: str) -> float:
    """Return the least processor time of several fresh interpreters that import this module."""
    return min(one_round(module) for _ in range(ROUNDS))


def one_round(module: str) -> float:
    """Return the processor time of one interpreter from its start to the end of the import."""
    command = [sys.executable, "-c", LINE.format(module=module)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


if __name__ == "__main__":
    print(json.dumps({"matching": processor_seconds("matching"), "numpy": processor_seconds("numpy")}))
