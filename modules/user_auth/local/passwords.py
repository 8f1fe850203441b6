"""Argon2id, off the event loop and never more than two hashes at once."""

import asyncio
import secrets
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from modules.user_auth.domain import MAX_PASSWORD, password_bytes

_AT_ONCE: Final = 2
_SALT_BYTES: Final = 16
_HASH_BYTES: Final = 32


class Passwords:
    """Hashes and checks passwords; a check takes the same time whether there is a hash to compare with or not."""

    def __init__(self, *, rounds: int, memory_kib: int, parallelism: int) -> None:
        self._hasher = PasswordHasher(
            time_cost=rounds,
            memory_cost=memory_kib,
            parallelism=parallelism,
            hash_len=_HASH_BYTES,
            salt_len=_SALT_BYTES,
            type=Type.ID,
        )
        # Of no password: random bits in place of a digest.
        salt, digest = (_unpadded(secrets.token_bytes(size)) for size in (_SALT_BYTES, _HASH_BYTES))
        self._nobody = f"$argon2id$v=19$m={memory_kib},t={rounds},p={parallelism}${salt}${digest}"
        # An executor, not a semaphore: it belongs to no event loop.
        self._threads = ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="argon2")

    async def hash(self, password: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, self._hasher.hash, password_bytes(password)
        )

    async def matches(self, password: str, kept: str | None) -> bool:
        # One character over the limit can equal no kept password; the rest of a megabyte need not be hashed.
        shown = password_bytes(password[: MAX_PASSWORD + 1])
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._matches, shown, kept)

    def _matches(self, shown: bytes, kept: str | None) -> bool:
        try:
            return self._hasher.verify(kept or self._nobody, shown)
        except (VerificationError, InvalidHashError):
            return False


def _unpadded(raw: bytes) -> str:
    return b64encode(raw).decode("ascii").rstrip("=")
