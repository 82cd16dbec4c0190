"""Opening the demo's programs: sample, web server, platforms, worker and clock, on ports nobody else has.

A port that is free when we look may be taken when our program opens it (two clones started at once), so a
program counts as open only when it says so itself; where its port was lost, it gets the next free one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from config.demo.children import Child, ChildEnded
from config.ports import free_port

if TYPE_CHECKING:
    from config.demo.run import Demo

TRIES = 20
PORT_LOST = ("Connection in use", "cannot be opened")
PLATFORMS = {"erp": "mdm.sandbox.sap", "crm": "mdm.sandbox.salesforce"}


def begin_sample(demo: Demo) -> Child | None:
    """Let the sample be written while the services start; None when it is there from the last run."""
    if demo.home.has_sample:
        return None
    asked = ["--seed", str(demo.options.seed), "--scale", str(demo.options.scale)]
    arguments = ["-m", "mdm.sandbox.sample", *asked, "--out", str(demo.home.sample)]
    return demo.children.start("sample", arguments, ends=True)


def finish_sample(demo: Demo, writing: Child | None) -> None:
    """Wait until the sample is complete and note that it is."""
    if writing is not None and writing.process is not None:
        writing.process.wait()
        demo.children.check()
        demo.home.keep_sample(demo.options.seed, demo.options.scale)


def begin_web(demo: Demo) -> None:
    """Start the web server on its port; it loads its code while the database is still being prepared."""
    options = ["--threads", "4", "--worker-class", "gthread", "--worker-tmp-dir", str(demo.home.path)]

    def arguments(port: int) -> list[str]:
        return ["-m", "gunicorn", "config.wsgi:application", "--bind", f"127.0.0.1:{port}", *options]

    demo.ports[0] = _open(demo, "web", demo.ports[0], arguments, "Listening at")


def open_platforms(demo: Demo) -> None:
    """Start both platforms on their ports and wait until they have read the sample."""
    failing = ["--fail-every", "3"] if "500" in demo.options.chaos else []
    secrets_of = {
        "erp": ["--user", "MDM_HUB", "--password", os.environ["AURUM_ERP_PASSWORD"]],
        "crm": ["--client-id", "aurum-hub", "--client-secret", os.environ["AURUM_CRM_SECRET"]],
    }
    for place, (code, module) in enumerate(PLATFORMS.items(), 1):
        store = ["-m", module, "--store", str(demo.home.path / f"{code}.sqlite")]
        common = ["--load", str(demo.home.sample), *secrets_of[code], *failing]

        def arguments(port: int, store: list[str] = store, common: list[str] = common) -> list[str]:
            return [*store, "--port", str(port), *common]

        demo.ports[place] = _open(demo, code, demo.ports[place], arguments, '"ready": true')


def start_workers(demo: Demo) -> None:
    """Start a worker, which comes back when it is killed, and the clock that wakes it."""
    celery = ["-m", "celery", "-A", "config.celery"]
    demo.children.start(
        "worker", [*celery, "worker", "--loglevel", "INFO", "--concurrency", "2"], restarts=True
    )
    schedule = str(demo.home.path / "beat-schedule")
    demo.children.start("beat", [*celery, "beat", "--schedule", schedule, "--pidfile="])


def _open(demo: Demo, name: str, wanted: int, arguments: Callable[[int], Sequence[str]], ready: str) -> int:
    """Start a program on the first port from `wanted` on that it gets, and return that port."""
    port = wanted
    for _ in range(TRIES):
        others = frozenset(demo.opened.values())
        port = free_port(port, avoid=others)
        child = demo.children.start(name, arguments(port))
        word = demo.children.wait_for(child, (ready, *PORT_LOST))
        if word == ready:
            demo.opened[name] = port
            return port
        if word not in PORT_LOST:
            demo.children.check()
        demo.children.forget(child)
        port += 1
    raise ChildEnded(f"{name} found no port: {wanted} to {port} were all taken the moment it opened them.")
