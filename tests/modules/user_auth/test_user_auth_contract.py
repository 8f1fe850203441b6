"""The fake and the real user_auth keep the same contract."""

from collections.abc import Callable
from typing import Literal

import pytest

from modules.kernel.interface import Database
from modules.user_auth.domain import POLICY, Policy
from modules.user_auth.factory import create_user_auth
from modules.user_auth.interface import Action, Role, UserAuth
from tests.contracts.user_auth import UserAuthContract
from tests.fakes.kernel import FakeClock
from tests.fakes.user_auth import FakeUserAuth

_Engine = Literal["fake", "real"]
_MakeAuth = Callable[[Policy], UserAuth]


@pytest.fixture(params=[pytest.param("fake", marks=pytest.mark.unit), pytest.param("real", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest) -> _Engine:
    chosen: _Engine = request.param
    return chosen


@pytest.fixture
def people(request: pytest.FixtureRequest, engine: _Engine, clock: FakeClock) -> _MakeAuth:
    return _maker(request, engine, clock, database="shared_database")


@pytest.fixture
def auth(people: _MakeAuth) -> UserAuth:
    return people(POLICY)


@pytest.fixture
def fresh_auth(request: pytest.FixtureRequest, engine: _Engine, clock: FakeClock) -> UserAuth:
    return _maker(request, engine, clock, database="database")(POLICY)


@pytest.fixture
def auth_without(people: _MakeAuth) -> Callable[[Action, Role], UserAuth]:
    return lambda action, role: people({key: scope for key, scope in POLICY.items() if key != (action, role)})


def _maker(request: pytest.FixtureRequest, engine: _Engine, clock: FakeClock, *, database: str) -> _MakeAuth:
    if engine == "fake":
        return lambda policy: FakeUserAuth(clock=clock, policy=policy)
    opened: Database = request.getfixturevalue(database)
    return lambda policy: create_user_auth(
        database=opened,
        clock=clock,
        signing_key=b"k" * 32,
        password_rounds=1,
        password_memory_kib=8,
        policy=policy,
    )


class TestUserAuthContract(UserAuthContract):
    """Runs the contract on both."""
