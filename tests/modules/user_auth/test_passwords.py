"""Argon2id: its cost, its threads, and the hash of nobody."""

import asyncio
import threading
import time

import pytest
from argon2 import Type, extract_parameters

from modules.user_auth.local.passwords import Passwords

pytestmark = pytest.mark.unit


def _quick() -> Passwords:
    return Passwords(rounds=1, memory_kib=8, parallelism=1)


async def test_a_hash_is_argon2id_of_the_asked_cost() -> None:
    passwords = Passwords(rounds=2, memory_kib=19_456, parallelism=1)
    found = extract_parameters(await passwords.hash("a plain long sentence"))
    assert (found.type, found.time_cost, found.memory_cost, found.parallelism) == (Type.ID, 2, 19_456, 1)


async def test_the_same_password_has_two_hashes() -> None:
    passwords = _quick()
    first, second = [await passwords.hash("a plain long sentence") for _ in range(2)]
    assert first != second
    assert await passwords.matches("a plain long sentence", first)
    assert not await passwords.matches("a plain long sentence.", first)


async def test_two_ways_of_typing_a_letter_are_one() -> None:
    passwords = _quick()
    kept = await passwords.hash("caf\N{LATIN SMALL LETTER E WITH ACUTE} au lait")
    assert await passwords.matches("cafe\N{COMBINING ACUTE ACCENT} au lait", kept)


async def test_what_comes_after_byte_72_counts() -> None:
    passwords = _quick()
    kept = await passwords.hash("x" * 80 + "a")
    assert not await passwords.matches("x" * 80 + "b", kept)


async def test_what_comes_after_the_longest_password_counts() -> None:
    passwords = _quick()
    kept = await passwords.hash("x" * 256)
    assert await passwords.matches("x" * 256, kept)
    assert not await passwords.matches("x" * 257, kept)


@pytest.mark.parametrize("kept", [None, "", "not a hash", "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA"])
async def test_without_a_proper_hash_nothing_matches(kept: str | None) -> None:
    assert not await _quick().matches("a plain long sentence", kept)


async def test_no_more_than_two_hash_at_once_and_none_on_the_event_loop() -> None:
    def _hashing() -> set[threading.Thread]:
        return {thread for thread in threading.enumerate() if thread.name.startswith("argon2")}

    before = _hashing()
    passwords = _quick()
    await asyncio.gather(*(passwords.hash("a plain long sentence") for _ in range(20)))
    assert 1 <= len(_hashing() - before) <= 2


async def test_nobody_costs_as_much_as_somebody() -> None:
    passwords = Passwords(rounds=2, memory_kib=19_456, parallelism=1)
    kept = await passwords.hash("a plain long sentence")

    async def _cpu_seconds(against: str | None) -> float:
        begun = time.process_time()
        assert not await passwords.matches("not the password", against)
        return time.process_time() - begun

    somebody = min([await _cpu_seconds(kept) for _ in range(3)])
    nobody = min([await _cpu_seconds(None) for _ in range(3)])
    assert 0.5 < nobody / somebody < 2.0
