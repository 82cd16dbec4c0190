"""What the environment says, typed, with every mistake reported at once and each as a sentence."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from pydantic import Field, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

CHECKOUT = Path(__file__).resolve().parent.parent

BROKER_SCHEMES = ("redis", "rediss", "amqp", "amqps")
DATABASE_SCHEMES = ("postgresql", "postgres")
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
SECRET_VARIABLES = frozenset({"SECRET_KEY", "DATABASE_URL", "CELERY_BROKER_URL"})
SHORTEST_SECRET = 50
FEWEST_DIFFERENT = 5

Words = Annotated[list[str], NoDecode]


class EnvironmentRefused(Exception):
    """The environment describes no deployment that can start; the message has a sentence per mistake."""


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
    aurum_min_free_mb: int = Field(default=1024, ge=0)
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
        return home.absolute()

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
            raise ValueError(f"libpq cannot read it: {str(error).strip()}") from error
        if not named:
            raise ValueError(
                "it names no database; it must look like postgresql://user:password@host:5432/name"
            )
        return url

    @field_validator("celery_broker_url")
    @classmethod
    def only_known_brokers(cls, url: str | None) -> str | None:
        """Refuse a broker whose traps nobody has looked at."""
        if url is not None and urlsplit(url).scheme not in BROKER_SCHEMES:
            raise ValueError(f"its scheme must be one of {', '.join(BROKER_SCHEMES)}")
        return url

    @property
    def embedded_database(self) -> bool:
        """Whether the embedded PostgreSQL is the database."""
        return self.database_url is None

    @property
    def embedded_broker(self) -> bool:
        """Whether the embedded PostgreSQL is the Celery broker."""
        return self.celery_broker_url is None


def read_environment() -> Environment:
    """Return the environment, or raise EnvironmentRefused with all mistakes, a sentence each."""
    try:
        environment = Environment()
    except ValidationError as error:
        mistakes = [sentence(mistake) for mistake in error.errors(include_url=False)]
        wrong = {str(mistake["loc"][0]).upper() for mistake in error.errors() if mistake["loc"]}
        if os.environ.get("AURUM_ENV") == "production":
            mistakes += [line for name, line in production_demands(os.environ) if name not in wrong]
        raise EnvironmentRefused(listed(mistakes)) from None
    if environment.aurum_env == "production" and (demands := production_demands(os.environ)):
        raise EnvironmentRefused(listed([line for _, line in demands]))
    return environment


def production_demands(variables: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return (variable, sentence) for what production needs and lacks: the defaults fit a desk only."""
    unset = {
        "DATABASE_URL": "production names its own PostgreSQL: postgresql://user:password@host:5432/name.",
        "CELERY_BROKER_URL": "production names a Redis or RabbitMQ: redis://host:6379/0.",
        "SECRET_KEY": f"production needs at least {SHORTEST_SECRET} random characters.",
        "ALLOWED_HOSTS": "production lists the host names people use, separated by commas.",
    }
    demands = [
        (name, f"{name} is not set; {line}") for name, line in unset.items() if not variables.get(name)
    ]
    key = variables.get("SECRET_KEY", "")
    if key and (len(key) < SHORTEST_SECRET or len(set(key)) < FEWEST_DIFFERENT):
        demands.append(("SECRET_KEY", f"SECRET_KEY is too easy to guess; {unset['SECRET_KEY']}"))
    if variables.get("DEBUG", "").lower() in {"1", "true", "yes", "on", "t", "y"}:
        demands.append(
            ("DEBUG", "DEBUG is on and would show secrets to visitors; production allows only false.")
        )
    return demands


def sentence(mistake: ErrorDetails) -> str:
    """Return one mistake as a sentence: variable, what was wrong, what is allowed; secrets stay secret."""
    variable = str(mistake["loc"][0]).upper()
    found = "its value" if variable in SECRET_VARIABLES else repr(mistake["input"])
    message = str(mistake["msg"]).removeprefix("Value error, ")
    return f"{variable}: {found} is not allowed; {message[0].lower()}{message[1:].rstrip('.')}."


def listed(mistakes: list[str]) -> str:
    """Return all mistakes as one readable list."""
    places = "1 place" if len(mistakes) == 1 else f"{len(mistakes)} places"
    lines = "\n".join(f"  - {line}" for line in mistakes)
    return f"Aurum cannot start, because the environment is wrong in {places}:\n{lines}"
