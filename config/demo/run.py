"""The demo's run: services, web server first, platforms, pull, resolve, publish, summary."""

from __future__ import annotations

import json
import logging
import os
import secrets
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from config import services
from config.demo import opening, showing, stages, stories, summary
from config.demo.children import ChildEnded, Children
from config.demo.home import DemoHome, DemoRefused
from config.demo.landscape import LOGINS, PASSWORD, settle_in
from config.demo.screen import Screen
from config.demo.state import DemoState
from config.embedded import EmbeddedRefused
from config.loopback import NoLoopback, ensure_loopback
from config.ports import NoFreePort

log = logging.getLogger("aurum.demo")
CHAOS = frozenset({"kill", "500"})


@dataclass(frozen=True, slots=True)
class Options:
    """How to run: once or until Ctrl-C, on which first port, which sample, with which chaos."""

    once: bool
    port: int
    seed: int
    scale: float
    chaos: frozenset[str]

    def refuse_nonsense(self) -> None:
        """Refuse what no run can be made of."""
        if self.chaos - CHAOS:
            raise DemoRefused(f"CHAOS knows kill and 500, not {', '.join(sorted(self.chaos - CHAOS))}.")
        if not 0.01 <= self.scale <= 100:
            raise DemoRefused(f"SCALE is {self.scale}; it must lie between 0.01 and 100.")
        if not 1024 <= self.port <= 65_000:
            raise DemoRefused(f"PORT is {self.port}; it must lie between 1024 and 65000.")


class Interrupted(KeyboardInterrupt):
    """Somebody ended the run by a signal; no `except Exception` on its way may take it for a failure."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


@dataclass
class Demo:
    """One run and what it knows."""

    options: Options
    screen: Screen
    home: DemoHome
    state: DemoState
    children: Children
    ports: list[int]
    """Of the web server, the ERP and the CRM."""
    opened: dict[str, int] = field(default_factory=dict)

    @property
    def base_url(self) -> str:
        """Address of the home page."""
        return f"http://127.0.0.1:{self.ports[0]}"

    @property
    def platform_urls(self) -> dict[str, str]:
        """Address of each platform, by source code."""
        return {"erp": f"http://127.0.0.1:{self.ports[1]}", "crm": f"http://127.0.0.1:{self.ports[2]}"}

    def enter(self, stage: str) -> None:
        """Begin a stage, on the screen and on the home page; a child that died stops the run."""
        self.children.check()
        self.screen.enter(stage)
        self.state.enter(stage)
        log.info("%s", stage)

    def progress(self, done: int, total: int, unit: str) -> None:
        """Say how far the stage is; a child that died stops the run."""
        self.children.check()
        self.screen.progress(done, total, unit)
        self.state.advance(done, total, unit)

    def detail(self, text: str) -> None:
        """Say what the stage does now."""
        self.screen.detail(text)
        self.state.say(text)


def run_demo(options: Options) -> int:
    """Run the demo; returns the exit status. Every program it started has ended when it returns."""
    screen = Screen()
    home = DemoHome(Path(settings.AURUM_HOME))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        options.refuse_nonsense()
        ensure_loopback()
        home.refuse_little_disk(settings.AURUM_MIN_FREE_MB)
        home.prepare()
        _log_to(home.log)
        with home.one_demo() as lock:
            home.refuse_another_sample(options.seed, options.scale)
            with Children(home.logs, _environment(), lock) as children:
                state = DemoState(home.path / "demo-state.json")
                demo = Demo(options, screen, home, state, children, home.last_ports(options.port))
                status = _guarded(demo)
    except (DemoRefused, NoFreePort, NoLoopback, EmbeddedRefused) as refused:
        screen.break_off()
        _complain(screen, "The demo does not start.", str(refused))
        return 2
    except Interrupted as interrupted:
        return 128 + interrupted.number
    return status


def _guarded(demo: Demo) -> int:
    """Run, and end everything whatever comes."""
    screen = demo.screen
    try:
        problems = _run(demo)
        if demo.options.once:
            return 1 if problems else 0
        _serve(demo)
    except Interrupted as interrupted:
        screen.break_off()
        screen.write("\n  Stopped. `make demo` goes on where it was; `make clean` removes everything.")
        return 0 if "summary" in demo.state.extra else 128 + interrupted.number
    except (ChildEnded, DemoRefused, EmbeddedRefused, NoFreePort) as trouble:
        screen.break_off()
        _complain(screen, "The demo stopped.", str(trouble))
        return 1
    except Exception as error:
        log.exception("The demo failed at: %s", demo.state.stage)
        screen.break_off()
        said = (str(error).splitlines() or [""])[0]
        _complain(
            screen,
            f"The demo failed at “{demo.state.stage}”: {type(error).__name__}: {said}",
            f"The whole story: {demo.home.log}. `make demo` tries again from where it was.",
        )
        return 1
    finally:
        _end(demo)


def _end(demo: Demo) -> None:
    """End the children and PostgreSQL; a second Ctrl-C does not leave half of them behind."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    demo.state.leave()
    demo.children.end()
    connection.close()
    services.stop(lambda text: None)
    demo.children.dismiss_guard()


