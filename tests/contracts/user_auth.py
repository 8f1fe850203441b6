"""What every UserAuth does, the real one and the fake."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import uuid4

import pytest

from modules.kernel.interface import GradeLevel, PersonId
from modules.user_auth.interface import (
    Action,
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
    Tokens,
    TooManyTriesError,
    UnknownPersonError,
    UserAuth,
    WeakPasswordError,
    WrongCredentialsError,
)
from tests.fakes.kernel import FakeClock

PASSWORD = "a plain long sentence"
HOME = "192.0.2.7"


def unused_address() -> str:
    """An address from which nobody has tried: tests share a database, and failures are counted by address."""
    return f"2001:db8::{uuid4().hex}"


def student(**changes: object) -> NewPerson:
    """A new student whom no other test knows."""
    new = NewPerson(email=f"{uuid4().hex}@pupils.example", display_name="Ada", role=Role.STUDENT, password=PASSWORD)
    return replace(new, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True)
class DemoSchool:
    """The seeded people, signed in."""

    school_id: SchoolId
    teacher: Principal
    students: list[Principal]


async def signed_in(auth: UserAuth, new: NewPerson) -> tuple[Person, Tokens, Principal]:
    """Adds a person and signs them in."""
    person = await auth.add_person(new)
    tokens = await auth.sign_in(new.email, new.password or "", address=HOME)
    return person, tokens, await auth.authenticate(tokens.access_token)


async def demo_school(auth: UserAuth) -> DemoSchool:
    """Seeds the demo school, which must not have been seeded before, and signs everybody in."""
    people = []
    for account in (await auth.seed_demo()).accounts:
        tokens = await auth.sign_in(account.email, account.password, address=HOME)
        people.append(await auth.authenticate(tokens.access_token))
    teachers = [one for one in people if one.role is Role.TEACHER]
    assert teachers[0].school_id is not None
    return DemoSchool(
        school_id=teachers[0].school_id,
        teacher=teachers[0],
        students=[one for one in people if one.role is Role.STUDENT],
    )


class UserAuthContract:
    """Needs the fixtures `auth`, `fresh_auth` (holds nobody yet), `auth_without` (a row of the policy) and `clock`."""

    @pytest.mark.parametrize("role", list(Role))
    async def test_a_person_of_each_role_signs_in(self, auth: UserAuth, role: Role) -> None:
        person, tokens, principal = await signed_in(auth, student(role=role))
        assert (principal.person_id, principal.role, principal.school_id) == (person.id, role, None)
        assert await auth.person(person.id) == person
        assert tokens.access_token != tokens.refresh_token

    async def test_a_student_keeps_their_grade(self, auth: UserAuth) -> None:
        person = await auth.add_person(student(grade=GradeLevel(10), password=None))
        assert (person.grade, person.has_password, person.active) == (10, False, True)
        assert await auth.person(person.id) == person

    async def test_an_email_is_one_whatever_its_case_and_width(self, auth: UserAuth) -> None:
        home = unused_address()
        name = uuid4().hex
        person = await auth.add_person(student(email=f" {name.upper()}@Pupils.Example "))
        assert person.email == f"{name}@pupils.example"
        await auth.sign_in(f"{name}@PUPILS.EXAMPLE", PASSWORD, address=home)
        await auth.sign_in(f"{name}\N{FULLWIDTH COMMERCIAL AT}pupils.example", PASSWORD, address=home)
        with pytest.raises(EmailTakenError):
            await auth.add_person(student(email=f"{name.upper()}@pupils.example"))

    @pytest.mark.parametrize(
        "email",
        [
            "",
            "ada",
            "ada@",
            "@pupils.example",
            "ada@pupils",
            "a da@pupils.example",
            "ada\0@pupils.example",
            "ada@@pupils.example",
            "ada@pupils.example\nx",
            "a" * 255 + "@pupils.example",
            "\ud800@pupils.example",
            "local@this-computer.invalid",
        ],
    )
    async def test_what_is_no_email_is_refused_and_signs_nobody_in(self, auth: UserAuth, email: str) -> None:
        home = unused_address()
        with pytest.raises(InvalidPersonError) as caught:
            await auth.add_person(student(email=email))
        assert caught.value.field == "email"
        with pytest.raises(WrongCredentialsError):
            await auth.sign_in(email, PASSWORD, address=home)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("display_name", " "),
            ("display_name", "x" * 201),
            ("display_name", "A\0da"),
            ("grade", 5),
            ("grade", 13),
            ("school_id", uuid4()),
        ],
    )
    async def test_a_bad_field_is_named(self, auth: UserAuth, field: str, value: object) -> None:
        with pytest.raises(InvalidPersonError) as caught:
            await auth.add_person(student(**{field: value}))
        assert caught.value.field == field

    async def test_only_students_have_a_grade(self, auth: UserAuth) -> None:
        with pytest.raises(InvalidPersonError):
            await auth.add_person(student(role=Role.TEACHER, grade=GradeLevel(9)))

    @pytest.mark.parametrize("password", ["", "7 chars", "x" * 257, "Password123", "qwertyuiop"])
    async def test_a_weak_password_is_refused(self, auth: UserAuth, password: str) -> None:
        with pytest.raises(WeakPasswordError):
            await auth.add_person(student(password=password))

    @pytest.mark.parametrize("password", ["8 chars!", "\N{SNOWMAN}" * 256, "nul \0 and \ud800 half"])
    async def test_any_characters_make_a_password(self, auth: UserAuth, password: str) -> None:
        await signed_in(auth, student(password=password))

    @pytest.mark.parametrize("password", ["", PASSWORD + "x", PASSWORD.upper(), PASSWORD[:-1], "x" * 100_000])
    async def test_a_wrong_password_is_refused(self, auth: UserAuth, password: str) -> None:
        home = unused_address()
        person = await auth.add_person(student())
        with pytest.raises(WrongCredentialsError):
            await auth.sign_in(person.email, password, address=home)

    async def test_an_unknown_email_gets_the_answer_of_a_wrong_password(self, auth: UserAuth) -> None:
        home = unused_address()
        person = await auth.add_person(student())
        passwordless = await auth.add_person(student(password=None))
        answers = set()
        for email in (person.email, passwordless.email, f"{uuid4().hex}@pupils.example"):
            with pytest.raises(WrongCredentialsError) as caught:
                await auth.sign_in(email, "not the password", address=home)
            answers.add(str(caught.value))
        assert len(answers) == 1

    @pytest.mark.parametrize("known", [True, False])
    async def test_five_failures_close_the_account_to_that_address(
        self, auth: UserAuth, clock: FakeClock, known: bool
    ) -> None:
        home = unused_address()
        new = student()
        if known:
            await auth.add_person(new)
        for _ in range(5):
            with pytest.raises(WrongCredentialsError):
                await auth.sign_in(new.email, "not the password", address=home)
            clock.advance(minutes=1)
        with pytest.raises(TooManyTriesError) as caught:
            await auth.sign_in(new.email.upper(), PASSWORD, address=home)
        assert caught.value.retry_after_seconds == 10 * 60
        with pytest.raises(WrongCredentialsError):
            await auth.sign_in(new.email, "not the password", address="192.0.2.8")

    async def test_twenty_failures_from_anywhere_close_the_account(self, auth: UserAuth, clock: FakeClock) -> None:
        person = await auth.add_person(student())
        for n in range(20):
            with pytest.raises(WrongCredentialsError):
                await auth.sign_in(person.email, "not the password", address=unused_address())
            clock.advance(seconds=30 if n == 0 else 0)
        home = unused_address()
        with pytest.raises(TooManyTriesError) as caught:
            await auth.sign_in(person.email, PASSWORD, address=home)
        for _ in range(30):  # what is refused is not counted: the account opens when it was said to
            with pytest.raises(TooManyTriesError):
                await auth.sign_in(person.email, PASSWORD, address=home)
        assert caught.value.retry_after_seconds == 15 * 60 - 30
        other = await auth.add_person(student())
        await auth.sign_in(other.email, PASSWORD, address=home)
        clock.advance(seconds=caught.value.retry_after_seconds)
        await auth.sign_in(person.email, PASSWORD, address=home)

    async def test_a_hundred_failures_close_an_address_to_everybody(self, auth: UserAuth, clock: FakeClock) -> None:
        person, home = await auth.add_person(student()), unused_address()
        for n in range(100):
            with pytest.raises(WrongCredentialsError):
                await auth.sign_in(f"{uuid4().hex}@pupils.example", "not the password", address=home)
            clock.advance(seconds=30 if n == 0 else 0)
        with pytest.raises(TooManyTriesError) as caught:
            await auth.sign_in(person.email, PASSWORD, address=home)
        assert caught.value.retry_after_seconds == 15 * 60 - 30
        await auth.sign_in(person.email, PASSWORD, address=unused_address())
        clock.advance(seconds=caught.value.retry_after_seconds)
        await auth.sign_in(person.email, PASSWORD, address=home)

    async def test_a_school_signs_in_from_one_address(self, auth: UserAuth) -> None:
        person, school = await auth.add_person(student()), unused_address()
        for _ in range(101):
            await auth.sign_in(person.email, PASSWORD, address=school)

    async def test_a_success_forgets_nothing_of_the_wider_limits(self, auth: UserAuth) -> None:
        mine, home = await auth.add_person(student()), unused_address()
        for _ in range(5):
            await auth.sign_in(mine.email, PASSWORD, address=home)
            for _ in range(4):
                with pytest.raises(WrongCredentialsError):
                    await auth.sign_in(mine.email, "not the password", address=home)
        with pytest.raises(TooManyTriesError):
            await auth.sign_in(mine.email, PASSWORD, address=home)

    async def test_the_account_opens_again_when_it_was_said_to(self, auth: UserAuth, clock: FakeClock) -> None:
        home = unused_address()
        person = await auth.add_person(student())
        for _ in range(5):
            with pytest.raises(WrongCredentialsError):
                await auth.sign_in(person.email, "not the password", address=home)
        with pytest.raises(TooManyTriesError) as caught:
            await auth.sign_in(person.email, PASSWORD, address=home)
        clock.advance(seconds=caught.value.retry_after_seconds)
        await auth.sign_in(person.email, PASSWORD, address=home)

    async def test_a_success_forgets_the_failures(self, auth: UserAuth) -> None:
        home = unused_address()
        person = await auth.add_person(student())
        for _ in range(3):
            for _ in range(4):
                with pytest.raises(WrongCredentialsError):
                    await auth.sign_in(person.email, "not the password", address=home)
            await auth.sign_in(person.email, PASSWORD, address=home)

    async def test_an_access_token_lasts_ten_minutes(self, auth: UserAuth, clock: FakeClock) -> None:
        _, tokens, _ = await signed_in(auth, student())
        clock.advance(minutes=9, seconds=59)
        await auth.authenticate(tokens.access_token)
        clock.advance(seconds=1)
        assert clock.now() == tokens.access_expires_at
        with pytest.raises(NotSignedInError):
            await auth.authenticate(tokens.access_token)

    @pytest.mark.parametrize("token", ["", "x", "a.b.c", "\0", "\ud800", "é" * 99, "." * 9_999])
    async def test_garbage_is_no_token(self, auth: UserAuth, token: str) -> None:
        with pytest.raises(NotSignedInError):
            await auth.authenticate(token)
        with pytest.raises(NotSignedInError):
            await auth.refresh(token)

    async def test_the_two_tokens_are_not_each_other(self, auth: UserAuth) -> None:
        _, tokens, _ = await signed_in(auth, student())
        with pytest.raises(NotSignedInError):
            await auth.authenticate(tokens.refresh_token)
        with pytest.raises(NotSignedInError):
            await auth.refresh(tokens.access_token)

    async def test_a_session_goes_on_by_refreshing(self, auth: UserAuth, clock: FakeClock) -> None:
        person, tokens, principal = await signed_in(auth, student())
        for _ in range(3):
            clock.advance(days=29)
            tokens = await auth.refresh(tokens.refresh_token)
        again = await auth.authenticate(tokens.access_token)
        assert (again.person_id, again.session_id) == (person.id, principal.session_id)

    async def test_a_session_ends_after_thirty_days_without_use(self, auth: UserAuth, clock: FakeClock) -> None:
        _, tokens, _ = await signed_in(auth, student())
        clock.advance(days=30)
        assert clock.now() == tokens.refresh_expires_at
        with pytest.raises(NotSignedInError):
            await auth.refresh(tokens.refresh_token)

    async def test_two_tabs_may_refresh_within_ten_seconds(self, auth: UserAuth, clock: FakeClock) -> None:
        _, tokens, _ = await signed_in(auth, student())
        first = await auth.refresh(tokens.refresh_token)
        clock.advance(seconds=10)
        second = await auth.refresh(tokens.refresh_token)
        assert first.refresh_token != second.refresh_token
        for pair in (first, second):
            await auth.authenticate((await auth.refresh(pair.refresh_token)).access_token)

    async def test_a_refresh_token_used_again_ends_the_session(self, auth: UserAuth, clock: FakeClock) -> None:
        home = unused_address()
        person, stolen, _ = await signed_in(auth, student())
        tokens = await auth.refresh(stolen.refresh_token)
        clock.advance(seconds=11)
        tokens = await auth.refresh(tokens.refresh_token)
        with pytest.raises(NotSignedInError):
            await auth.refresh(stolen.refresh_token)
        with pytest.raises(NotSignedInError):
            await auth.authenticate(tokens.access_token)
        with pytest.raises(NotSignedInError):
            await auth.refresh(tokens.refresh_token)
        await auth.sign_in(person.email, PASSWORD, address=home)

    async def test_the_grace_is_counted_from_the_first_use(self, auth: UserAuth, clock: FakeClock) -> None:
        _, tokens, _ = await signed_in(auth, student())
        for _ in range(2):
            await auth.refresh(tokens.refresh_token)
            clock.advance(seconds=6)
        with pytest.raises(NotSignedInError):
            await auth.refresh(tokens.refresh_token)

    async def test_signing_out_ends_this_session_at_once(self, auth: UserAuth) -> None:
        home = unused_address()
        person, tokens, principal = await signed_in(auth, student())
        elsewhere = await auth.sign_in(person.email, PASSWORD, address=home)
        await auth.sign_out(principal)
        await auth.sign_out(principal)
        with pytest.raises(NotSignedInError):
            await auth.authenticate(tokens.access_token)
        with pytest.raises(NotSignedInError):
            await auth.refresh(tokens.refresh_token)
        await auth.authenticate(elsewhere.access_token)

    async def test_disabling_ends_every_session_and_refuses_new_ones(self, auth: UserAuth) -> None:
        home = unused_address()
        person, tokens, _ = await signed_in(auth, student())
        _, other_tokens, _ = await signed_in(auth, student())
        await auth.disable(person.id)
        with pytest.raises(NotSignedInError):
            await auth.authenticate(tokens.access_token)
        with pytest.raises(NotSignedInError):
            await auth.refresh(tokens.refresh_token)
        for _ in range(5):
            with pytest.raises(WrongCredentialsError):
                await auth.sign_in(person.email, PASSWORD, address=home)
        with pytest.raises(TooManyTriesError):  # or the right password could be told from a wrong one
            await auth.sign_in(person.email, PASSWORD, address=home)
        assert not (await auth.person(person.id)).active
        await auth.authenticate(other_tokens.access_token)

    async def test_a_disabled_person_is_still_known(self, auth: UserAuth) -> None:
        person = await auth.add_person(student())
        await auth.disable(person.id)
        assert await auth.person(person.id) == replace(person, active=False)

    async def test_nobody_is_unknown(self, auth: UserAuth) -> None:
        nobody = PersonId(uuid4())
        with pytest.raises(UnknownPersonError):
            await auth.person(nobody)
        with pytest.raises(UnknownPersonError):
            await auth.disable(nobody)

    async def test_a_student_reaches_what_is_theirs_alone(self, fresh_auth: UserAuth) -> None:
        school = await demo_school(fresh_auth)
        me, classmate = school.students[:2]
        for refused in (me, school.teacher):
            for action in (Action.MANAGE_LIBRARY, Action.READ_FLAGS):
                with pytest.raises(NotAllowedError):
                    await fresh_auth.authorise(refused, action)
        with pytest.raises(NotAllowedError):
            await fresh_auth.authorise(me, Action.REVIEW_LESSONS, owners=[me.person_id])
        others = {Action.READ_LIBRARY, Action.MANAGE_LIBRARY, Action.REVIEW_LESSONS, Action.READ_FLAGS}
        for action in set(Action) - others:
            await fresh_auth.authorise(me, action)
            await fresh_auth.authorise(me, action, owners=[me.person_id])
            await fresh_auth.authorise(me, action, owners=[classmate.person_id, me.person_id])
            for other in (classmate.person_id, school.teacher.person_id, PersonId(uuid4())):
                with pytest.raises(NotYoursError):
                    await fresh_auth.authorise(me, action, owners=[other])

    async def test_a_teacher_reaches_the_students_of_their_class(self, fresh_auth: UserAuth) -> None:
        school = await demo_school(fresh_auth)
        pupils = {one.person_id for one in school.students}
        stranger = await fresh_auth.add_person(student(school_id=school.school_id))
        on_requests = (Action.GENERATE_CONTENT, Action.READ_REQUEST, Action.CANCEL_REQUEST)
        for action in (*on_requests, Action.READ_LESSON, Action.REVIEW_LESSONS):
            await fresh_auth.authorise(school.teacher, action, owners=pupils)
            await fresh_auth.authorise(school.teacher, action, owners=[school.teacher.person_id])
            with pytest.raises(NotYoursError):
                await fresh_auth.authorise(school.teacher, action, owners=[stranger.id])

    async def test_a_teacher_without_a_class_reaches_nobody(self, fresh_auth: UserAuth) -> None:
        school = await demo_school(fresh_auth)
        new = student(role=Role.TEACHER, school_id=school.school_id)
        _, _, stranger = await signed_in(fresh_auth, new)
        for action in (Action.GENERATE_CONTENT, Action.READ_REQUEST, Action.READ_LESSON, Action.CANCEL_REQUEST):
            await fresh_auth.authorise(stranger, action, owners=[stranger.person_id])
            with pytest.raises(NotYoursError):
                await fresh_auth.authorise(stranger, action, owners=[school.students[0].person_id])

    async def test_an_admin_reaches_their_school(self, fresh_auth: UserAuth) -> None:
        school = await demo_school(fresh_auth)
        _, _, admin = await signed_in(fresh_auth, student(role=Role.ADMIN, school_id=school.school_id))
        outsider = await fresh_auth.add_person(student())
        for action in (Action.GENERATE_CONTENT, Action.READ_REQUEST, Action.READ_LESSON, Action.CANCEL_REQUEST):
            await fresh_auth.authorise(admin, action, owners=[school.students[0].person_id])
            with pytest.raises(NotYoursError):
                await fresh_auth.authorise(admin, action, owners=[outsider.id])

    async def test_an_admin_without_a_school_reaches_everybody_but_is_nobody_else(self, auth: UserAuth) -> None:
        _, _, admin = await signed_in(auth, student(role=Role.ADMIN))
        outsider = await auth.add_person(student())
        await auth.authorise(admin, Action.READ_REQUEST, owners=[outsider.id])
        with pytest.raises(NotYoursError):
            await auth.authorise(admin, Action.READ_SELF, owners=[outsider.id])

    @pytest.mark.parametrize("role", list(Role))
    async def test_everybody_reads_the_library(self, auth: UserAuth, role: Role) -> None:
        _, _, principal = await signed_in(auth, student(role=role))
        await auth.authorise(principal, Action.READ_LIBRARY)

    async def test_what_the_policy_does_not_name_is_refused(
        self, auth_without: Callable[[Action, Role], UserAuth]
    ) -> None:
        auth = auth_without(Action.READ_LIBRARY, Role.STUDENT)
        _, _, principal = await signed_in(auth, student())
        with pytest.raises(NotAllowedError):
            await auth.authorise(principal, Action.READ_LIBRARY)
        with pytest.raises(NotAllowedError):
            await auth.authorise(principal, Action.READ_LIBRARY, owners=[principal.person_id])
        await auth.authorise(principal, Action.READ_REQUEST, owners=[principal.person_id])

    async def test_the_local_learner_is_one_and_cannot_sign_in(self, fresh_auth: UserAuth) -> None:
        home = unused_address()
        ids = await asyncio.gather(*(fresh_auth.local_learner() for _ in range(8)))
        assert len(set(ids)) == 1
        learner = await fresh_auth.person(ids[0])
        assert (learner.role, learner.has_password, learner.grade) == (Role.STUDENT, False, None)
        with pytest.raises(WrongCredentialsError):
            await fresh_auth.sign_in(learner.email, "", address=home)

    async def test_the_demo_school_is_made_once(self, fresh_auth: UserAuth) -> None:
        home = unused_address()
        reports = await asyncio.gather(*(fresh_auth.seed_demo() for _ in range(4)))
        counts = {(one.districts, one.schools, one.classes, one.people) for one in reports}
        assert counts == {(1, 1, 1, 4)}
        shown = [report for report in reports if any(account.password for account in report.accounts)]
        assert len(shown) == 1
        passwords = {account.password for account in shown[0].accounts}
        assert len(passwords) == 4
        assert min(len(password) for password in passwords) >= 14
        for account in shown[0].accounts:
            tokens = await fresh_auth.sign_in(account.email, account.password, address=home)
            principal = await fresh_auth.authenticate(tokens.access_token)
            assert principal.role is account.role

    async def test_the_demo_students_are_of_three_grades(self, fresh_auth: UserAuth) -> None:
        school = await demo_school(fresh_auth)
        people = [await fresh_auth.person(one.person_id) for one in school.students]
        assert sorted(person.grade or 0 for person in people) == [8, 10, 12]
        assert {person.school_id for person in people} == {school.school_id}
