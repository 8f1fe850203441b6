"""Access tokens: what is refused, each for one reason alone."""

import base64
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import jwt
import pytest

from modules.kernel.interface import PersonId
from modules.user_auth.domain import AccessClaims
from modules.user_auth.interface import NotSignedInError, SessionId
from modules.user_auth.local.access_tokens import AccessTokens
from tests.fakes.kernel import FakeClock

pytestmark = pytest.mark.unit

_KEY = b"k" * 64
_CLAIMS = AccessClaims(person_id=PersonId(uuid4()), session_id=SessionId(uuid4()), token_version=3)


@pytest.fixture
def tokens(clock: FakeClock) -> AccessTokens:
    return AccessTokens(clock=clock, key=_KEY, issuer="vividly", minutes=10)


@pytest.fixture
def forge(clock: FakeClock) -> Callable[..., str]:
    """A token that is right in everything that is not changed; a claim of None is left out."""

    def _forge(
        *, key: bytes | None = _KEY, algorithm: str = "HS256", header_typ: str = "access", **changes: Any
    ) -> str:
        now = int(clock.now().timestamp())
        claims = {
            "iss": "vividly",
            "aud": "vividly-api",
            "typ": "access",
            "exp": now + 600,
            "iat": now,
            "sid": str(_CLAIMS.session_id),
            "sub": str(_CLAIMS.person_id),
            "ver": 3,
        }
        payload = {name: value for name, value in (claims | changes).items() if value is not None}
        return jwt.encode(payload, key, algorithm=algorithm, headers={"typ": header_typ})

    return _forge


def test_a_token_says_what_was_put_in(tokens: AccessTokens, forge: Callable[..., str]) -> None:
    assert tokens.read(tokens.issue(_CLAIMS)[0]) == _CLAIMS
    assert tokens.read(forge()) == _CLAIMS


@pytest.mark.parametrize(
    "changes",
    [
        {"key": None, "algorithm": "none"},
        {"key": b"x" * 64},
        {"algorithm": "HS384"},
        {"algorithm": "HS512"},
        {"header_typ": "JWT"},
        {"header_typ": "refresh"},
        {"typ": "refresh"},
        {"typ": ["access"]},
        {"aud": "another-api"},
        {"aud": ["vividly-api", "another-api"]},
        {"iss": "another"},
        {"sub": "not-an-id"},
        {"sid": "not-an-id"},
        {"sid": 7},
        {"ver": "3"},
        {"ver": True},
        {"exp": "never"},
        {"exp": 1e300},
        {"iat": "now"},
        {"more": "x" * 2_000},
        *({claim: None} for claim in ("iss", "aud", "typ", "exp", "iat", "sid", "sub", "ver")),
    ],
    ids=lambda changes: str(changes)[:40],
)
def test_a_forged_token_is_refused(tokens: AccessTokens, forge: Callable[..., str], changes: dict[str, Any]) -> None:
    with pytest.raises(NotSignedInError):
        tokens.read(forge(**changes))


def test_a_token_from_the_future_is_refused(tokens: AccessTokens, clock: FakeClock) -> None:
    token, _ = tokens.issue(_CLAIMS)
    clock.advance(seconds=-30)
    assert tokens.read(token) == _CLAIMS
    clock.advance(seconds=-1)
    with pytest.raises(NotSignedInError):
        tokens.read(token)


def test_a_changed_payload_is_refused(tokens: AccessTokens, forge: Callable[..., str]) -> None:
    head, _, signature = forge().split(".")
    _, payload, _ = forge(sub=str(uuid4())).split(".")
    with pytest.raises(NotSignedInError):
        tokens.read(f"{head}.{payload}.{signature}")


def test_a_header_that_exhausts_the_parser_is_refused(tokens: AccessTokens) -> None:
    head = base64.urlsafe_b64encode(b"[" * 1_400).decode().rstrip("=")
    with pytest.raises(NotSignedInError):
        tokens.read(f"{head}.e30.e30")


def test_the_answer_does_not_say_what_was_wrong(tokens: AccessTokens, forge: Callable[..., str]) -> None:
    answers = set()
    for token in (forge(aud="another-api"), forge(key=b"x" * 64), "garbage"):
        with pytest.raises(NotSignedInError) as caught:
            tokens.read(token)
        answers.add(str(caught.value))
    assert len(answers) == 1


def test_a_short_key_is_refused_at_the_start(clock: FakeClock) -> None:
    with pytest.raises(ValueError, match="31 bytes"):
        AccessTokens(clock=clock, key=b"k" * 31, issuer="vividly", minutes=10)
