"""What is logged and where: one line per event on standard error, for whoever runs the process to keep."""

from __future__ import annotations

from typing import Any


def log_settings(level: str) -> dict[str, Any]:
    """Return Django's LOGGING for this level; libraries that narrate are kept at warnings."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"format": "{asctime} {levelname:7} {name}: {message}", "style": "{"},
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.db.backends": {"level": "INFO"},
            **{name: {"level": "WARNING"} for name in ("httpx", "httpcore", "kombu", "amqp")},
        },
    }