def _run(demo: Demo) -> list[str]:
    """Go through the stages and return what is wrong at the end, a sentence each."""
    demo.enter("starting PostgreSQL")
    writing = opening.begin_sample(demo)
    services.start(log.info)
    demo.enter("opening the web server")
    opening.begin_web(demo)
    call_command("migrate", verbosity=0)
    before = summary.ledger()
    demo.state.tell(urls={"home": f"{demo.base_url}/", "admin": f"{demo.base_url}/admin/"})
    demo.screen.note(f"[bold]Watch it fill: {demo.base_url}/[/]")
    demo.enter("opening the two platforms")
    opening.finish_sample(demo, writing)
    opening.open_platforms(demo)
    demo.home.keep_ports(demo.options.port, demo.ports)
    settle_in(demo.platform_urls["erp"], demo.platform_urls["crm"])
    demo.state.tell(platforms=demo.platform_urls)
    opening.start_workers(demo)
    demo.screen.note(f"ERP {demo.platform_urls['erp']}/   CRM {demo.platform_urls['crm']}/")
    stages.pull_everything(demo)
    stages.resolve_everything(demo)
    stages.publish_everything(demo)
    stages.decide_one(demo)
    return _sum_up(demo, before)


def _sum_up(demo: Demo, before: dict[str, int]) -> list[str]:
    """Write the summary to the screen, the home page and the report; return what is wrong."""
    demo.enter("checking every id and promise")
    problems = stages.problems(demo)
    demo.enter("adding up")
    figures = summary.summary_of(demo.home.sample)
    problems += stages.missed_bars(demo, figures)
    after = summary.ledger()
    figures["changed_by_this_run"] = {name: after[name] - before[name] for name in after}
    figures["platform_calls"] = stages.platform_calls(demo)
    links = stories.links(demo.home.sample, demo.base_url)
    curl, answer = stories.curl_line(demo.home.path, demo.base_url)
    demo.state.leave()
    demo.screen.leave()
    demo.state.tell(
        options={
            "seed": demo.options.seed, "scale": demo.options.scale, "chaos": sorted(demo.options.chaos),
            "once": demo.options.once,
        },
        seconds=demo.state.seconds(),
        summary=figures,
        links=links,
        curl=curl,
        curl_answer=answer,
        logins=[{"name": name, "password": PASSWORD, "may": may} for name, may in LOGINS],
        problems=problems,
    )  # fmt: skip
    text = json.dumps(demo.state.document(), ensure_ascii=False, indent=1)
    demo.home.report.write_text(text, encoding="utf-8")
    showing.show(demo.screen, demo.state.document(), demo.home.log)
    return problems


def _environment() -> dict[str, str]:
    """Return the children's environment; the platforms' secrets live in it for this run alone."""
    os.environ["AURUM_ERP_PASSWORD"] = secrets.token_hex(12)
    os.environ["AURUM_CRM_SECRET"] = secrets.token_hex(12)
    return {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


def _log_to(file: Path) -> None:
    """Let this process write its log lines and warnings to a file: the screen is for people."""
    handler = logging.FileHandler(file, encoding="utf-8")
    handler.setFormatter(logging.Formatter("{asctime} {levelname:7} {name}: {message}", style="{"))
    logging.getLogger().handlers[:] = [handler]
    logging.captureWarnings(True)
    # It brings a handler of its own to standard error, and narrates.
    logging.getLogger("recordlinkage").setLevel(logging.ERROR)


def _serve(demo: Demo) -> NoReturn:
    demo.screen.write(f"\n  Still serving at {demo.base_url}/ until Ctrl-C.")
    while True:
        demo.children.check()
        time.sleep(0.5)


def _complain(screen: Screen, what: str, why: str) -> None:
    screen.write(f"\n  [bold red]✗ {what}[/]")
    for line in why.splitlines():
        screen.plain(f"    {line}")


def _interrupt(number: int, _frame: object) -> NoReturn:
    raise Interrupted(number)
