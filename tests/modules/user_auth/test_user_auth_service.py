"""What only the real user_auth can show: its rows, its races, its log."""

import asyncio
import time
from uuid import uuid4

import jwt
import psycopg
import pytest
from alembic import command
from psycopg import sql
from structlog.testing import capture_logs

from modules.kernel.database import SqlDatabase
from modules.kernel.interface import DatabaseUnavailableError, PersonId, VividlyError
from modules.user_auth.factory import create_user_auth
from modules.user_auth.interface import (
    Action,
    EmailTakenError,
    NotSignedInError,
    NotYoursError,
    Role,
    TooManyTriesError,
    UserAuth,
    WrongCredentialsError,
)
from shell import migrate
from tests.contracts.user_auth import HOME, PASSWORD, signed_in, student, unused_address
from tests.fakes.kernel import FakeClock

pytestmark = pytest.mark.postgres

_KEY = b"k" * 32


@pytest.fixture
def auth(database: SqlDatabase, clock: FakeClock) -> UserAuth:
    return _auth(database, clock)


@pytest.fixture
def shared_auth(shared_database: SqlDatabase, clock: FakeClock) -> UserAuth:
    return _auth(shared_database, clock)


def _auth(database: SqlDatabase, clock: FakeClock, *, rounds: int = 1, memory_kib: int = 8) -> UserAuth:
    return create_user_auth(
        database=database, clock=clock, signing_key=_KEY, password_rounds=rounds, password_memory_kib=memory_kib
    )


def _rows(url: str, statement: str, *values: object) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement.encode(), values)
        return cursor.fetchall() if cursor.description else []


def _everything(url: str) -> str:
    """Every row of the schema, as text."""
    with psycopg.connect(url, autocommit=True) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'user_auth'").fetchall()
        return "\n".join(
            str(
                connection.execute(
                    sql.SQL("SELECT t::text FROM user_auth.{} t").format(sql.Identifier(name))
                ).fetchall()
            )
            for (name,) in tables
        )


async def test_the_service_is_alone_in_raising_and_names_its_errors(shared_auth: UserAuth) -> None:
    with pytest.raises(VividlyError) as caught:
        await shared_auth.authenticate("garbage")
    assert (caught.value.code, caught.value.retryable) == ("user_auth.not_signed_in", False)


async def test_a_role_is_kept_by_its_value(auth: UserAuth, database_url: str) -> None:
    for role in Role:
        await signed_in(auth, student(role=role))
    assert {role for (role,) in _rows(database_url, "SELECT role FROM user_auth.people")} == set(Role)
    with pytest.raises(psycopg.errors.CheckViolation):
        _rows(database_url, "UPDATE user_auth.people SET role = 'STUDENT'")


async def test_a_changed_role_counts_at_once(shared_auth: UserAuth, shared_database_url: str) -> None:
    other = await shared_auth.add_person(student())
    person, tokens, principal = await signed_in(shared_auth, student(role=Role.ADMIN))
    await shared_auth.authorise(principal, Action.READ_REQUEST, owners=[other.id])
    _rows(shared_database_url, "UPDATE user_auth.people SET role = 'student' WHERE id = %s", person.id)
    demoted = await shared_auth.authenticate(tokens.access_token)
    assert demoted.role is Role.STUDENT
    with pytest.raises(NotYoursError):
        await shared_auth.authorise(demoted, Action.READ_REQUEST, owners=[other.id])


