"""Every setting of Vividly, read once from `VIVIDLY_*` environment variables; the only reader of the environment."""

import os
import re
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from typing_extensions import override

PREFIX: Final = "VIVIDLY_"
MIN_KEY_CHARACTERS: Final = 32
# Read by the test suite and the container image, not by the application.
_FOREIGN: Final = {"VIVIDLY_OER_DIR"}
_HOST: Final = re.compile(r"[\w-]+(\.[\w-]+)*(:\d{1,5})?", re.ASCII)


class SettingsError(Exception):
    """Some settings are wrong or missing; the message lists all of them at once."""


def _hosts(said: object) -> object:
    """`a.example, b.example:8443` as a tuple; whatever else was given goes through to be judged."""
    hosts = [host.strip() for host in said.split(",")] if isinstance(said, str) else said
    for host in hosts if isinstance(hosts, list) else ():
        if not _HOST.fullmatch(host):
            raise ValueError(f"{host!r} is no host; write names such as books.example, divided by commas")
    return hosts


Hosts = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_hosts)]


class Settings(BaseSettings):
    """Settings with a default for every key, so that a laptop starts with none set."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", env_ignore_empty=True)

    environment: Literal["laptop", "production"] = Field(
        default="laptop", description="`production` refuses to start with generated keys or the embedded database."
    )
    home: Path = Field(
        default_factory=lambda: Path.home() / ".local" / "share" / "vividly",
        description="Where everything that Vividly keeps lives: database, lessons, model files.",
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="`postgresql://user:password@host:port/name` of a PostgreSQL 15+ with pgvector 0.8+; "
        "empty starts the embedded one.",
    )
    database_pool_size: int = Field(default=10, ge=1, le=100, description="Connections kept open by each process.")
    http_host: str = Field(default="127.0.0.1", description="Address that the API listens on.")
    http_port: int = Field(default=8000, ge=1, le=65535, description="Port that the API listens on.")
    http_public_url: str | None = Field(
        default=None,
        pattern=r"^https?://\S+[^/\s]$",
        description="Where readers reach this server, no slash at the end; links in lessons begin with it. "
        "Empty means the address that it listens on.",
    )
    http_max_body_bytes: int = Field(
        default=262_144, ge=1024, description="Largest accepted request body; a larger one is answered 413."
    )
    library_max_upload_bytes: int = Field(
        default=200_000_000,
        ge=1024,
        description="Largest book that may be sent for import; a larger one is answered 413.",
    )
    library_fetch_hosts: Hosts = Field(
        default=(),
        description="Hosts, divided by commas, from which `vividly library add https://...` may fetch books; "
        "empty means that none is fetched.",
    )
    log_format: Literal["text", "json"] = Field(default="text", description="`json` writes one object a line.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="Least level logged.")
    user_auth_signing_key: SecretStr | None = Field(
        default=None,
        description="At least 32 characters that sign access tokens; generated into the home directory when empty.",
    )
    user_auth_access_minutes: int = Field(default=10, ge=5, le=15, description="Life of an access token.")
    user_auth_refresh_days: int = Field(default=30, ge=1, le=90, description="Life of a session without use.")
    user_auth_password_memory_kib: int = Field(default=19_456, ge=8, description="Memory of one argon2id hash, in KiB.")
    user_auth_password_rounds: int = Field(default=2, ge=1, description="Passes of one argon2id hash.")
    worker_lease_seconds: float = Field(default=30.0, ge=0.5, description="How long a silent worker keeps its job.")
    worker_poll_seconds: float = Field(default=2.0, ge=0.05, description="How often workers look without a ring.")
    worker_concurrency: int = Field(default=2, ge=1, le=64, description="Jobs that one worker process runs at once.")
    worker_max_attempts: int = Field(default=5, ge=1, le=20, description="Tries before a job becomes a dead letter.")
    writer: Literal["builtin", "openai", "vertex"] = Field(
        default="builtin",
        description="Who writes lessons: `builtin` needs no model and sends nothing anywhere, `openai` is any server "
        "that speaks OpenAI's chat completions, `vertex` is Gemini on Vertex AI.",
    )
    openai_url: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="Address of the OpenAI-compatible server, such as `http://127.0.0.1:11434`.",
    )
    openai_model: str = Field(default="", description="Name of the model on that server.")
    openai_key: SecretStr | None = Field(default=None, description="Key of that server, if it wants one.")
    vertex_project: str = Field(default="", description="Google Cloud project that pays for Gemini.")
    vertex_location: str = Field(default="global", description="Region of Vertex AI.")
    vertex_model: str = Field(default="gemini-3.5-flash-lite", description="Name of the Gemini model.")
    model_input_usd: Decimal | None = Field(
        default=None,
        ge=0,
        description="USD for a million tokens that the model reads, for one without a listed price or with your own; "
        "0 for a server of your own.",
    )
    model_output_usd: Decimal | None = Field(
        default=None, ge=0, description="USD for a million tokens that the model writes; set both or none."
    )
    request_tracking_poll_seconds: float = Field(
        default=1.0, ge=0.05, description="How often a watched request is read again without a ring."
    )

    @model_validator(mode="after")
    def _production_is_complete(self) -> Self:
        missing = []
        key = self.user_auth_signing_key
        if key is not None and len(key.get_secret_value()) < MIN_KEY_CHARACTERS:
            missing.append(f"{PREFIX}USER_AUTH_SIGNING_KEY needs at least {MIN_KEY_CHARACTERS} characters")
        if self.environment == "production":
            if key is None:
                missing.append(f"{PREFIX}USER_AUTH_SIGNING_KEY is required in production")
            if self.database_url is None:
                missing.append(f"{PREFIX}DATABASE_URL is required in production")
        if missing:
            raise ValueError("; ".join(missing))
        return self

    @model_validator(mode="after")
    def _writer_is_complete(self) -> Self:
        needed = {
            "builtin": {},
            "openai": {"OPENAI_URL": self.openai_url, "OPENAI_MODEL": self.openai_model},
            "vertex": {name: getattr(self, name.lower()) for name in ("VERTEX_PROJECT", "VERTEX_MODEL")},
        }[self.writer]
        missing = [
            f"{PREFIX}{name} is required by {PREFIX}WRITER={self.writer}" for name, said in needed.items() if not said
        ]
        if (self.model_input_usd is None) != (self.model_output_usd is None):
            missing.append(f"{PREFIX}MODEL_INPUT_USD and {PREFIX}MODEL_OUTPUT_USD are set together or not at all")
        if missing:
            raise ValueError("; ".join(missing))
        return self

    @override
    def model_post_init(self, context: Any, /) -> None:
        object.__setattr__(self, "home", self.home.expanduser().absolute())


def load(**overrides: Any) -> Settings:
    """Reads the environment.

    Raises:
        SettingsError: naming every wrong, missing or unknown variable at once.
    """
    faults = [
        f"{name} is not a setting of Vividly; docs/settings.md lists them all"
        for name in sorted(os.environ)
        if name.startswith(PREFIX) and name not in _FOREIGN and name not in _names()
    ]
    try:
        settings = Settings(**overrides)
    except ValidationError as error:
        faults += [_fault(dict(item)) for item in error.errors()]
        raise SettingsError("\n".join(faults)) from error
    if faults:
        raise SettingsError("\n".join(faults))
    return settings


def child_environment() -> dict[str, str]:
    """The environment for processes that Vividly starts."""
    return dict(os.environ)


def document() -> str:
    """docs/settings.md, made from the class."""
    lines = [
        "# Settings",
        "",
        "Every setting is an environment variable; none is needed on a laptop. Made by `make docs`.",
        "",
        "| variable | default | meaning |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        default = "`~/.local/share/vividly`" if name == "home" else _default(field.default)
        lines.append(f"| `{PREFIX}{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"


def _names() -> set[str]:
    return {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}


def _default(value: object) -> str:
    return "empty" if value in {None, ()} else f"`{value}`"


def _fault(item: dict[str, Any]) -> str:
    where = ".".join(str(part) for part in item["loc"])
    message = str(item["msg"]).removeprefix("Value error, ")
    return f"{PREFIX}{where.upper()}: {message}" if where else message.replace("; ", "\n")
