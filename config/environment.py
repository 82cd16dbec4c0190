"""What the environment says, typed, with every mistake reported at once and each as a sentence."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

CHECKOUT = Path(__file__).resolve().parent.parent

BROKER_SCHEMES = ("redis", "rediss", "amqp", "amqps", "sqla+postgresql+psycopg")
DATABASE_SCHEMES = ("postgresql", "postgres")
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
SHORTEST_SECRET = 50

Words = Annotated[list[str], NoDecode]


class EnvironmentRefused(Exception):
    """The environment does not describe a deployment that can start; the message has one sentence per mistake."""


class Environment(BaseSettings):
    """The variables Aurum reads, with their defaults; an empty variable counts as not set."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True)

    aurum_env: Literal["development", "test", "production"] = "development"
    aurum_home: Path = CHECKOUT / ".aurum"
    database_url: str | None = None
    celery_broker_url: str | None = None
    secret_key: str | None = None
    debug: bool = False
    allowed_hosts: Words = Field(default_factory=lambda: list(LOCAL_HOSTS))
    csrf_trusted_origins: Words = Field(default_factory=list)
    aurum_behind_proxy: bool = False
    aurum_log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    aurum_conn_max_age: int = Field(default=600, ge=0)

    @field_validator("allowed_hosts", "csrf_trusted_origins", mode="before")
    @classmethod
    def split_at_commas(cls, value: Any) -> Any:
        """Take a comma-separated text as a list of trimmed, non-empty words."""
        if isinstance(value, str):
            return [word.strip() for word in value.split(",") if word.strip()]
        return value

    @field_validator("csrf_trusted_origins")
    @classmethod
    def name_the_scheme(cls, origins: list[str]) -> list[str]:
        """Refuse an origin that Django could not compare."""
        bare = [origin for origin in origins if not origin.startswith(("http://", "https://"))]
        if bare:
            raise ValueError(f"{', '.join(bare)} lacks a scheme; write each origin as https://host")
        return origins

    @field_validator("aurum_home")
    @classmethod
    def make_absolute(cls, home: Path) -> Path:
        """Read a relative home from the directory the command was started in."""
        return Path(os.path.abspath(home))

    @field_validator("database_url")
    @classmethod
    def only_postgresql(cls, url: str | None) -> str | None:
        """Refuse every database but PostgreSQL."""
        if url is None:
            return None
        if urlsplit(url).scheme not in DATABASE_SCHEMES:
            raise ValueError("it must look like postgresql://user:password@host:5432/name")
        try:
            named = conninfo_to_dict(url).get("dbname")
        except ProgrammingError as error:
            raise ValueError(f"PostgreSQL's own reader says: {str(error).strip()}") from error
        if not named:
            raise ValueError("it names no database; it must look like postgresql://user:password@host:5432/name")
        return url

    @field_validator("celery_broker_url")
    @classmethod
    def only_known_brokers(cls, url: str | None) -> str | None:
        """Refuse a broker whose traps nobody has looked at."""
        if url is not None and urlsplit(url).scheme not in BROKER_SCHEMES:
            raise ValueError(f"its scheme must be one of {', '.join(BROKER_SCHEMES)}")
        return url

    @model_validator(mode="after")
    def demand_what_production_needs(self) -> Environment:
        """Refuse a production deployment that would run on defaults made for one desk."""
        if self.aurum_env != "production":
            return self
        missing = []
        if self.database_url is None:
            missing.append("DATABASE_URL: not set; production names its own PostgreSQL, the embedded one is for one desk.")
        if self.celery_broker_url is None:
            missing.append("CELERY_BROKER_URL: not set; production names a Redis or RabbitMQ.")
        if self.secret_key is None:
            missing.append(f"SECRET_KEY: not set; give at least {SHORTEST_SECRET} random characters.")
        elif len(self.secret_key) < SHORTEST_SECRET or len(set(self.secret_key)) < 5:
            missing.append(f"SECRET_KEY: too easy to guess; give at least {SHORTEST_SECRET} random characters.")
        if "ALLOWED_HOSTS" not in os.environ:
            missing.append("ALLOWED_HOSTS: not set; list the host names people use, separated by commas.")
        if self.debug:
            missing.append("DEBUG: true shows secrets to visitors; production allows only false.")
        if missing:
            raise ValueError("\n".join(missing))
        return self

    @property
    def embedded_database(self) -> bool:
        """Whether the embedded PostgreSQL is the database."""
        return self.database_url is None

    @property
    def embedded_broker(self) -> bool:
        """Whether the embedded PostgreSQL is the Celery broker."""
        return self.celery_broker_url is None


def read_environment() -> Environment:
    """Return the environment, or raise EnvironmentRefused with one sentence per mistake."""
    try:
        return Environment()
    except ValidationError as error:
        raise EnvironmentRefused(report(error)) from error


def report(error: ValidationError) -> str:
    """Return all mistakes as a list: variable, what was wrong, what is allowed."""
    lines: list[str] = []
    for mistake in error.errors():
        message = str(mistake["msg"]).removeprefix("Value error, ")
        if not mistake["loc"]:
            lines.extend(message.split("\n"))
            continue
        variable = str(mistake["loc"][0]).upper()
        lines.append(f"{variable}: {mistake['input']!r} is not allowed; {message[0].lower()}{message[1:]}.")
    listed = "\n".join(f"  - {line}" for line in lines)
    return f"Aurum cannot start, because the environment is wrong in {len(lines)} place(s):\n{listed}"
