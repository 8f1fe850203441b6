"""The whole application in one process, on a database that already holds the starter library."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx2
import psycopg
import pytest
from fastapi import FastAPI
from psycopg import sql

from modules.kernel.interface import GradeLevel, PersonId
from modules.user_auth.interface import NewPerson, Role, Tokens
from modules.worker.interface import RunMode
from shell.containers import Container, Resolved, build_container
from shell.http.app import create_app
from shell.lifecycle import STARTER_LIBRARY
from shell.observability import configure_logging
from shell.settings import Settings

KEY = b"a key for tests only, which is sixty-four bytes long, or more of it"
PASSWORD = "correct horse battery"
_numbers = count(1)


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A person with live tokens."""

    id: PersonId
    email: str
    tokens: Tokens

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens.access_token}"}


@dataclass(frozen=True, kw_only=True)
class Vividly:
    """The application, its modules, and a client that talks HTTP to it."""

    app: FastAPI
    container: Container
    client: httpx2.AsyncClient
    settings: Settings

    async def person(self, role: Role = Role.STUDENT, grade: int | None = 10) -> SignedIn:
        """A new person, signed in."""
        auth = self.container.user_auth()
        email = f"person{next(_numbers)}@school.example"
        level = GradeLevel(grade) if grade is not None and role is Role.STUDENT else None
        new = NewPerson(email=email, display_name="A Person", role=role, password=PASSWORD, grade=level)
        person = await auth.add_person(new)
        tokens = await auth.sign_in(email, PASSWORD, address="127.0.0.1")
        return SignedIn(id=person.id, email=email, tokens=tokens)

    async def drain(self) -> None:
        """Runs every job that is due."""
        await self.container.worker().run(self.container.content().handlers(), mode=RunMode.DRAIN, stop=asyncio.Event())

    async def ask(self, who: SignedIn, question: str, **more: object) -> httpx2.Response:
        """POST content/generate."""
        body = {"student_query": question, "requested_modalities": ["text"], **more}
        return await self.client.post("/api/v1/content/generate", json=body, headers=who.headers)

    async def answered(self, who: SignedIn, question: str, **more: object) -> dict[str, object]:
        """The status of a question after the worker has run."""
        answer = await self.ask(who, question, **more)
        assert answer.status_code == 202, answer.text
        await self.drain()
        return (await self.client.get(answer.headers["Location"], headers=who.headers)).json()


def _settings(home: Path) -> Settings:
    return Settings(home=home, user_auth_password_memory_kib=8, user_auth_password_rounds=1, worker_poll_seconds=0.05)


@asynccontextmanager
async def assembled(home: Path, url: str) -> AsyncIterator[Vividly]:
    """An application on the database at `url`."""
    settings = _settings(home)
    configure_logging(settings)
    container = build_container(settings, Resolved(database_url=url, signing_key=KEY))

    @asynccontextmanager
    async def opened() -> AsyncIterator[Container]:
        yield container

    app = create_app(settings, opened)
    app.state.container = container
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://vividly.test") as client:
        yield Vividly(app=app, container=container, client=client, settings=settings)
    await container.doorbell().close()
    await container.database().close()


@pytest.fixture(scope="session")
def models_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One home for the session, so that the embedder's model file is built once."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def library_template(
    postgres_url: str, postgres_admin: "psycopg.Connection[tuple[str, ...]]", template: str, models_home: Path
) -> str:
    """The name of a database that holds the starter library, imported once a session."""
    name = "vividly_library"
    postgres_admin.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    )

    async def fill() -> None:
        async with assembled(models_home, f"{postgres_url.rpartition('/')[0]}/{name}") as vividly:
            await vividly.container.rag().ingest(STARTER_LIBRARY)

    asyncio.run(fill())
    return name


@pytest.fixture
def library_url(
    postgres_url: str, postgres_admin: "psycopg.Connection[tuple[str, ...]]", library_template: str
) -> Iterator[str]:
    """A database of the test's own with the starter library."""
    name = f"vividly_shell_{next(_numbers)}"
    postgres_admin.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
            sql.Identifier(name), sql.Identifier(library_template)
        )
    )
    yield f"{postgres_url.rpartition('/')[0]}/{name}"
    postgres_admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
async def vividly(library_url: str, models_home: Path) -> AsyncIterator[Vividly]:
    """The application, with the starter library."""
    async with assembled(models_home, library_url) as built:
        yield built
