"""What may be ordered, what it takes, and what a job says."""

import json
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from modules.content_generation.domain.orders import (
    BadPayloadError,
    Payload,
    check_order,
    lesson_key,
    plan,
    read,
    written,
)
from modules.content_generation.interface import BadOrderError, Level, UnknownInterestError
from modules.kernel.interface import Modality, RequestId, TopicId
from modules.request_tracking.interface import Stage
from tests.modules.content_generation.conftest import order

pytestmark = pytest.mark.unit
TEXT, AUDIO, VIDEO = Modality.TEXT, Modality.AUDIO, Modality.VIDEO
PRICES = {TEXT: Decimal("0.005"), AUDIO: Decimal("0.012"), VIDEO: Decimal("0.183")}
KNOWN = {"int_basketball"}


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("query", {"query": ""}),
        ("query", {"query": "  \n "}),
        ("query", {"query": "x" * 501}),
        ("query", {"query": "light\x00"}),
        ("query", {"query": "light\x1b[2J"}),
        ("query", {"query": "light \ud800"}),
        ("level", {"level": "hardest"}),
        ("grade", {"grade": 5}),
        ("grade", {"grade": 13}),
        ("grade", {"grade": "ten"}),
        ("grade", {"grade": True}),
        ("modalities", {"modalities": ()}),
        ("modalities", {"modalities": (TEXT, TEXT)}),
        ("modalities", {"modalities": ("smell",)}),
        ("preferred_modality", {"preferred_modality": VIDEO}),
    ],
)
def test_a_field_out_of_bounds_is_named(field: str, changes: dict[str, object]) -> None:
    with pytest.raises(BadOrderError) as caught:
        check_order(order("Explain light", **changes), interests=KNOWN)
    assert caught.value.field == field


def test_an_unknown_interest_is_told_which_there_are() -> None:
    with pytest.raises(UnknownInterestError, match="int_basketball"):
        check_order(order("Explain light", interest="int_chess"), interests=KNOWN)


@pytest.mark.parametrize("query", ["x" * 500, "Was ist Licht?\nUnd warum?\t", "光合作用", "p < 0.05 & q > 3"])
def test_every_other_question_is_taken(query: str) -> None:
    check_order(order(query, interest="int_basketball"), interests=KNOWN)


@pytest.mark.parametrize(
    ("asked", "skipped", "cost", "saving"),
    [
        ((TEXT,), {Stage.NARRATE, Stage.RENDER}, "0.005", {AUDIO: PRICES[AUDIO], VIDEO: PRICES[VIDEO]}),
        ((TEXT, AUDIO), {Stage.RENDER}, "0.017", {VIDEO: PRICES[VIDEO]}),
        ((VIDEO,), set(), "0.200", {}),
        ((TEXT, AUDIO, VIDEO), set(), "0.200", {}),
    ],
)
def test_a_plan_holds_what_is_needed_and_no_more(
    asked: tuple[Modality, ...], skipped: set[Stage], cost: str, saving: dict[Modality, Decimal]
) -> None:
    made = plan(asked, PRICES)
    assert [planned.stage for planned in made.stages] == list(Stage)
    assert {planned.stage for planned in made.stages if planned.skipped_because} == skipped
    assert {planned.skipped_because for planned in made.stages} <= {"", "not asked for"}
    assert (made.cost_usd, made.saving_usd) == (Decimal(cost), saving)


def test_a_payload_is_read_as_it_was_written() -> None:
    plain = Payload(request_id=RequestId(uuid4()))
    assert read(written(plain)) == plain
    assert json.loads(written(plain)) == {"version": 1, "request_id": str(plain.request_id)}
    chosen = Payload(request_id=RequestId(UUID(int=1)), topic_id=TopicId("physics/m1"))
    assert read(written(chosen)) == chosen
    simple = Payload(request_id=RequestId(UUID(int=1)), level=Level.SIMPLER)
    assert read(written(simple)) == simple


POISON = [
    b"",
    b"not json",
    b"\xff\xfe",
    b"[]",
    b"null",
    b'"text"',
    b"{}",
    b'{"version": 1}',
    b'{"version": 1, "request_id": 7}',
    b'{"version": 1, "request_id": "test-smoke-002"}',
    b'{"version": 2, "request_id": "00000000-0000-0000-0000-000000000001"}',
    b'{"version": 1, "request_id": "00000000-0000-0000-0000-000000000001", "level": "hardest"}',
    b"[" * 50_000,
]


@pytest.mark.parametrize("raw", POISON, ids=range(len(POISON)))
def test_a_poisoned_payload_is_refused_in_a_sentence(raw: bytes) -> None:
    with pytest.raises(BadPayloadError, match=r"^The job's payload .*\.$"):
        read(raw)


def test_a_key_tells_lessons_apart_by_everything_that_makes_them() -> None:
    made = [
        lesson_key(TopicId("a"), "int_music", 10, "en", "v1", "builtin", "1"),
        lesson_key(TopicId("b"), "int_music", 10, "en", "v1", "builtin", "1"),
        lesson_key(TopicId("a"), "", 10, "en", "v1", "builtin", "1"),
        lesson_key(TopicId("a"), "int_music", 9, "en", "v1", "builtin", "1"),
        lesson_key(TopicId("a"), "int_music", 10, "de", "v1", "builtin", "1"),
        lesson_key(TopicId("a"), "int_music", 10, "en", "v2", "builtin", "1"),
        lesson_key(TopicId("a"), "int_music", 10, "en", "v1", "builtin", "2"),
        lesson_key(TopicId("a"), "int_music", 10, "en", "v1", "builtin", "1", level=Level.SIMPLER),
        lesson_key(TopicId("a"), "int_music", 10, "en", "v1", "builtin", "1", level=Level.DEEPER),
    ]
    assert len(set(made)) == len(made)
    assert made[0] == lesson_key(TopicId("a"), "int_music", 10, "en", "v1", "builtin", "1", level=Level.STANDARD)
