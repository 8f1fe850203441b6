"""The fake and the real user_auth keep the same contract."""

from collections.abc import Callable

import pytest

from modules.kernel.interface import Database
from modules.user_auth.domain import POLICY, Policy
from modules.user_auth.factory import create_user_auth
from modules.user_auth.interface import Action, Role, UserAuth
from tests.contracts.user_auth import UserAuthContract
from tests.fakes.kernel import FakeClock
from tests.fakes.user_auth import FakeUserAuth

_MakeAuth = Callable[[Policy], UserAuth]


@pytest.fixture(params=[pytest.param("fake", marks=pytest.mark.unit), pytest.param("real", marks=pytest.mark.postgres)])
def make_auth(request: pytest.FixtureRequest, clock: FakeClock) -> _MakeAuth:
    if request.param == "fake":
        return lambda policy: FakeUserAuth(clock=clock, policy=policy)
    database: Database = request.getfixturevalue("database")
    return lambda policy: create_user_auth(
        database=database,
        clock=clock,
        signing_key=b"k" * 32,
        password_rounds=1,
        password_memory_kib=8,
        policy=policy,
    )


@pytest.fixture
def auth(make_auth: _MakeAuth) -> UserAuth:
    return make_auth(POLICY)


@pytest.fixture
def auth_without(make_auth: _MakeAuth) -> Callable[[Action, Role], UserAuth]:
    return lambda action, role: make_auth({key: scope for key, scope in POLICY.items() if key != (action, role)})


class TestUserAuthContract(UserAuthContract):
    """Runs the contract on both."""