async def test_a_token_of_another_version_is_refused(shared_auth: UserAuth, shared_database_url: str) -> None:
    person, tokens, _ = await signed_in(shared_auth, student())
    _rows(shared_database_url, "UPDATE user_auth.people SET token_version = token_version + 1 WHERE id = %s", person.id)
    with pytest.raises(NotSignedInError):
        await shared_auth.authenticate(tokens.access_token)
    await shared_auth.authenticate((await shared_auth.refresh(tokens.refresh_token)).access_token)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE user_auth.sessions SET revoked_at = now()",
        "UPDATE user_auth.sessions SET expires_at = '2026-01-01'",
        "UPDATE user_auth.people SET active = false",
        "DELETE FROM user_auth.sessions",
    ],
)
async def test_a_session_is_alive_only_while_all_of_it_is(auth: UserAuth, database_url: str, statement: str) -> None:
    _, tokens, _ = await signed_in(auth, student())
    _rows(database_url, statement)
    with pytest.raises(NotSignedInError):
        await auth.authenticate(tokens.access_token)
    with pytest.raises(NotSignedInError):
        await auth.refresh(tokens.refresh_token)


async def test_a_session_proves_nobody_else(shared_auth: UserAuth) -> None:
    _, tokens, _ = await signed_in(shared_auth, student())
    other, _, _ = await signed_in(shared_auth, student())
    claims = jwt.decode(tokens.access_token, options={"verify_signature": False})
    mixed = jwt.encode(claims | {"sub": str(other.id)}, _KEY, headers={"typ": "access"})
    with pytest.raises(NotSignedInError):
        await shared_auth.authenticate(mixed)


async def test_no_secret_is_kept_and_no_failure_names_anybody(auth: UserAuth, database_url: str) -> None:
    _, tokens, _ = await signed_in(auth, student())
    newer = await auth.refresh(tokens.refresh_token)
    with pytest.raises(WrongCredentialsError):
        await auth.sign_in("nobody@pupils.example", PASSWORD, address=HOME)
    kept = _everything(database_url)
    assert "argon2id" in kept
    secrets = (tokens.refresh_token, newer.refresh_token, tokens.access_token)
    for private in (*secrets, PASSWORD, "nobody@pupils.example", HOME):
        assert private not in kept
        assert private.encode().hex() not in kept
    assert all(len(token) >= 43 for token in (tokens.refresh_token, newer.refresh_token))


async def test_thirty_tries_at_once_are_five(shared_auth: UserAuth) -> None:
    person = await shared_auth.add_person(student())
    tries = (shared_auth.sign_in(person.email, f"not the password {n}", address=HOME) for n in range(30))
    answers = [type(answer) for answer in await asyncio.gather(*tries, return_exceptions=True)]
    assert answers.count(WrongCredentialsError) == 5
    assert answers.count(TooManyTriesError) == 25


async def test_sixty_tries_at_once_from_anywhere_are_what_is_left_of_twenty(shared_auth: UserAuth) -> None:
    person = await shared_auth.add_person(student())
    for _ in range(15):  # fewer must be left than the pool has connections, or the pool alone keeps the limit
        with pytest.raises(WrongCredentialsError):
            await shared_auth.sign_in(person.email, "not the password", address=unused_address())
    tries = (shared_auth.sign_in(person.email, "not the password", address=unused_address()) for _ in range(60))
    answers = [type(answer) for answer in await asyncio.gather(*tries, return_exceptions=True)]
    assert (answers.count(WrongCredentialsError), answers.count(TooManyTriesError)) == (5, 55)


async def test_many_tries_at_once_from_one_address_are_a_hundred(shared_auth: UserAuth) -> None:
    home = unused_address()
    tries = (shared_auth.sign_in(f"{uuid4().hex}@x.example", "not it at all", address=home) for _ in range(130))
    answers = [type(answer) for answer in await asyncio.gather(*tries, return_exceptions=True)]
    assert (answers.count(WrongCredentialsError), answers.count(TooManyTriesError)) == (100, 30)


