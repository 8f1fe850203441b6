"""Builds user_auth."""

from modules.kernel.interface import Clock, Database
from modules.user_auth.domain import POLICY, Policy
from modules.user_auth.interface import UserAuth
from modules.user_auth.local.access_tokens import AccessTokens
from modules.user_auth.local.passwords import Passwords
from modules.user_auth.pipeline.demo_seed import DemoSeed
from modules.user_auth.repository import OrganisationRepository, PeopleRepository, SessionRepository, TryRepository
from modules.user_auth.service import UserAuthService


def create_user_auth(
    *,
    database: Database,
    clock: Clock,
    signing_key: bytes,
    issuer: str = "vividly",
    access_minutes: int = 10,
    refresh_days: int = 30,
    password_rounds: int = 2,
    password_memory_kib: int = 19_456,
    password_parallelism: int = 1,
    policy: Policy = POLICY,
) -> UserAuth:
    """People and permissions on PostgreSQL.

    Args:
        database: where schema user_auth lives.
        clock: expiry and throttling go by it.
        signing_key: of access tokens, at least 32 bytes; whoever holds it can be anybody.
        issuer: claim `iss` of access tokens.
        access_minutes: how long an access token lasts.
        refresh_days: how long a session lasts without use.
        password_rounds: Argon2id's time cost. The three defaults are OWASP's, about 50 ms a hash; see
            https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
        password_memory_kib: Argon2id's memory cost.
        password_parallelism: Argon2id's lanes.
        policy: who may do what; tests take rows out.
    """
    people = PeopleRepository()
    passwords = Passwords(rounds=password_rounds, memory_kib=password_memory_kib, parallelism=password_parallelism)
    demo = DemoSeed(clock=clock, people=people, organisations=OrganisationRepository(), passwords=passwords)
    return UserAuthService(
        database=database,
        clock=clock,
        people=people,
        sessions=SessionRepository(),
        tries=TryRepository(),
        demo=demo,
        passwords=passwords,
        access_tokens=AccessTokens(clock=clock, key=signing_key, issuer=issuer, minutes=access_minutes),
        try_secret=signing_key,
        refresh_days=refresh_days,
        policy=policy,
    )
