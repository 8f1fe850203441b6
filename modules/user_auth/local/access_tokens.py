"""Access tokens: JWT, HS256 and nothing else."""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import jwt

from modules.kernel.interface import Clock, PersonId
from modules.user_auth.domain import AccessClaims
from modules.user_auth.interface import NotSignedInError, SessionId

_ALGORITHM: Final = "HS256"
_AUDIENCE: Final = "vividly-api"
_TYPE: Final = "access"
_MIN_KEY_BYTES: Final = 32
_MAX_LENGTH: Final = 2_048
_CLOCK_SKEW_SECONDS: Final = 30
_CLAIMS: Final = ("iss", "aud", "typ", "exp", "iat", "sid", "sub", "ver")


class AccessTokens:
    """Issues and reads access tokens.

    Args:
        clock: expiry goes by it.
        key: at least 32 bytes, as RFC 7518 asks of HS256.
        issuer: claim `iss`.
        minutes: how long a token lasts.
    """

    def __init__(self, *, clock: Clock, key: bytes, issuer: str, minutes: int) -> None:
        if len(key) < _MIN_KEY_BYTES:
            raise ValueError(f"the signing key has {len(key)} bytes; it needs {_MIN_KEY_BYTES}")
        self._clock = clock
        self._key = key
        self._issuer = issuer
        self._lifetime = timedelta(minutes=minutes)

    def issue(self, claims: AccessClaims) -> tuple[str, datetime]:
        issued = int(self._clock.now().timestamp())
        expires = issued + int(self._lifetime.total_seconds())
        payload = {
            "iss": self._issuer,
            "aud": _AUDIENCE,
            "typ": _TYPE,
            "exp": expires,
            "iat": issued,
            "sid": str(claims.session_id),
            "sub": str(claims.person_id),
            "ver": claims.token_version,
        }
        token = jwt.encode(payload, self._key, algorithm=_ALGORITHM, headers={"typ": _TYPE})
        return token, datetime.fromtimestamp(expires, UTC)

    def read(self, token: str) -> AccessClaims:
        """Raises NotSignedInError, without saying what is wrong: that would help a forger only."""
        try:
            return self._read(token)
        except (jwt.PyJWTError, ValueError) as error:
            raise NotSignedInError("the access token is not valid") from error

    def _read(self, token: str) -> AccessClaims:
        if len(token) > _MAX_LENGTH:
            raise ValueError("too long")
        decoded = jwt.decode_complete(
            token,
            self._key,
            algorithms=[_ALGORITHM],
            audience=_AUDIENCE,
            issuer=self._issuer,
            # PyJWT knows the machine's clock only; the times are checked below.
            options={"require": list(_CLAIMS), "verify_exp": False, "verify_iat": False, "strict_aud": True},
        )
        header, payload = decoded["header"], decoded["payload"]
        if header.get("typ") != _TYPE or payload["typ"] != _TYPE:
            raise ValueError("not an access token")
        self._check_times(issued=payload["iat"], expires=payload["exp"])
        version = payload["ver"]
        if type(version) is not int:
            raise ValueError("no version")
        return AccessClaims(
            person_id=PersonId(UUID(str(payload["sub"]))),
            session_id=SessionId(UUID(str(payload["sid"]))),
            token_version=version,
        )

    def _check_times(self, *, issued: object, expires: object) -> None:
        now = self._clock.now().timestamp()
        if type(issued) is not int or type(expires) is not int:
            raise ValueError("no times")
        if expires <= now or issued > now + _CLOCK_SKEW_SECONDS:
            raise ValueError("expired, or from the future")
