"""SQL of user_auth; takes an open transaction, returns values."""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from modules.kernel.database import session_of
from modules.kernel.interface import GradeLevel, PersonId, Transaction
from modules.user_auth.domain import (
    TRY_WINDOW,
    AccessClaims,
    Credentials,
    RefreshState,
    Reservation,
    TryKeys,
)
from modules.user_auth.interface import ClassId, Person, Principal, SchoolId, Scope, SessionId
from modules.user_auth.models import (
    ClassRow,
    ClassTeacherRow,
    DistrictRow,
    EnrolmentRow,
    PersonRow,
    RefreshTokenRow,
    SchoolRow,
    SessionRow,
    SignInFailureRow,
)

_SWEPT_AT_ONCE: Final = 100
_SEED_LOCK: Final = 4_207_101


class PeopleRepository:
    """People, and whom each may reach."""

    async def add(self, person: Person, *, password_hash: str | None, now: datetime, tx: Transaction) -> bool:
        """False when somebody has the e-mail; the transaction stays usable."""
        added = await session_of(tx).scalar(
            insert(PersonRow)
            .values(
                id=person.id,
                email=person.email,
                display_name=person.display_name,
                role=person.role,
                grade=person.grade,
                school_id=person.school_id,
                password_hash=password_hash,
                active=person.active,
                token_version=1,
                created_at=now,
            )
            .on_conflict_do_nothing(index_elements=[PersonRow.email])
            .returning(PersonRow.id)
        )
        return added is not None

    async def by_id(self, person_id: PersonId, *, tx: Transaction) -> Person | None:
        row = await session_of(tx).get(PersonRow, person_id)
        return None if row is None else _person(row)

    async def by_email(self, email: str, *, tx: Transaction) -> Person | None:
        row = await session_of(tx).scalar(sa.select(PersonRow).where(PersonRow.email == email))
        return None if row is None else _person(row)

    async def credentials(self, email: str, *, tx: Transaction) -> Credentials | None:
        row = await session_of(tx).scalar(sa.select(PersonRow).where(PersonRow.email == email))
        if row is None:
            return None
        return Credentials(person_id=PersonId(row.id), password_hash=row.password_hash, active=row.active)

    async def disable(self, person_id: PersonId, *, tx: Transaction) -> bool:
        """False when there is no such person."""
        changed = await session_of(tx).scalar(
            sa.update(PersonRow)
            .where(PersonRow.id == person_id)
            .values(active=False, token_version=PersonRow.token_version + 1)
            .returning(PersonRow.id)
        )
        return changed is not None

    async def school_exists(self, school_id: SchoolId, *, tx: Transaction) -> bool:
        # Locked: it cannot go before the person who points at it is written.
        found = await session_of(tx).scalar(
            sa.select(SchoolRow.id).where(SchoolRow.id == school_id).with_for_update(read=True, key_share=True)
        )
        return found is not None

    async def any_in_scope(
        self, scope: Scope, principal: Principal, owners: Collection[PersonId], *, tx: Transaction
    ) -> bool:
        """Whether one of the owners is in the principal's classes or school."""
        if scope is Scope.CLASS:
            reached = (
                sa.select(EnrolmentRow.student_id)
                .join(ClassTeacherRow, ClassTeacherRow.class_id == EnrolmentRow.class_id)
                .where(ClassTeacherRow.teacher_id == principal.person_id, EnrolmentRow.student_id.in_(owners))
            )
        else:
            reached = sa.select(PersonRow.id).where(
                PersonRow.school_id == principal.school_id, PersonRow.id.in_(owners)
            )
        return bool(await session_of(tx).scalar(sa.select(reached.exists())))


