"""`manage.py serve`: the web pages, a worker and the schedule on this machine, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from config import services
from config.demo.children import ChildEnded, Children
from config.demo.home import DemoHome, DemoRefused
from config.embedded import EmbeddedRefused
from config.loopback import NoLoopback, ensure_loopback
from config.ports import NoFreePort, free_port
from mdm.compliance.roles import ensure_roles


class Command(BaseCommand):
    """Serve one desk; a production deployment runs the same three programs under systemd: see deploy/."""

    help = "Serve the web pages, a worker and the schedule on this machine until Ctrl-C, on what was loaded."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the first port to try; PORT in the environment is its default."""
        port = int(os.environ.get("PORT") or 8000)
        parser.add_argument(
            "--port", type=int, default=port, help="first port to try; the next free one is taken"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve; leaves with 1 when a program ends by itself, 2 when nothing can be started."""
        try:
            ensure_loopback()
            services.start(self.stdout.write)
            port = free_port(options["port"])
        except (EmbeddedRefused, NoFreePort, NoLoopback) as refused:
            self.stderr.write(f"Nothing is served: {refused}")
            sys.exit(2)
        call_command("migrate", verbosity=0)
        ensure_roles()
        connection.close()
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        home = Path(settings.AURUM_HOME)
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", "DJANGO_SETTINGS_MODULE": "config.settings"}
        try:
            with DemoHome(home).one_demo() as lock, Children(home / "logs", environment, lock) as children:
                self._start(children, home, port)
                self.stdout.write(f"http://127.0.0.1:{port}/ until Ctrl-C; the logs lie in {home / 'logs'}")
                while True:
                    children.check()
                    time.sleep(1.0)
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")
        except (ChildEnded, DemoRefused) as ended:
            self.stderr.write(str(ended))
            sys.exit(1)
        finally:
            services.stop(lambda text: None)

    def _start(self, children: Children, home: Path, port: int) -> None:
        address = ["--bind", f"127.0.0.1:{port}", "--threads", "4", "--worker-class", "gthread"]
        children.start(
            "web", ["-m", "gunicorn", "config.wsgi:application", *address, "--worker-tmp-dir", str(home)]
        )
        celery = ["-m", "celery", "-A", "config.celery"]
        children.start(
            "worker", [*celery, "worker", "--loglevel", "INFO", "--concurrency", "2"], restarts=True
        )
        schedule = str(home / "beat-schedule")
        children.start("beat", [*celery, "beat", "--schedule", schedule, "--pidfile="])
