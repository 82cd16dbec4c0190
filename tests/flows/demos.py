"""Running the demo as strangers do: in clones of the checkout, under other accounts, without a network."""

from __future__ import annotations

import json
import os
import pwd
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest

from tests.contracts.tree import CHECKOUT, our_files
from tests.flows.terminal import start_on_terminal

SCALE = "0.03"
COLOURS_AND_MOVES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
RUN_SECONDS = 420
# A directory that not even root can write into.
READ_ONLY_HOME = "/proc"


@dataclass
class RunningDemo:
    """A demo that was started, in a session of its own."""

    process: subprocess.Popen[bytes]
    home: Path
    screen: Path
    keyboard: int | None = None
    """Descriptor of its terminal, where it has one."""
    report: dict[str, Any] = field(default_factory=dict)
    """What stood in its report when it ended."""

    def said(self) -> str:
        """Return what it wrote to its screen, without colours and moves of the cursor."""
        return COLOURS_AND_MOVES.sub("", self.screen.read_text(encoding="utf-8", errors="replace"))

    def finish(self) -> int:
        """Wait for its end and return its exit status."""
        status = self.process.wait(RUN_SECONDS)
        if (self.home / "demo-report.json").exists():
            self.report = self.read_report()
        return status

    def read_report(self) -> dict[str, Any]:
        """Return the report that lies in its home now."""
        found: dict[str, Any] = json.loads((self.home / "demo-report.json").read_text(encoding="utf-8"))
        return found

    def send(self, number: int) -> None:
        """Send it a signal, as an operator does."""
        self.process.send_signal(number)

    def press(self, key: bytes) -> None:
        """Press a key of its terminal."""
        assert self.keyboard is not None
        os.write(self.keyboard, key)

    def wait_for(self, text: str) -> None:
        """Return when the screen shows this text; fail when the demo ends without it."""
        deadline = time.monotonic() + RUN_SECONDS
        while text not in self.said():
            assert self.process.poll() is None, f"ended without saying {text!r}:\n{self.said()}"
            assert time.monotonic() < deadline, f"never said {text!r}:\n{self.said()}"
            time.sleep(0.05)