class SessionRepository:
    """Sessions and their refresh tokens."""

    async def open(
        self, session_id: SessionId, person_id: PersonId, *, now: datetime, expires_at: datetime, tx: Transaction
    ) -> int | None:
        """The person's token version; None when they were disabled meanwhile."""
        session = session_of(tx)
        version = await session.scalar(
            sa.select(PersonRow.token_version)
            .where(PersonRow.id == person_id, PersonRow.active)
            .with_for_update(key_share=True)
        )
        if version is None:
            return None
        await session.execute(
            sa.delete(SessionRow).where(SessionRow.person_id == person_id, SessionRow.expires_at < now)
        )
        await session.execute(
            sa.insert(SessionRow).values(id=session_id, person_id=person_id, created_at=now, expires_at=expires_at)
        )
        return version

    async def principal(self, claims: AccessClaims, *, now: datetime, tx: Transaction) -> Principal | None:
        """Who these claims are, as the database has it now; None unless the session lives."""
        row = (
            await session_of(tx).execute(
                sa.select(PersonRow.role, PersonRow.school_id)
                .join(SessionRow, SessionRow.person_id == PersonRow.id)
                .where(
                    SessionRow.id == claims.session_id,
                    PersonRow.id == claims.person_id,
                    PersonRow.token_version == claims.token_version,
                    *_alive(now),
                )
            )
        ).one_or_none()
        if row is None:
            return None
        return Principal(
            person_id=claims.person_id,
            role=row.role,
            session_id=claims.session_id,
            school_id=None if row.school_id is None else SchoolId(row.school_id),
        )

    async def prolong(self, session_id: SessionId, *, expires_at: datetime, tx: Transaction) -> None:
        await session_of(tx).execute(
            sa.update(SessionRow).where(SessionRow.id == session_id).values(expires_at=expires_at)
        )

    async def end(self, session_id: SessionId, *, now: datetime, tx: Transaction) -> None:
        await session_of(tx).execute(
            sa.update(SessionRow)
            .where(SessionRow.id == session_id, SessionRow.revoked_at.is_(None))
            .values(revoked_at=now)
        )

    async def end_all(self, person_id: PersonId, *, now: datetime, tx: Transaction) -> None:
        await session_of(tx).execute(
            sa.update(SessionRow)
            .where(SessionRow.person_id == person_id, SessionRow.revoked_at.is_(None))
            .values(revoked_at=now)
        )

    async def add_token(self, token_hash: bytes, session_id: SessionId, *, now: datetime, tx: Transaction) -> None:
        await session_of(tx).execute(
            sa.insert(RefreshTokenRow).values(token_hash=token_hash, session_id=session_id, issued_at=now)
        )

    async def shown(self, token_hash: bytes, *, now: datetime, tx: Transaction) -> RefreshState | None:
        """The state of a refresh token; None when there is no such token."""
        row = (
            await session_of(tx).execute(
                sa.select(
                    SessionRow.id.label("session_id"),
                    PersonRow.id.label("person_id"),
                    PersonRow.token_version,
                    RefreshTokenRow.used_at,
                    sa.and_(*_alive(now)).label("live"),
                )
                .join(SessionRow, SessionRow.person_id == PersonRow.id)
                .join(RefreshTokenRow, RefreshTokenRow.session_id == SessionRow.id)
                .where(RefreshTokenRow.token_hash == token_hash)
            )
        ).one_or_none()
        if row is None:
            return None
        return RefreshState(
            session_id=SessionId(row.session_id),
            person_id=PersonId(row.person_id),
            token_version=row.token_version,
            used_at=row.used_at,
            live=row.live,
        )

    async def mark_used(self, token_hash: bytes, *, now: datetime, tx: Transaction) -> None:
        """The first use counts; the grace is not extended by further ones."""
        await session_of(tx).execute(
            sa.update(RefreshTokenRow)
            .where(RefreshTokenRow.token_hash == token_hash, RefreshTokenRow.used_at.is_(None))
            .values(used_at=now)
        )


