"""user_auth in memory: the same answers, without argon2, JWT or PostgreSQL."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from uuid import uuid4

from typing_extensions import override

from modules.kernel.interface import Clock, GradeLevel, PersonId, Transaction
from modules.user_auth.domain import (
    LOCAL_LEARNER_EMAIL,
    MAX_TRIES,
    MAX_TRIES_FROM_ADDRESS,
    MAX_TRIES_ON_ACCOUNT,
    POLICY,
    TRY_WINDOW,
    Policy,
    RefreshState,
    RefreshVerdict,
    checked_person,
    judge_refresh,
    normalised_email,
    person_of,
    scope_of,
    seconds_to_wait,
)
from modules.user_auth.interface import (
    Action,
    DemoAccount,
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
    SchoolId,
    Scope,
    SessionId,
    Tokens,
    TooManyTriesError,
    UnknownPersonError,
    UserAuth,
    WrongCredentialsError,
)
from tests.fakes.kernel import FakeClock

_ACCESS = timedelta(minutes=10)
_REFRESH = timedelta(days=30)


@dataclass
class _Session:
    id: SessionId
    person_id: PersonId
    expires_at: datetime
    ended: bool = False


@dataclass
class _Failure:
    account: str
    address: str
    at: datetime
    forgiven: bool = False


@dataclass
class _RefreshToken:
    session: _Session
    used_at: datetime | None = None


class FakeUserAuth(UserAuth):
    """A verified fake; `sign_in_as` signs in a test person in one call."""

    def __init__(self, *, clock: Clock | None = None, policy: Policy = POLICY) -> None:
        self._clock = clock or FakeClock()
        self._policy = policy
        self._people: dict[PersonId, Person] = {}
        self._passwords: dict[PersonId, str | None] = {}
        self._sessions: list[_Session] = []
        self._access: dict[str, tuple[_Session, datetime]] = {}
        self._refresh_tokens: dict[str, _RefreshToken] = {}
        self._failures: list[_Failure] = []
        self._schools: set[SchoolId] = set()
        self._classes: list[tuple[set[PersonId], set[PersonId]]] = []
        self._numbers = count(1)

    async def sign_in_as(
        self, role: Role, *, grade: int | None = None, school_id: SchoolId | None = None
    ) -> tuple[Person, Tokens]:
        """A new person of this role, signed in."""
        number = next(self._numbers)
        if school_id is not None:
            self._schools.add(school_id)
        new = NewPerson(
            email=f"person{number}@test.example",
            display_name=f"Person {number}",
            role=role,
            password=f"a long password {number}",
            grade=None if grade is None else GradeLevel(grade),
            school_id=school_id,
        )
        person = await self.add_person(new)
        return person, await self.sign_in(new.email, new.password or "", address="test")

    def put_in_class(self, *, teacher: PersonId, students: Collection[PersonId]) -> None:
        """A class of its own."""
        self._classes.append(({teacher}, set(students)))

    @override
    async def add_person(self, new: NewPerson, *, tx: Transaction | None = None) -> Person:
        email = checked_person(new)
        if new.school_id is not None and new.school_id not in self._schools:
            raise InvalidPersonError("school_id", "names no school")
        if self._by_email(email):
            raise EmailTakenError("somebody has this e-mail already")
        return self._keep(new, email)

    @override
    async def person(self, person_id: PersonId) -> Person:
        if person_id not in self._people:
            raise UnknownPersonError(f"no person has the id {person_id}")
        return self._people[person_id]

    @override
    async def disable(self, person_id: PersonId) -> None:
        self._people[person_id] = replace(await self.person(person_id), active=False)
        for session in self._sessions:
            session.ended = session.ended or session.person_id == person_id

    @override
    async def sign_in(self, email: str, password: str, *, address: str) -> Tokens:
        now = self._clock.now()
        account = normalised_email(email) or email
        self._check_tries(account, address, now)
        person = self._by_email(account)
        kept = self._passwords[person.id] if person else None
        if person is None or not person.active or kept is None or kept != password:
            self._failures.append(_Failure(account, address, now))
            raise WrongCredentialsError("wrong e-mail or password")
        for failure in self._failures:
            failure.forgiven = failure.forgiven or (failure.account, failure.address) == (account, address)
        session = _Session(id=SessionId(uuid4()), person_id=person.id, expires_at=now + _REFRESH)
        self._sessions.append(session)
        return self._issue(session)

    @override
    async def refresh(self, refresh_token: str) -> Tokens:
        now = self._clock.now()
        token = self._refresh_tokens.get(refresh_token)
        verdict = judge_refresh(self._state(token), now)
        if token is None or verdict is RefreshVerdict.REFUSE:
            raise NotSignedInError("the session has ended; sign in again")
        if verdict is RefreshVerdict.END_SESSION:
            token.session.ended = True
            raise NotSignedInError("the session has ended; sign in again")
        token.used_at = token.used_at or now
        token.session.expires_at = now + _REFRESH
        return self._issue(token.session)

    @override
    async def sign_out(self, principal: Principal) -> None:
        for session in self._sessions:
            session.ended = session.ended or session.id == principal.session_id

    @override
    async def authenticate(self, access_token: str) -> Principal:
        session, expires_at = self._access.get(access_token, (None, self._clock.now()))
        if session is None or not self._alive(session) or expires_at <= self._clock.now():
            raise NotSignedInError("the session has ended; sign in again")
        person = self._people[session.person_id]
        return Principal(person_id=person.id, role=person.role, session_id=session.id, school_id=person.school_id)

    @override
    async def authorise(self, principal: Principal, action: Action, *, owners: Collection[PersonId] = ()) -> None:
        scope = scope_of(self._policy, action, principal)
        if scope is Scope.NONE:
            raise NotAllowedError(f"a {principal.role} may not {action}")
        if owners and not any(self._reaches(scope, principal, owner) for owner in owners):
            raise NotYoursError("there is no such thing for you")

    @override
    async def local_learner(self) -> PersonId:
        found = self._by_email(LOCAL_LEARNER_EMAIL)
        new = NewPerson(email=LOCAL_LEARNER_EMAIL, display_name="This computer", role=Role.STUDENT, password=None)
        return (found or self._keep(new, LOCAL_LEARNER_EMAIL)).id

    @override
    async def seed_demo(self) -> DemoReport:
        new = self._by_email("teacher@demo.vividly.example") is None
        if new:
            self._fill_demo_school()
        accounts = tuple(
            DemoAccount(
                email=person.email,
                display_name=person.display_name,
                role=person.role,
                password=(self._passwords[person.id] or "") if new else "",
            )
            for person in self._people.values()
            if person.email.endswith("@demo.vividly.example")
        )
        return DemoReport(districts=1, schools=1, classes=1, people=len(accounts), accounts=accounts)

    def _check_tries(self, account: str, address: str, now: datetime) -> None:
        recent = [one for one in self._failures if one.at > now - TRY_WINDOW]
        on_account = [one for one in recent if one.account == account]
        pair = [one for one in on_account if one.address == address and not one.forgiven]
        from_address = [one for one in recent if one.address == address]
        limits = ((pair, MAX_TRIES), (on_account, MAX_TRIES_ON_ACCOUNT), (from_address, MAX_TRIES_FROM_ADDRESS))
        full = [failures[-limit].at for failures, limit in limits if len(failures) >= limit]
        if full:
            raise TooManyTriesError(seconds_to_wait(max(full), now))

    def _fill_demo_school(self) -> None:
        school_id = SchoolId(uuid4())
        self._schools.add(school_id)
        roles = [("teacher", Role.TEACHER, None), *((f"student{n}", Role.STUDENT, GradeLevel(n)) for n in (8, 10, 12))]
        people = [
            NewPerson(
                email=f"{name}@demo.vividly.example",
                display_name=f"Demo {name}",
                role=role,
                password=f"demo password {uuid4()}",
                grade=grade,
                school_id=school_id,
            )
            for name, role, grade in roles
        ]
        teacher, *students = [self._keep(new, new.email).id for new in people]
        self.put_in_class(teacher=teacher, students=students)

    def _keep(self, new: NewPerson, email: str) -> Person:
        person = person_of(new, email=email, has_password=new.password is not None)
        self._people[person.id] = person
        self._passwords[person.id] = new.password
        return person

    def _by_email(self, email: str) -> Person | None:
        return next((person for person in self._people.values() if person.email == email), None)

    def _issue(self, session: _Session) -> Tokens:
        number, now = next(self._numbers), self._clock.now()
        tokens = Tokens(
            access_token=f"access-{number}",
            access_expires_at=now + _ACCESS,
            refresh_token=f"refresh-{number}",
            refresh_expires_at=session.expires_at,
        )
        self._access[tokens.access_token] = (session, tokens.access_expires_at)
        self._refresh_tokens[tokens.refresh_token] = _RefreshToken(session)
        return tokens

    def _alive(self, session: _Session) -> bool:
        return not session.ended and session.expires_at > self._clock.now() and self._people[session.person_id].active

    def _state(self, token: _RefreshToken | None) -> RefreshState | None:
        if token is None:
            return None
        return RefreshState(
            session_id=token.session.id,
            person_id=token.session.person_id,
            token_version=1,
            used_at=token.used_at,
            live=self._alive(token.session),
        )

    def _reaches(self, scope: Scope, principal: Principal, owner: PersonId) -> bool:
        if scope is Scope.ANY or owner == principal.person_id:
            return True
        if scope is Scope.CLASS:
            return any(principal.person_id in teachers and owner in students for teachers, students in self._classes)
        found = self._people.get(owner)
        return scope is Scope.SCHOOL and found is not None and found.school_id == principal.school_id
