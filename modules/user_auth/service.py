"""The use cases of user_auth."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

import structlog
from typing_extensions import override

from modules.kernel.interface import Clock, Database, PersonId, Transaction
from modules.user_auth.domain import (
    LOCAL_LEARNER_EMAIL,
    AccessClaims,
    Credentials,
    Policy,
    RefreshVerdict,
    Reservation,
    TryKeys,
    checked_person,
    judge_refresh,
    normalised_email,
    person_of,
    scope_of,
    seconds_to_wait,
    token_hash,
    try_keys,
)
from modules.user_auth.interface import (
    Action,
    DemoReport,
    EmailTakenError,
    InvalidPersonError,
    NewPerson,
    NotAllowedError,
    NotSignedInError,
    NotYoursError,
    Person,
    Principal,
    Role,
    Scope,
    SessionId,
    Tokens,
    TooManyTriesError,
    UnknownPersonError,
    UserAuth,
    WrongCredentialsError,
)
from modules.user_auth.local.access_tokens import AccessTokens
from modules.user_auth.local.passwords import Passwords
from modules.user_auth.pipeline.demo_seed import DemoSeed
from modules.user_auth.repository import PeopleRepository, SessionRepository, TryRepository

_log: Final = structlog.get_logger(__name__)
_REFRESH_BYTES: Final = 32
_NOT_SIGNED_IN: Final = "the session has ended; sign in again"


class UserAuthService(UserAuth):
    """People and permissions, on PostgreSQL."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        people: PeopleRepository,
        sessions: SessionRepository,
        tries: TryRepository,
        demo: DemoSeed,
        passwords: Passwords,
        access_tokens: AccessTokens,
        try_secret: bytes,
        refresh_days: int,
        policy: Policy,
    ) -> None:
        self._database = database
        self._clock = clock
        self._people = people
        self._sessions = sessions
        self._tries = tries
        self._demo = demo
        self._passwords = passwords
        self._access_tokens = access_tokens
        self._try_secret = try_secret
        self._refresh_lifetime = timedelta(days=refresh_days)
        self._policy = policy

    @override
    async def add_person(self, new: NewPerson, *, tx: Transaction | None = None) -> Person:
        email = checked_person(new)
        password_hash = None if new.password is None else await self._passwords.hash(new.password)
        if tx is not None:
            return await self._add(new, email=email, password_hash=password_hash, tx=tx)
        async with self._database.transaction() as own:
            return await self._add(new, email=email, password_hash=password_hash, tx=own)

    async def _add(self, new: NewPerson, *, email: str, password_hash: str | None, tx: Transaction) -> Person:
        if new.school_id is not None and not await self._people.school_exists(new.school_id, tx=tx):
            raise InvalidPersonError("school_id", "names no school")
        person = person_of(new, email=email, has_password=password_hash is not None)
        if not await self._people.add(person, password_hash=password_hash, now=self._clock.now(), tx=tx):
            raise EmailTakenError("somebody has this e-mail already")
        return person

    @override
    async def person(self, person_id: PersonId) -> Person:
        async with self._database.transaction() as tx:
            found = await self._people.by_id(person_id, tx=tx)
        if found is None:
            raise UnknownPersonError(f"no person has the id {person_id}")
        return found

    @override
    async def disable(self, person_id: PersonId) -> None:
        async with self._database.transaction() as tx:
            found = await self._people.disable(person_id, tx=tx)
            await self._sessions.end_all(person_id, now=self._clock.now(), tx=tx)
        if not found:
            raise UnknownPersonError(f"no person has the id {person_id}")
        _log.info("person_disabled", person_id=str(person_id))

    @override
    async def sign_in(self, email: str, password: str, *, address: str) -> Tokens:
        keys = try_keys(email, address, self._try_secret)
        found, reserved = await self._begin_try(normalised_email(email), keys)
        # Hashed outside a transaction, and whether the person exists or not: the time tells nothing.
        right = await self._passwords.matches(password, found.password_hash if found else None)
        if found is None or not right or not found.active:
            raise WrongCredentialsError("wrong e-mail or password")
        async with self._database.transaction() as tx:
            await self._tries.forget(keys, reserved, tx=tx)
            tokens = await self._open_session(found.person_id, tx)
        if tokens is None:
            raise WrongCredentialsError("wrong e-mail or password")
        _log.info("person_signed_in", person_id=str(found.person_id))
        return tokens

    async def _begin_try(self, email: str | None, keys: TryKeys) -> tuple[Credentials | None, Reservation]:
        now = self._clock.now()
        async with self._database.transaction() as tx:
            reserved = await self._tries.reserve(keys, now=now, tx=tx)
            found = await self._people.credentials(email, tx=tx) if email else None
        if reserved.full_since is not None:
            wait = seconds_to_wait(reserved.full_since, now)
            _log.warning("sign_in_throttled", retry_after_seconds=wait)
            raise TooManyTriesError(wait)
        return found, reserved

    async def _open_session(self, person_id: PersonId, tx: Transaction) -> Tokens | None:
        now = self._clock.now()
        session_id = SessionId(uuid4())
        expires_at = now + self._refresh_lifetime
        version = await self._sessions.open(session_id, person_id, now=now, expires_at=expires_at, tx=tx)
        if version is None:
            return None
        claims = AccessClaims(person_id=person_id, session_id=session_id, token_version=version)
        return await self._issue(claims, refresh_expires_at=expires_at, tx=tx)

    async def _issue(self, claims: AccessClaims, *, refresh_expires_at: datetime, tx: Transaction) -> Tokens:
        refresh_token = secrets.token_urlsafe(_REFRESH_BYTES)
        await self._sessions.add_token(token_hash(refresh_token), claims.session_id, now=self._clock.now(), tx=tx)
        access_token, access_expires_at = self._access_tokens.issue(claims)
        return Tokens(
            access_token=access_token,
            access_expires_at=access_expires_at,
            refresh_token=refresh_token,
            refresh_expires_at=refresh_expires_at,
        )

    @override
    async def refresh(self, refresh_token: str) -> Tokens:
        async with self._database.transaction() as tx:
            tokens = await self._refresh(token_hash(refresh_token), tx)
        # Raised after the commit: the end of a session whose token was used twice must stay.
        if tokens is None:
            raise NotSignedInError(_NOT_SIGNED_IN)
        return tokens

    async def _refresh(self, shown: bytes, tx: Transaction) -> Tokens | None:
        now = self._clock.now()
        state = await self._sessions.shown(shown, now=now, tx=tx)
        verdict = judge_refresh(state, now)
        if state is None or verdict is RefreshVerdict.REFUSE:
            return None
        if verdict is RefreshVerdict.END_SESSION:
            await self._sessions.end(state.session_id, now=now, tx=tx)
            _log.warning("refresh_token_reused", person_id=str(state.person_id), session_id=str(state.session_id))
            return None
        await self._sessions.mark_used(shown, now=now, tx=tx)
        expires_at = now + self._refresh_lifetime
        await self._sessions.prolong(state.session_id, expires_at=expires_at, tx=tx)
        claims = AccessClaims(person_id=state.person_id, session_id=state.session_id, token_version=state.token_version)
        return await self._issue(claims, refresh_expires_at=expires_at, tx=tx)

    @override
    async def sign_out(self, principal: Principal) -> None:
        async with self._database.transaction() as tx:
            await self._sessions.end(principal.session_id, now=self._clock.now(), tx=tx)

    @override
    async def authenticate(self, access_token: str) -> Principal:
        claims = self._access_tokens.read(access_token)
        async with self._database.transaction() as tx:
            principal = await self._sessions.principal(claims, now=self._clock.now(), tx=tx)
        if principal is None:
            raise NotSignedInError(_NOT_SIGNED_IN)
        return principal

    @override
    async def authorise(self, principal: Principal, action: Action, *, owners: Collection[PersonId] = ()) -> None:
        scope = scope_of(self._policy, action, principal)
        if scope is Scope.NONE:
            raise NotAllowedError(f"a {principal.role} may not {action}")
        if not owners or scope is Scope.ANY or principal.person_id in owners:
            return
        if scope is not Scope.OWN:
            async with self._database.transaction() as tx:
                if await self._people.any_in_scope(scope, principal, owners, tx=tx):
                    return
        raise NotYoursError("there is no such thing for you")

    @override
    async def local_learner(self) -> PersonId:
        async with self._database.transaction() as tx:
            found = await self._people.by_email(LOCAL_LEARNER_EMAIL, tx=tx)
            if found is None:
                found = await self._add_local_learner(tx)
        return found.id

    async def _add_local_learner(self, tx: Transaction) -> Person:
        new = NewPerson(email=LOCAL_LEARNER_EMAIL, display_name="This computer", role=Role.STUDENT, password=None)
        person = person_of(new, email=new.email, has_password=False)
        if await self._people.add(person, password_hash=None, now=self._clock.now(), tx=tx):
            return person
        # Another process was quicker by a moment.
        found = await self._people.by_email(LOCAL_LEARNER_EMAIL, tx=tx)
        if found is None:
            raise UnknownPersonError("the local learner vanished while it was made")
        return found

    @override
    async def seed_demo(self) -> DemoReport:
        async with self._database.transaction() as tx:
            return await self._demo.run(tx)