async def test_old_failures_and_sessions_are_swept(auth: UserAuth, clock: FakeClock, database_url: str) -> None:
    person, _, _ = await signed_in(auth, student())
    for n in range(3):
        with pytest.raises(WrongCredentialsError):
            await auth.sign_in(f"nobody{n}@pupils.example", PASSWORD, address=HOME)
    clock.advance(days=31)
    await auth.sign_in(person.email, PASSWORD, address=HOME)
    counts = (
        "SELECT (SELECT count(*) FROM user_auth.sign_in_failures), (SELECT count(*) FROM user_auth.sessions),"
        " (SELECT count(*) FROM user_auth.refresh_tokens)"
    )
    assert _rows(database_url, counts) == [(0, 1, 1)]


async def test_many_tabs_refresh_at_once_and_a_late_one_ends_them(shared_auth: UserAuth, clock: FakeClock) -> None:
    _, tokens, _ = await signed_in(shared_auth, student())
    pairs = await asyncio.gather(*(shared_auth.refresh(tokens.refresh_token) for _ in range(8)))
    assert len({pair.refresh_token for pair in pairs}) == 8
    clock.advance(seconds=11)
    late = [shared_auth.refresh(tokens.refresh_token), *(shared_auth.refresh(pair.refresh_token) for pair in pairs)]
    await asyncio.gather(*late, return_exceptions=True)
    for pair in pairs:
        with pytest.raises(NotSignedInError):
            await shared_auth.authenticate(pair.access_token)


async def test_signing_in_while_being_disabled_leaves_no_session(auth: UserAuth, database_url: str) -> None:
    people = [await auth.add_person(student()) for _ in range(10)]
    calls = [call for p in people for call in (auth.sign_in(p.email, PASSWORD, address=HOME), auth.disable(p.id))]
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert all(isinstance(answer, WrongCredentialsError) for answer in answers if isinstance(answer, Exception))
    alive = "SELECT count(*) FROM user_auth.sessions WHERE revoked_at IS NULL"
    assert _rows(database_url, alive) == [(0,)]


async def test_one_of_two_gets_the_email(shared_auth: UserAuth) -> None:
    new = student()
    answers = await asyncio.gather(*(shared_auth.add_person(new) for _ in range(6)), return_exceptions=True)
    assert sum(isinstance(answer, EmailTakenError) for answer in answers) == 5


async def test_adding_a_person_is_part_of_the_callers_transaction(
    shared_auth: UserAuth, shared_database: SqlDatabase
) -> None:
    taken = await shared_auth.add_person(student())
    async with shared_database.transaction() as tx:
        with pytest.raises(EmailTakenError):
            await shared_auth.add_person(student(email=taken.email), tx=tx)
        kept = await shared_auth.add_person(student(), tx=tx)
    assert await shared_auth.person(kept.id) == kept
    lost: list[PersonId] = []

    async def _change_of_mind() -> None:
        async with shared_database.transaction() as tx:
            lost.append((await shared_auth.add_person(student(), tx=tx)).id)
            raise LookupError

    with pytest.raises(LookupError):
        await _change_of_mind()
    with pytest.raises(VividlyError, match="no person"):
        await shared_auth.person(lost[0])


async def test_two_processes_seed_and_learn_once(
    database_url: str, clock: FakeClock, database: SqlDatabase, auth: UserAuth
) -> None:
    other_database = SqlDatabase(url=database_url)
    other = _auth(other_database, clock)
    await auth.seed_demo()
    # The district, whose unique name makes the second seed wait, is there already: the lock alone keeps order.
    _rows(database_url, "DELETE FROM user_auth.people")
    reports = await asyncio.gather(auth.seed_demo(), other.seed_demo(), auth.seed_demo(), other.seed_demo())
    learners = await asyncio.gather(*(one.local_learner() for one in (auth, other) * 5))
    await other_database.close()
    assert sum(bool(account.password) for report in reports for account in report.accounts) == 4
    assert len(set(learners)) == 1
    counts = (
        "SELECT (SELECT count(*) FROM user_auth.districts), (SELECT count(*) FROM user_auth.schools),"
        " (SELECT count(*) FROM user_auth.classes), (SELECT count(*) FROM user_auth.people),"
        " (SELECT count(*) FROM user_auth.class_teachers), (SELECT count(*) FROM user_auth.enrolments)"
    )
    assert _rows(database_url, counts) == [(1, 1, 1, 5, 1, 3)]


