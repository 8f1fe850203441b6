"""The policy table and the rules of accounts, with no I/O."""

import json
import string
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given, settings, strategies as st

from modules.kernel.interface import PersonId
from modules.user_auth.domain import (
    POLICY,
    TRY_WINDOW,
    common_passwords,
    normalised_email,
    person_of,
    scope_of,
    seconds_to_wait,
    try_keys,
)
from modules.user_auth.interface import (
    Action,
    DemoAccount,
    NewPerson,
    Principal,
    Role,
    SchoolId,
    Scope,
    SessionId,
    Tokens,
)
from modules.user_auth.pipeline.demo_seed import readable_password

pytestmark = pytest.mark.unit

_NOW = datetime(2026, 1, 15, tzinfo=UTC)

# Written out once more, by hand, so that a changed row of the policy is a changed line here.
_EXPECTED = """
    read_self         own  own    own
    read_library      any  any    any
    generate_content  own  class  school
    read_request      own  class  school
    cancel_request    own  class  school
    answer_request own own own
    read_flags none none school
    read_lesson       own  class  school
    review_lessons    none class  school
    manage_library    none none   any
"""


def _principal(role: Role, *, school: bool) -> Principal:
    return Principal(
        person_id=PersonId(uuid4()),
        role=role,
        session_id=SessionId(uuid4()),
        school_id=SchoolId(uuid4()) if school else None,
    )


def test_the_policy_is_the_agreed_one() -> None:
    expected = {}
    for line in _EXPECTED.split("\n"):
        if line.strip():
            action, *scopes = line.split()
            for role, scope in zip((Role.STUDENT, Role.TEACHER, Role.ADMIN), scopes, strict=True):
                if scope != Scope.NONE:
                    expected[Action(action), role] = Scope(scope)
    assert dict(POLICY) == expected


@pytest.mark.parametrize(("action", "role"), list(POLICY))
def test_a_row_taken_out_refuses(action: Action, role: Role) -> None:
    principal = _principal(role, school=True)
    without = {key: scope for key, scope in POLICY.items() if key != (action, role)}
    assert scope_of(POLICY, action, principal) is not Scope.NONE
    assert scope_of(without, action, principal) is Scope.NONE


def test_only_an_admin_without_a_school_reaches_everybody() -> None:
    everywhere = {(Action.READ_REQUEST, role): Scope.SCHOOL for role in Role}
    reached = {role: scope_of(everywhere, Action.READ_REQUEST, _principal(role, school=False)) for role in Role}
    assert reached == {Role.STUDENT: Scope.OWN, Role.TEACHER: Scope.OWN, Role.ADMIN: Scope.ANY}


def test_the_common_passwords_can_match() -> None:
    common = common_passwords()
    assert len(common) >= 100
    assert all(8 <= len(word) <= 256 and word == word.lower() for word in common)


@given(st.text() | st.builds("{}@{}.org".format, st.text(min_size=1, max_size=9), st.text(min_size=1, max_size=9)))
@settings(max_examples=200, deadline=None)
def test_a_normalised_email_stays_as_it_is(text: str) -> None:
    email = normalised_email(text)
    assert email is None or normalised_email(email) == email
    assert {len(key) for key, _ in try_keys(text, text, b"secret").limits} == {32}


def test_try_keys_depend_on_account_address_and_secret() -> None:
    keys = try_keys("ada@pupils.example", "192.0.2.7", b"secret")
    assert keys == try_keys(" Ada@Pupils.example", "192.0.2.7", b"secret")
    other_account = try_keys("bob@pupils.example", "192.0.2.7", b"secret")
    other_address = try_keys("ada@pupils.example", "192.0.2.8", b"secret")
    another = try_keys("ada@pupils.example", "192.0.2.7", b"another")
    assert other_account.address == keys.address
    assert other_address.account == keys.account
    every = {key for one in (keys, other_account, other_address, another) for key, _ in one.limits}
    assert len(every) == 10
    same = try_keys("x", "x", b"secret")
    assert len({same.account, same.address, same.pair}) == 3


@pytest.mark.parametrize(("ago", "wait"), [(0.0, 900), (0.5, 900), (899.5, 1), (900.0, 1)])
def test_the_wait_is_never_too_short(ago: float, wait: int) -> None:
    assert timedelta(minutes=15) == TRY_WINDOW
    assert seconds_to_wait(_NOW - timedelta(seconds=ago), _NOW) == wait


def test_generated_passwords_are_readable_and_differ() -> None:
    made = {readable_password() for _ in range(200)}
    assert len(made) == 200
    assert min(len(password) for password in made) >= 14
    assert set("".join(made)) <= set(string.ascii_lowercase + string.digits + "-") - set("il1o0")


def test_secrets_and_names_stay_out_of_what_is_printed() -> None:
    new = NewPerson(email="ada@x.example", display_name="Ada L", role=Role.STUDENT, password="a secret word")
    tokens = Tokens(
        access_token="a secret word", access_expires_at=_NOW, refresh_token="a secret word", refresh_expires_at=_NOW
    )
    account = DemoAccount(email="ada@x.example", display_name="Ada L", role=Role.STUDENT, password="a secret word")
    printed = json.dumps(
        [repr(one) for one in (new, tokens, account, person_of(new, email=new.email, has_password=True))]
    )
    for private in ("ada@x.example", "Ada L", "a secret word"):
        assert private not in printed