def start_demo(
    home: Path,
    *,
    checkout: Path = CHECKOUT,
    prefix: Sequence[str] = (),
    once: bool = True,
    terminal: bool = False,
    **variables: str,
) -> RunningDemo:
    """Start the demo with almost nothing in its environment; `prefix` is what it is started through."""
    home.parent.mkdir(parents=True, exist_ok=True)
    screen = home.parent / f"{home.name}-screen-{time.monotonic_ns()}.txt"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": READ_ONLY_HOME,
        "LANG": "C",
        "LC_ALL": "C",
        "AURUM_HOME": str(home),
        "SCALE": SCALE,
        "ONCE": "1" if once else "",
        **{name: os.environ[name] for name in ("AURUM_PG_BIN",) if name in os.environ},
        **variables,
    }
    command = [*prefix, str(checkout / ".venv/bin/python"), "manage.py", "demo"]
    screen.touch()
    if terminal:
        environment["TERM"] = "xterm"
        process, keyboard = start_on_terminal(command, cwd=checkout, environment=environment, screen=screen)
        return RunningDemo(process, home, screen, keyboard)
    with screen.open("wb") as said:
        process = subprocess.Popen(
            command, cwd=checkout, env=environment, stdin=subprocess.DEVNULL,
            stdout=said, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    return RunningDemo(process, home, screen)


def leftovers(home: Path) -> list[str]:
    """Return every living process that belongs to this home: told of it, or working in it."""
    found = []
    for process in psutil.process_iter():
        try:
            about_home = process.environ().get("AURUM_HOME") == str(home)
            inside = Path(process.cwd()).is_relative_to(home)
            if (about_home or inside) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(f"{process.pid} {' '.join(process.cmdline())}")
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue  # ended meanwhile, or somebody else's
    return found


def wait_for_quiet(home: Path, seconds: float = 30.0) -> list[str]:
    """Return what still lives when nothing was expected to, after a while of patience."""
    deadline = time.monotonic() + seconds
    while (alive := leftovers(home)) and time.monotonic() < deadline:
        time.sleep(0.2)
    return alive


def end(demo: RunningDemo) -> None:
    """Leave nothing of a demo behind when a test failed in the middle."""
    if demo.process.poll() is None:
        demo.process.send_signal(signal.SIGTERM)
        try:
            demo.process.wait(30)
        except subprocess.TimeoutExpired:
            demo.process.kill()
            demo.process.wait()
    wait_for_quiet(demo.home)


def clone(folder: Path) -> Path:
    """Return a copy of what a commit of this checkout holds, which anybody may read; .venv is shared."""
    for file in our_files():
        target = folder / file.relative_to(CHECKOUT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, target)
    (folder / ".venv").symlink_to(sys.prefix)
    open_to_all(folder)
    return folder


def open_to_all(folder: Path) -> None:
    """Let every account read a folder of ours and find the way to it."""
    subprocess.run(["chmod", "-R", "a+rX", str(folder)], check=True)
    for parent in folder.parents:
        if parent.stat().st_uid == os.geteuid() and parent.is_relative_to("/tmp"):
            parent.chmod(parent.stat().st_mode | 0o011)


def give_to_ordinary_user(checkout: Path) -> list[str]:
    """Return what starts a program as an ordinary user, who then owns the clone; [] when we are one."""
    if os.geteuid() != 0:
        return []
    account = pwd.getpwnam("nobody")
    prefix = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    prefix = _share_packages(checkout, prefix)
    subprocess.run(["chown", "-Rh", f"{account.pw_uid}:{account.pw_gid}", str(checkout)], check=True)
    return prefix


def _share_packages(checkout: Path, prefix: list[str]) -> list[str]:
    """Give the clone an environment with our packages and a Python, both within reach of this account.

    What starts a program as this account is returned, with the way to the Python's own libraries.
    """
    name = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    packages = next(path for path in map(Path, sys.path) if path.name == "site-packages")
    lent = checkout.parent / "lent"
    installed = [Path(sys.base_prefix) / "bin" / name, Path("/usr/bin") / name, Path("/usr/local/bin") / name]
    python = next((path for path in installed if _within_reach(path, prefix)), None)
    if python is None:
        _lend(Path(sys.base_prefix), lent / "python")
        python = lent / "python" / "bin" / name
        prefix = [*prefix, "env", f"LD_LIBRARY_PATH={lent / 'python' / 'lib'}"]
    _lend(packages, lent / "packages")
    (checkout / ".venv").unlink()
    make = [str(python), "-m", "venv", "--without-pip", str(checkout / ".venv")]
    subprocess.run([*prefix[4:], *make], check=True)
    place = checkout / ".venv/lib" / name / "site-packages/shared.pth"
    # Relative: Python 3.11 reads the file in the account's encoding, and the path has letters of any script.
    place.write_text(f"{os.path.relpath(lent / 'packages', place.parent)}\n", encoding="ascii")
    return prefix


def _within_reach(python: Path, prefix: list[str]) -> bool:
    """Whether this account can run the Python."""
    # Started by a shell: the first program after setpriv still has root's way through closed directories.
    tried = subprocess.run([*prefix, "sh", "-c", '"$1" -c ""', "sh", str(python)], capture_output=True)
    return tried.returncode == 0


def _lend(owned: Path, folder: Path) -> None:
    """Show a folder that lies behind closed directories in an open one: linked, or copied."""
    shutil.copytree(owned, folder, symlinks=True, copy_function=_linked)


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:  # another file system
        shutil.copy2(source, target)


def without_network() -> list[str]:
    """Return what starts a program in a network of its own, which leads nowhere and has its loopback down."""
    for unshare in (["unshare", "-n"], ["unshare", "-rn"]):
        try:
            if subprocess.run([*unshare, "true"], capture_output=True).returncode == 0:
                return unshare
        except FileNotFoundError:
            break
    pytest.skip("a network of one's own: run as root, or allow user namespaces, with util-linux installed")


def writes_logged(home: Path) -> dict[str, int]:
    """Return how many writes each platform's own store has ever logged."""
    counted = {}
    for platform in ("erp", "crm"):
        store = sqlite3.connect(home / f"{platform}.sqlite")
        counted[platform] = store.execute("SELECT count(*) FROM change_log").fetchone()[0]
        store.close()
    return counted


def audited(home: Path) -> dict[str, Any]:
    """Return the finding of the independent auditor, run as a program of its own."""
    auditor = CHECKOUT / "tests/flows/auditor.py"
    done = subprocess.run(
        [sys.executable, "-I", str(auditor), str(home)], capture_output=True, encoding="utf-8", cwd="/"
    )
    finding: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert (done.returncode == 0) == (finding["faults"] == []), done.stderr
    return finding


def assert_all_right(demo: RunningDemo) -> None:
    """The run ended well, every id is right by the auditor's own reading, and nothing was left running."""
    assert demo.process.returncode == 0, demo.said()
    assert demo.report["problems"] == []
    finding = audited(demo.home)
    assert finding["faults"] == []
    told = demo.report["summary"]["platform_quality"]
    for platform, domains in finding["platform_quality"].items():
        for domain, found in domains.items():
            assert {name: told[platform][domain][name] for name in found} == found, (platform, domain)
    assert leftovers(demo.home) == []


def listener() -> socket.socket:
    """Return a socket that listens on a port nobody uses, with two free ports behind it."""
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    return taken