class TryRepository:
    """Failed sign-ins."""

    async def reserve(self, keys: TryKeys, *, now: datetime, tx: Transaction) -> Reservation:
        """Counts a try as failed before it is made, unless one of its limits is full already.

        Counting first, under a lock, is what keeps fifty tries at once from slipping through together. A refused
        try is not counted, so that nobody is kept out for longer than the window by trying on.
        """
        # The account before the address, always: two tries cannot wait for each other.
        for key in (keys.account, keys.address):
            await self._lock(key, tx)
        full = [await self._full_since(key, limit, now, tx) for key, limit in keys.limits]
        latest = max((since for since in full if since is not None), default=None)
        if latest is not None:
            return Reservation(full_since=latest)
        await self._sweep(now, tx)
        rows = [{"key_hash": key, "tried_at": now} for key, _ in keys.limits]
        added = await session_of(tx).scalars(sa.insert(SignInFailureRow).values(rows).returning(SignInFailureRow.id))
        return Reservation(rows=tuple(added))

    async def forget(self, keys: TryKeys, reserved: Reservation, *, tx: Transaction) -> None:
        """Forgets the account's failures from this address, and this try everywhere.

        The wider limits keep the other failures: a thief's own account must not wipe out what they tried on others.
        """
        await session_of(tx).execute(
            sa.delete(SignInFailureRow).where(
                sa.or_(SignInFailureRow.key_hash == keys.pair, SignInFailureRow.id.in_(reserved.rows))
            )
        )

    async def _lock(self, key: bytes, tx: Transaction) -> None:
        number = int.from_bytes(key[:8], "big", signed=True)
        await session_of(tx).execute(sa.select(sa.func.pg_advisory_xact_lock(number)))

    async def _full_since(self, key: bytes, limit: int, now: datetime, tx: Transaction) -> datetime | None:
        """The time of the failure that has to leave the window first; None while there is room."""
        return await session_of(tx).scalar(
            sa.select(SignInFailureRow.tried_at)
            .where(SignInFailureRow.key_hash == key, SignInFailureRow.tried_at > now - TRY_WINDOW)
            .order_by(SignInFailureRow.tried_at.desc())
            .offset(limit - 1)
            .limit(1)
        )

    async def _sweep(self, now: datetime, tx: Transaction) -> None:
        stale = (
            sa.select(SignInFailureRow.id)
            .where(SignInFailureRow.tried_at <= now - TRY_WINDOW)
            .limit(_SWEPT_AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        await session_of(tx).execute(sa.delete(SignInFailureRow).where(SignInFailureRow.id.in_(stale)))


class OrganisationRepository:
    """Districts, schools and classes, each made when missing and found by its name."""

    async def lock_seed(self, *, tx: Transaction) -> None:
        """One seed at a time, until the transaction ends."""
        await session_of(tx).execute(sa.select(sa.func.pg_advisory_xact_lock(_SEED_LOCK)))

    async def district(self, name: str, *, now: datetime, tx: Transaction) -> UUID:
        session = session_of(tx)
        await session.execute(
            insert(DistrictRow).values(id=uuid4(), name=name, created_at=now).on_conflict_do_nothing()
        )
        return (await session.scalars(sa.select(DistrictRow.id).where(DistrictRow.name == name))).one()

    async def school(self, district_id: UUID, name: str, *, now: datetime, tx: Transaction) -> SchoolId:
        session = session_of(tx)
        await session.execute(
            insert(SchoolRow)
            .values(id=uuid4(), district_id=district_id, name=name, created_at=now)
            .on_conflict_do_nothing()
        )
        found = sa.select(SchoolRow.id).where(SchoolRow.district_id == district_id, SchoolRow.name == name)
        return SchoolId((await session.scalars(found)).one())

    async def school_class(self, school_id: SchoolId, name: str, *, now: datetime, tx: Transaction) -> ClassId:
        session = session_of(tx)
        await session.execute(
            insert(ClassRow).values(id=uuid4(), school_id=school_id, name=name, created_at=now).on_conflict_do_nothing()
        )
        found = sa.select(ClassRow.id).where(ClassRow.school_id == school_id, ClassRow.name == name)
        return ClassId((await session.scalars(found)).one())

    async def put_in_class(
        self, class_id: ClassId, *, teacher: PersonId, students: Collection[PersonId], tx: Transaction
    ) -> None:
        session = session_of(tx)
        await session.execute(
            insert(ClassTeacherRow).values(class_id=class_id, teacher_id=teacher).on_conflict_do_nothing()
        )
        rows = [{"class_id": class_id, "student_id": student} for student in students]
        await session.execute(insert(EnrolmentRow).values(rows).on_conflict_do_nothing())

    async def size_of(self, district_id: UUID, *, tx: Transaction) -> tuple[int, int]:
        """How many schools and classes a district has."""
        schools = sa.select(SchoolRow.id).where(SchoolRow.district_id == district_id)
        classes = sa.select(ClassRow.id).where(ClassRow.school_id.in_(schools))
        counts = sa.select(
            sa.select(sa.func.count()).select_from(schools.subquery()).scalar_subquery(),
            sa.select(sa.func.count()).select_from(classes.subquery()).scalar_subquery(),
        )
        found = (await session_of(tx).execute(counts)).one()
        return found[0], found[1]


def _alive(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (SessionRow.revoked_at.is_(None), SessionRow.expires_at > now, PersonRow.active.is_(True))


def _person(row: PersonRow) -> Person:
    return Person(
        id=PersonId(row.id),
        email=row.email,
        display_name=row.display_name,
        role=row.role,
        grade=None if row.grade is None else GradeLevel(row.grade),
        school_id=None if row.school_id is None else SchoolId(row.school_id),
        active=row.active,
        has_password=row.password_hash is not None,
    )