async def test_the_seed_mends_what_is_missing(auth: UserAuth, database_url: str) -> None:
    first = await auth.seed_demo()
    _rows(database_url, "DELETE FROM user_auth.people WHERE role = 'teacher'")
    second = await auth.seed_demo()
    assert [bool(account.password) for account in second.accounts] == [True, False, False, False]
    assert second.people == first.people
    assert _rows(database_url, "SELECT count(*) FROM user_auth.class_teachers") == [(1,)]


async def test_the_log_tells_what_happened_and_names_nobody(
    auth: UserAuth, clock: FakeClock, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    with capture_logs() as logs:
        person, tokens, principal = await signed_in(auth, student(display_name="Ada Lovelace"))
        for _ in range(6):
            with pytest.raises((WrongCredentialsError, TooManyTriesError)):
                await auth.sign_in(person.email, "not the password", address=HOME)
        newer = await auth.refresh(tokens.refresh_token)
        clock.advance(seconds=11)
        with pytest.raises(NotSignedInError):
            await auth.refresh(tokens.refresh_token)
        report = await auth.seed_demo()
        await auth.sign_out(principal)
        await auth.disable(person.id)
    who = {"person_id": str(person.id)}
    assert logs == [
        {"event": "person_signed_in", "log_level": "info", **who},
        {"event": "sign_in_throttled", "log_level": "warning", "retry_after_seconds": 900},
        {"event": "refresh_token_reused", "log_level": "warning", "session_id": str(principal.session_id), **who},
        {"event": "person_disabled", "log_level": "info", **who},
    ]
    printed = capsys.readouterr()
    logged = str(logs) + caplog.text + printed.out + printed.err
    secrets = [tokens.access_token, tokens.refresh_token, newer.refresh_token]
    passwords = [PASSWORD, "not the password", *(account.password for account in report.accounts)]
    for private in (person.email, "Ada Lovelace", HOME, "demo.vividly.example", *secrets, *passwords):
        assert private not in logged


async def test_an_unknown_email_takes_as_long_as_a_wrong_password(
    shared_database: SqlDatabase, clock: FakeClock
) -> None:
    """With a cost that outweighs the rest: a skipped hash would be far below half."""
    auth = _auth(shared_database, clock, rounds=4, memory_kib=19_456)
    person = await auth.add_person(student())
    passwordless = await auth.add_person(student(password=None))

    async def _cpu_seconds(email: str) -> float:
        taken = []
        for _ in range(2):
            begun = time.process_time()
            with pytest.raises(WrongCredentialsError):
                await auth.sign_in(email, "not the password", address=uuid4().hex)
            taken.append(time.process_time() - begun)
        return min(taken)

    wrong = await _cpu_seconds(person.email)
    for email in (f"{uuid4().hex}@pupils.example", "no e-mail at all", passwordless.email):
        assert await _cpu_seconds(email) > wrong / 2


async def test_a_database_that_is_down_is_named(clock: FakeClock) -> None:
    nowhere = SqlDatabase(url="postgresql://nobody:none@127.0.0.1:1/none")
    auth = _auth(nowhere, clock)
    with pytest.raises(DatabaseUnavailableError):
        await auth.sign_in("ada@pupils.example", PASSWORD, address=HOME)
    await nowhere.close()


async def test_the_migration_goes_up_and_down_and_matches_the_models(database_url: str) -> None:
    config = migrate.config_for("user_auth", database_url)
    command.check(config)
    command.downgrade(config, "base")
    left = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'user_auth'"
    assert _rows(database_url, left) == [("alembic_version",)]
    command.upgrade(config, "head")
    command.check(config)
