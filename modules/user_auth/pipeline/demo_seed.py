"""A small school to try things out with."""

import secrets
from typing import Final

from modules.kernel.interface import Clock, GradeLevel, PersonId, Transaction
from modules.user_auth.domain import person_of
from modules.user_auth.interface import DemoAccount, DemoReport, NewPerson, Role, SchoolId
from modules.user_auth.local.passwords import Passwords
from modules.user_auth.repository import OrganisationRepository, PeopleRepository

_DISTRICT: Final = "Demo District"
_SCHOOL: Final = "Demo School"
_CLASS: Final = "Demo Class"
_DOMAIN: Final = "demo.vividly.example"
_GRADES: Final = (8, 10, 12)

# Without the characters that are mistaken for one another when read aloud or off a screen; 79 bits in all.
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS: Final = 4
_GROUP_LENGTH: Final = 4


class DemoSeed:
    """Makes what is missing of the demo school, and nothing twice."""

    def __init__(
        self, *, clock: Clock, people: PeopleRepository, organisations: OrganisationRepository, passwords: Passwords
    ) -> None:
        self._clock = clock
        self._people = people
        self._organisations = organisations
        self._passwords = passwords

    async def run(self, tx: Transaction) -> DemoReport:
        now = self._clock.now()
        await self._organisations.lock_seed(tx=tx)
        district_id = await self._organisations.district(_DISTRICT, now=now, tx=tx)
        school_id = await self._organisations.school(district_id, _SCHOOL, now=now, tx=tx)
        class_id = await self._organisations.school_class(school_id, _CLASS, now=now, tx=tx)
        people = [await self._ensure(new, tx) for new in demo_people(school_id)]
        (teacher, *students), accounts = zip(*people, strict=True)
        await self._organisations.put_in_class(class_id, teacher=teacher, students=students, tx=tx)
        schools, classes = await self._organisations.size_of(district_id, tx=tx)
        return DemoReport(districts=1, schools=schools, classes=classes, people=len(people), accounts=accounts)

    async def _ensure(self, new: NewPerson, tx: Transaction) -> tuple[PersonId, DemoAccount]:
        person = await self._people.by_email(new.email, tx=tx)
        password = ""
        if person is None:
            password = readable_password()
            person = person_of(new, email=new.email, has_password=True)
            password_hash = await self._passwords.hash(password)
            await self._people.add(person, password_hash=password_hash, now=self._clock.now(), tx=tx)
        account = DemoAccount(email=new.email, display_name=new.display_name, role=new.role, password=password)
        return person.id, account


def demo_people(school_id: SchoolId) -> list[NewPerson]:
    """The teacher, then the students."""
    teacher = NewPerson(
        email=f"teacher@{_DOMAIN}",
        display_name="Demo Teacher",
        role=Role.TEACHER,
        password=None,
        school_id=school_id,
    )
    students = [
        NewPerson(
            email=f"student{grade}@{_DOMAIN}",
            display_name=f"Demo Student, grade {grade}",
            role=Role.STUDENT,
            password=None,
            grade=GradeLevel(grade),
            school_id=school_id,
        )
        for grade in _GRADES
    ]
    return [teacher, *students]


def readable_password() -> str:
    """Four groups of four, such as `k7mw-3xpq-hd9t-fe2v`."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))
    return "-".join(groups)
