"""The demo's run: services, web server first, platforms, pull, resolve, publish, summary."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from config import services
from config.demo import stages, summary
from config.demo.children import ChildEnded, Children
from config.demo.landscape import LOGINS, PASSWORD, settle_in
from config.demo.state import DemoState
from config.embedded import EmbeddedRefused
from config.ports import NoFreePort, free_ports

Say = Callable[[str], Any]
LEAST_FREE_MB = 700
START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Options:
    """How to run: once or until Ctrl-C, on which first port, which sample, with which chaos."""

    once: bool
    port: int
    seed: int
    scale: float
    chaos: frozenset[str]


class DemoRefused(Exception):
    """The demo cannot run here as asked; the message says why and what to do."""


@dataclass
class Demo:
    """One run and what it knows."""

    options: Options
    say: Say
    home: Path
    state: DemoState
    children: Children
    ports: tuple[int, int, int]

    @property
    def base_url(self) -> str:
        """Address of the home page."""
        return f"http://127.0.0.1:{self.ports[0]}"

    @property
    def platform_urls(self) -> dict[str, str]:
        """Address of each platform, by source code."""
        return {"erp": f"http://127.0.0.1:{self.ports[1]}", "crm": f"http://127.0.0.1:{self.ports[2]}"}

    @property
    def sample(self) -> Path:
        """Where the sample lies."""
        return self.home / "sample"

    def enter(self, stage: str) -> None:
        """Begin a stage, on the screen and on the home page; a child that died stops the run."""
        self.children.check()
        self.state.enter(stage)
        self.say(f"• {stage}")


def run_demo(options: Options, say: Say) -> int:
    """Run the demo; returns the exit status. Every program it started has ended when it returns."""
    home = Path(settings.AURUM_HOME)
    try:
        _refuse_little_disk(home)
        _refuse_another_sample(home, options)
        ports = _ports(home, options.port)
    except (DemoRefused, NoFreePort) as refused:
        say(f"The demo does not start: {refused}")
        return 2
    environment = _environment()
    signal.signal(signal.SIGTERM, _interrupt)
    state = DemoState(home / "demo-state.json")
    with Children(home / "logs", environment) as children:
        demo = Demo(options, say, home, state, children, ports)
        try:
            problems = _run(demo)
            if options.once:
                return 1 if problems else 0
            _serve(demo)
        except KeyboardInterrupt:
            say("\nStopped. `make demo` goes on where it was; `make clean` removes everything.")
            return 130 if "summary" not in state.extra else 0
        except (ChildEnded, DemoRefused, EmbeddedRefused) as trouble:
            say(f"The demo stopped: {trouble}")
            return 1
        finally:
            children.end()
            connection.close()
            services.stop(lambda text: None)
    return 0


def _run(demo: Demo) -> list[str]:
    """Go through the stages and return what is wrong at the end, a sentence each."""
    demo.enter("starting PostgreSQL, which is the broker too")
    services.start(lambda text: None)
    call_command("migrate", verbosity=0)
    settle_in(demo.platform_urls["erp"], demo.platform_urls["crm"])
    before = summary.ledger()
    demo.state.tell(platforms=demo.platform_urls)
    demo.enter("opening the web server")
    _start_web(demo)
    demo.say(f"  Watch it fill: {demo.base_url}/")
    demo.enter("writing the sample and starting the platforms")
    _write_sample(demo)
    _start_platforms(demo)
    demo.enter("starting the worker and the clock")
    _start_workers(demo)
    stages.pull_everything(demo)
    stages.resolve_everything(demo)
    stages.publish_everything(demo)
    stages.decide_one(demo)
    demo.enter("adding up")
    return _sum_up(demo, before)


def _sum_up(demo: Demo, before: dict[str, int]) -> list[str]:
    """Write the summary to the screen, the home page and the report; return what is wrong."""
    figures = summary.summary_of(demo.sample)
    after = summary.ledger()
    figures["changed_by_this_run"] = {name: after[name] - before[name] for name in after}
    figures["writes_at_platforms"] = stages.platform_writes(demo)
    problems = stages.problems(demo, figures)
    links = summary.stories(demo.sample, demo.base_url) + stages.merge_link(demo)
    curl, answer = stages.curl_line(demo)
    demo.state.leave()
    demo.state.tell(
        summary=figures,
        links=links,
        curl=curl,
        curl_answer=answer,
        logins=[{"name": name, "password": PASSWORD, "may": may} for name, may in LOGINS],
        problems=problems,
    )
    report = demo.home / "demo-report.json"
    report.write_text(json.dumps(demo.state.document(), ensure_ascii=False, indent=1), encoding="utf-8")
    stages.show(demo, figures, links, curl, answer, problems)
    return problems


def _environment() -> dict[str, str]:
    """Return the children's environment; the platforms' secrets live in it for this run alone."""
    os.environ.setdefault("AURUM_ERP_PASSWORD", secrets.token_urlsafe(12))
    os.environ.setdefault("AURUM_CRM_SECRET", secrets.token_urlsafe(12))
    return {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


def _refuse_little_disk(home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(home).free // 2**20
    if free < LEAST_FREE_MB:
        raise DemoRefused(
            f"{free} MB are free at {home}, it needs {LEAST_FREE_MB} MB. Make room and start again."
        )


def _refuse_another_sample(home: Path, options: Options) -> None:
    """A sample of another seed or size beside the old one would be a second company in the same database."""
    marker = home / "sample" / "chosen.json"
    chosen = {"seed": options.seed, "scale": options.scale}
    if marker.exists() and json.loads(marker.read_text()) != chosen:
        raise DemoRefused(
            f"{home} holds the sample {json.loads(marker.read_text())}, not {chosen}: run `make clean` first."
        )


def _ports(home: Path, wanted: int) -> tuple[int, int, int]:
    """Return the ports of the last run where they are free, so that bookmarks and settings stay true."""
    marker = home / "demo-ports.json"
    last = json.loads(marker.read_text()) if marker.exists() else [wanted, wanted + 1, wanted + 2]
    if last[0] != wanted and wanted != 8000:
        last = [wanted, wanted + 1, wanted + 2]
    web, erp, crm = free_ports(last)
    marker.write_text(json.dumps([web, erp, crm]))
    return web, erp, crm


def _write_sample(demo: Demo) -> None:
    marker = demo.sample / "chosen.json"
    if marker.exists():
        return
    subprocess.run(
        [
            sys.executable, "-m", "mdm.sandbox.sample", "--seed", str(demo.options.seed),
            "--scale", str(demo.options.scale), "--out", str(demo.sample),
        ],
        check=True, stdout=subprocess.DEVNULL, env=dict(demo.children.environment),
    )  # fmt: skip
    marker.write_text(json.dumps({"seed": demo.options.seed, "scale": demo.options.scale}))


def _start_web(demo: Demo) -> None:
    address = ["--bind", f"127.0.0.1:{demo.ports[0]}"]
    workers = ["--threads", "4", "--worker-class", "gthread", "--worker-tmp-dir", str(demo.home)]
    demo.children.start("web", ["-m", "gunicorn", "config.wsgi:application", *address, *workers])
    _wait_for(f"{demo.base_url}/api/v1/health/live", demo)


def _start_platforms(demo: Demo) -> None:
    failing = ["--fail-every", "3"] if "500" in demo.options.chaos else []
    common = ["--load", str(demo.sample), *failing]
    secrets_of = {
        "erp": ["--user", "MDM_HUB", "--password", os.environ["AURUM_ERP_PASSWORD"]],
        "crm": ["--client-id", "aurum-hub", "--client-secret", os.environ["AURUM_CRM_SECRET"]],
    }
    modules = {"erp": "mdm.sandbox.sap", "crm": "mdm.sandbox.salesforce"}
    for code, port in zip(modules, demo.ports[1:], strict=True):
        store = str(demo.home / f"{code}.sqlite")
        arguments = ["-m", modules[code], "--store", store, "--port", str(port), *secrets_of[code], *common]
        demo.children.start(code, arguments)
    for url in demo.platform_urls.values():
        _wait_for(f"{url}/_sandbox/stats", demo)


def _start_workers(demo: Demo) -> None:
    celery = ["-m", "celery", "-A", "config.celery", "worker", "--loglevel", "INFO", "--concurrency", "2"]
    demo.children.start("worker", celery, restarts=True)
    schedule = demo.home / "beat-schedule"
    demo.children.start(
        "beat", ["-m", "celery", "-A", "config.celery", "beat", "--schedule", str(schedule), "--pidfile="]
    )


def _wait_for(url: str, demo: Demo) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            if httpx.get(url, timeout=2.0).status_code < 500:
                return
        except httpx.TransportError:
            pass  # not listening yet: the deadline below decides
        demo.children.check()
        if time.monotonic() > deadline:
            raise DemoRefused(
                f"{url} did not answer within {START_SECONDS:.0f} s; look into {demo.home / 'logs'}."
            )
        time.sleep(0.1)


def _serve(demo: Demo) -> None:
    demo.say(f"\nIt serves on at {demo.base_url}/ until Ctrl-C.")
    while True:
        demo.children.check()
        time.sleep(1.0)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
