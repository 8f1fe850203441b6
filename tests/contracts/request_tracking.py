"""What every RequestTracking does, the real one and the fake."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from uuid import uuid4

import pytest

from modules.kernel.interface import (
    Database,
    GradeLevel,
    LessonId,
    Modality,
    PersonId,
    RequestId,
    TopicId,
    Transaction,
)
from modules.request_tracking.interface import (
    TERMINAL_STATES,
    Choice,
    Ending,
    Event,
    LedgerEntry,
    LedgerKind,
    NewRequest,
    PlannedStage,
    Request,
    RequestState,
    RequestTracking,
    Stage,
    StageState,
    TransitionRefusedError,
    UnknownRequestError,
)

TEXT_STAGES = (Stage.UNDERSTAND, Stage.RETRIEVE, Stage.WRITE, Stage.CHECK)
NOT_ASKED = "not asked for"
ALLOWED = {(RequestState.RUNNING, ending) for ending in TERMINAL_STATES} | {
    (RequestState.QUEUED, RequestState.NEEDS_CLARIFICATION),
    (RequestState.QUEUED, RequestState.OUT_OF_SCOPE),
    (RequestState.QUEUED, RequestState.INSUFFICIENT_SOURCES),
    (RequestState.QUEUED, RequestState.DECLINED),
    (RequestState.QUEUED, RequestState.FAILED),
    (RequestState.QUEUED, RequestState.CANCELLED),
}
Write = Callable[[Transaction], Awaitable[None]]


def new_request(*modalities: Modality) -> NewRequest:
    """A request of a new person; text when no modality is named."""
    asked = modalities or (Modality.TEXT,)
    wanted = {Stage.NARRATE: Modality.AUDIO in asked or Modality.VIDEO in asked, Stage.RENDER: Modality.VIDEO in asked}
    owner = PersonId(uuid4())
    return NewRequest(
        id=RequestId(uuid4()),
        owner_id=owner,
        requested_by=owner,
        query="Explain photosynthesis",
        grade=GradeLevel(10),
        interest_id="basketball",
        modalities=asked,
        preferred_modality=asked[0],
        plan=tuple(
            PlannedStage(stage=stage, skipped_because="" if wanted.get(stage, True) else NOT_ASKED) for stage in Stage
        ),
    )


def charge(item: str = "text", amount: str = "0.005", kind: LedgerKind = LedgerKind.CHARGE) -> LedgerEntry:
    """A ledger row."""
    return LedgerEntry(kind=kind, item=item, amount_usd=Decimal(amount), price_book_version="1", engine="builtin")


class Requests:
    """Opens requests and brings them where a test needs them, one transaction a step."""

    def __init__(self, *, tracking: RequestTracking, database: Database) -> None:
        self.tracking = tracking
        self.database = database

    async def write(self, *steps: Write) -> None:
        async with self.database.transaction() as tx:
            for step in steps:
                await step(tx)

    async def opened(self, *modalities: Modality) -> Request:
        new = new_request(*modalities)
        async with self.database.transaction() as tx:
            await self.tracking.open(new, tx=tx)
        return await self.tracking.get(new.id)

    async def start(self, request: Request, stage: Stage) -> None:
        await self.write(lambda tx: self.tracking.start_stage(request.id, stage, tx=tx))

    async def end(self, request: Request, stage: Stage, state: StageState = StageState.DONE, **texts: str) -> None:
        await self.write(lambda tx: self.tracking.end_stage(request.id, stage, state, tx=tx, **texts))

    async def run(self, request: Request, stages: Sequence[Stage] = TEXT_STAGES) -> None:
        for stage in stages:
            await self.start(request, stage)
            await self.end(request, stage)

    async def deliver(self, request: Request, *modalities: Modality, lesson_id: LessonId | None = None) -> LessonId:
        lesson = lesson_id or LessonId(uuid4())
        for modality in modalities or (Modality.TEXT,):
            await self.write(
                lambda tx, modality=modality: self.tracking.deliver(request.id, lesson, modality, tx=tx)  # type: ignore[misc]
            )
        return lesson

    async def finish(self, request: Request, state: RequestState, **texts: str) -> None:
        ending = Ending(state=state, **texts)  # type: ignore[arg-type]
        await self.write(lambda tx: self.tracking.finish(request.id, ending, tx=tx))

    async def reopen(self, request: Request) -> None:
        await self.write(lambda tx: self.tracking.reopen(request.id, tx=tx))

    async def resume(self, request: Request, *, topic_is_chosen: bool = False) -> None:
        await self.write(lambda tx: self.tracking.resume(request.id, topic_is_chosen=topic_is_chosen, tx=tx))

    async def in_state(self, state: RequestState) -> Request:
        request = await self.opened()
        if state is not RequestState.QUEUED:
            await self.start(request, Stage.UNDERSTAND)
        if state is RequestState.COMPLETED:
            await self.deliver(request)
        if state in TERMINAL_STATES:
            await self.finish(request, state)
        return await self.tracking.get(request.id)

    async def record(self, request: Request, *entries: LedgerEntry) -> None:
        await self.write(lambda tx: self.tracking.record(request.id, entries, tx=tx))


class RequestTrackingContract:
    """Needs the fixture `requests`."""

    async def test_a_new_request_is_queued_with_its_plan(self, requests: Requests) -> None:
        new = new_request(Modality.AUDIO, Modality.TEXT)
        async with requests.database.transaction() as tx:
            opened = await requests.tracking.open(new, tx=tx)

        request = await requests.tracking.get(new.id)
        assert request == opened
        assert (request.state, request.progress, request.version) == (RequestState.QUEUED, 0, 1)
        assert (request.modalities, request.available) == ((Modality.AUDIO, Modality.TEXT), ())
        assert [status.stage for status in request.stages] == list(Stage)
        assert [status.state for status in request.stages] == [StageState.PENDING] * 5 + [StageState.SKIPPED]
        assert [status.note for status in request.stages] == [""] * 5 + [NOT_ASKED]

    async def test_the_same_id_twice_is_one_request(self, requests: Requests) -> None:
        new = new_request()
        for query in ("first", "second"):
            async with requests.database.transaction() as tx:
                await requests.tracking.open(replace(new, query=query), tx=tx)
        request = await requests.tracking.get(new.id)
        assert request.query == "first"
        await requests.finish(request, RequestState.CANCELLED)

        events = [event.name async for event in requests.tracking.watch(new.id)]
        assert events == ["state", "state"]

    async def test_what_a_failed_transaction_did_did_not_happen(self, requests: Requests) -> None:
        request = await requests.opened()
        with suppress(TransitionRefusedError):
            async with requests.database.transaction() as tx:
                await requests.tracking.start_stage(request.id, Stage.UNDERSTAND, tx=tx)
                await requests.tracking.record(request.id, [charge()], tx=tx)
                await requests.tracking.finish(request.id, Ending(state=RequestState.COMPLETED), tx=tx)

        assert await requests.tracking.get(request.id) == request
        assert await requests.tracking.ledger(request.id) == []

    async def test_text_only_ends_at_100(self, requests: Requests) -> None:
        request = await requests.opened()
        seen = []
        for stage in TEXT_STAGES:
            await requests.run(request, [stage])
            seen.append((await requests.tracking.get(request.id)).progress)
        await requests.deliver(request)
        await requests.finish(request, RequestState.COMPLETED)

        ended = await requests.tracking.get(request.id)
        assert seen == [25, 50, 75, 99]
        assert (ended.state, ended.progress) == (RequestState.COMPLETED, 100)
        assert [status.note for status in ended.stages[4:]] == [NOT_ASKED] * 2
        assert [status.state for status in ended.stages[4:]] == [StageState.SKIPPED] * 2

    async def test_a_stage_keeps_its_output_note_and_attempts(self, requests: Requests) -> None:
        request = await requests.opened()
        await requests.start(request, Stage.WRITE)
        await requests.end(request, Stage.WRITE, StageState.FAILED, note="no words")
        await requests.start(request, Stage.WRITE)
        await requests.start(request, Stage.WRITE)
        await requests.end(request, Stage.WRITE, StageState.DONE, output='{"words": 300}')

        (status,) = [s for s in (await requests.tracking.get(request.id)).stages if s.stage is Stage.WRITE]
        assert (status.state, status.note, status.attempts, status.output) == (
            StageState.DONE,
            "",
            3,
            '{"words": 300}',
        )

    async def test_progress_never_falls(self, requests: Requests) -> None:
        request = await requests.opened(Modality.VIDEO)
        seen = [0]
        moves = [
            (Stage.UNDERSTAND, StageState.DONE),
            (Stage.RETRIEVE, StageState.FAILED),
            (Stage.RETRIEVE, StageState.SHARED),
            (Stage.WRITE, StageState.SKIPPED),
            (Stage.CHECK, StageState.FAILED),
        ]
        for stage, state in moves:
            await requests.start(request, stage)
            await requests.end(request, stage, state)
            seen.append((await requests.tracking.get(request.id)).progress)
        await requests.finish(request, RequestState.FAILED)
        seen.append((await requests.tracking.get(request.id)).progress)

        assert all(before <= after for before, after in pairwise(seen))
        assert seen[-1] == seen[-2] == 40

    @pytest.mark.parametrize(
        ("before", "state"),
        [
            ([], StageState.DONE),
            ([], StageState.FAILED),
            ([], StageState.PENDING),
            ([StageState.DONE], StageState.FAILED),
            ([StageState.DONE], StageState.RUNNING),
            ([StageState.SHARED], StageState.DONE),
            ([StageState.SKIPPED], StageState.DONE),
            ([StageState.FAILED], StageState.DONE),
        ],
    )
    async def test_a_stage_does_not_jump(self, requests: Requests, before: list[StageState], state: StageState) -> None:
        request = await requests.opened()
        for step in before:
            await requests.start(request, Stage.WRITE)
            await requests.end(request, Stage.WRITE, step)

        with pytest.raises(TransitionRefusedError):
            await requests.end(request, Stage.WRITE, state)

    @pytest.mark.parametrize("state", [StageState.DONE, StageState.SHARED, StageState.SKIPPED])
    async def test_an_ended_stage_does_not_start_again(self, requests: Requests, state: StageState) -> None:
        request = await requests.opened()
        await requests.start(request, Stage.WRITE)
        await requests.end(request, Stage.WRITE, state)
        version = (await requests.tracking.get(request.id)).version

        await requests.end(request, Stage.WRITE, state)
        with pytest.raises(TransitionRefusedError):
            await requests.start(request, Stage.WRITE)

        assert (await requests.tracking.get(request.id)).version == version

    async def test_a_stage_outside_the_plan_is_refused(self, requests: Requests) -> None:
        new = replace(new_request(), plan=(PlannedStage(stage=Stage.WRITE),))
        async with requests.database.transaction() as tx:
            await requests.tracking.open(new, tx=tx)
        request = await requests.tracking.get(new.id)

        with pytest.raises(TransitionRefusedError):
            await requests.start(request, Stage.RENDER)

    @pytest.mark.parametrize(("state", "ending"), sorted(ALLOWED))
    async def test_each_allowed_ending(self, requests: Requests, state: RequestState, ending: RequestState) -> None:
        request = await requests.in_state(state)
        if ending is RequestState.COMPLETED:
            await requests.deliver(request)
        before = await requests.tracking.get(request.id)

        await requests.finish(request, ending)

        after = await requests.tracking.get(request.id)
        assert (after.state, after.version) == (ending, before.version + 1)

    @pytest.mark.parametrize("state", list(RequestState))
    async def test_each_other_ending_is_refused(self, requests: Requests, state: RequestState) -> None:
        request = await requests.in_state(state)
        if state is RequestState.RUNNING:
            await requests.deliver(request)
        before = await requests.tracking.get(request.id)

        for ending in RequestState:
            if state is ending and state in TERMINAL_STATES:
                await requests.finish(request, ending, message="another sentence")
            elif (state, ending) not in ALLOWED:
                with pytest.raises(TransitionRefusedError):
                    await requests.finish(request, ending)
        assert await requests.tracking.get(request.id) == before

    @pytest.mark.parametrize("state", sorted(TERMINAL_STATES))
    async def test_an_ended_request_takes_no_more_work(self, requests: Requests, state: RequestState) -> None:
        request = await requests.in_state(state)
        for step in (
            requests.start(request, Stage.WRITE),
            requests.end(request, Stage.WRITE, StageState.SHARED),
            requests.deliver(request, Modality.VIDEO),
        ):
            with pytest.raises(TransitionRefusedError):
                await step
        assert await requests.tracking.get(request.id) == request

    @pytest.mark.parametrize("state", sorted(set(RequestState) - {RequestState.NEEDS_CLARIFICATION}))
    async def test_only_a_request_that_asked_back_resumes(self, requests: Requests, state: RequestState) -> None:
        request = await requests.in_state(state)
        with pytest.raises(TransitionRefusedError):
            await requests.resume(request)
        assert await requests.tracking.get(request.id) == request

    @pytest.mark.parametrize("topic_is_chosen", [True, False])
    async def test_a_request_that_asked_back_resumes_whole(self, requests: Requests, topic_is_chosen: bool) -> None:
        request = await requests.opened(Modality.TEXT)
        await requests.start(request, Stage.UNDERSTAND)
        choice = Choice(topic_id=TopicId("physics/m1"), title="Work", line="")
        ending = Ending(state=RequestState.NEEDS_CLARIFICATION, message="Which?", error_code="list", choices=(choice,))
        await requests.write(lambda tx: requests.tracking.finish(request.id, ending, tx=tx))

        await requests.resume(request, topic_is_chosen=topic_is_chosen)

        again = await requests.tracking.get(request.id)
        assert (again.state, again.message, again.error_code, again.choices) == (RequestState.QUEUED, "", "", ())
        first, *rest = again.stages
        assert first.state is (StageState.SKIPPED if topic_is_chosen else StageState.PENDING)
        states = [status.state for status in rest]
        assert states == [StageState.PENDING] * 3 + [StageState.SKIPPED] * 2
        assert [status.note for status in rest[3:]] == [NOT_ASKED] * 2
        await requests.run(again, TEXT_STAGES[1:] if topic_is_chosen else TEXT_STAGES)
        await requests.deliver(again)
        await requests.finish(again, RequestState.COMPLETED)
        events = [event.state async for event in requests.tracking.watch(request.id)]
        assert events[-1] is RequestState.COMPLETED
        assert events.count(RequestState.NEEDS_CLARIFICATION) == 1

    async def test_completed_needs_every_modality_asked_for(self, requests: Requests) -> None:
        request = await requests.opened(Modality.TEXT, Modality.AUDIO)
        await requests.run(request)
        lesson_id = await requests.deliver(request, Modality.TEXT)
        with pytest.raises(TransitionRefusedError, match="audio"):
            await requests.finish(request, RequestState.COMPLETED)

        await requests.deliver(request, Modality.AUDIO, lesson_id=lesson_id)
        await requests.finish(request, RequestState.COMPLETED)

        ended = await requests.tracking.get(request.id)
        assert (ended.available, ended.lesson_id) == ((Modality.TEXT, Modality.AUDIO), lesson_id)

    async def test_delivering_twice_changes_nothing(self, requests: Requests) -> None:
        request = await requests.in_state(RequestState.RUNNING)
        lesson_id = await requests.deliver(request)
        before = await requests.tracking.get(request.id)

        await requests.deliver(request, lesson_id=lesson_id)
        with pytest.raises(TransitionRefusedError):
            await requests.deliver(request, Modality.AUDIO, lesson_id=LessonId(uuid4()))

        assert await requests.tracking.get(request.id) == before

    async def test_an_ending_is_kept_and_leaves_no_stage_open(self, requests: Requests) -> None:
        request = await requests.opened()
        await requests.run(request, [Stage.UNDERSTAND])
        await requests.start(request, Stage.RETRIEVE)
        choice = Choice(topic_id=TopicId("physics/m54057"), title="Work", line="Force times distance.")
        ending = Ending(
            state=RequestState.NEEDS_CLARIFICATION, message="Which one?", error_code="ambiguous", choices=(choice,)
        )
        await requests.write(lambda tx: requests.tracking.finish(request.id, ending, tx=tx))

        ended = await requests.tracking.get(request.id)
        assert (ended.message, ended.error_code, ended.choices) == ("Which one?", "ambiguous", (choice,))
        assert [status.state for status in ended.stages[:3]] == [StageState.DONE, StageState.DONE, StageState.SKIPPED]
        assert ended.stages[2].note == "ambiguous"

    @pytest.mark.parametrize(
        ("ending", "state"),
        [(RequestState.FAILED, StageState.FAILED), (RequestState.CANCELLED, StageState.SKIPPED)],
    )
    async def test_a_running_stage_ends_with_its_request(
        self, requests: Requests, ending: RequestState, state: StageState
    ) -> None:
        request = await requests.in_state(RequestState.RUNNING)
        await requests.finish(request, ending)

        assert (await requests.tracking.get(request.id)).stages[0].state is state

    @pytest.mark.parametrize("state", [RequestState.FAILED, RequestState.PARTIAL])
    async def test_what_a_fault_ended_can_go_on(self, requests: Requests, state: RequestState) -> None:
        request = await requests.opened(Modality.AUDIO)
        await requests.run(request)
        await requests.start(request, Stage.NARRATE)
        await requests.record(request, charge())
        await requests.finish(request, state, message="Broken.", error_code="integrations.engine_failed")
        ended = await requests.tracking.get(request.id)

        await requests.reopen(request)

        opened = await requests.tracking.get(request.id)
        assert (opened.state, opened.message, opened.error_code) == (RequestState.RUNNING, "", "")
        assert (opened.progress, opened.version) == (ended.progress, ended.version + 1)
        assert opened.stages == ended.stages  # the video was never asked for, and is not now
        assert await requests.tracking.ledger(request.id) == [charge()]
        await requests.run(request, [Stage.NARRATE])
        await requests.deliver(request, Modality.AUDIO)
        await requests.finish(request, RequestState.COMPLETED)
        async with asyncio.timeout(5):
            seen = [event async for event in requests.tracking.watch(request.id)]
        assert [event.state for event in seen if event.name == "state"] == [
            RequestState.QUEUED,
            state,
            RequestState.RUNNING,
            RequestState.COMPLETED,
        ]

    async def test_stages_that_never_came_to_their_turn_get_it_after_reopening(self, requests: Requests) -> None:
        request = await requests.opened(Modality.VIDEO)
        await requests.finish(request, RequestState.FAILED)

        await requests.reopen(request)

        stages = (await requests.tracking.get(request.id)).stages
        assert {(status.state, status.note) for status in stages} == {(StageState.PENDING, "")}

    @pytest.mark.parametrize("state", sorted(set(RequestState) - {RequestState.FAILED, RequestState.PARTIAL}))
    async def test_no_other_request_is_reopened(self, requests: Requests, state: RequestState) -> None:
        request = await requests.in_state(state)
        with pytest.raises(TransitionRefusedError):
            await requests.reopen(request)
        assert await requests.tracking.get(request.id) == request

    async def test_the_ledger_keeps_exact_sums_and_each_row_once(self, requests: Requests) -> None:
        request = await requests.opened()
        saving = charge("video", "0.183", LedgerKind.SAVING)
        rows = [charge("text", "0.1"), charge("audio", "0.2"), charge("tiny", "0.000001"), saving]
        await requests.record(request, *rows[:2])
        await requests.record(request, charge("text", "9.9"), *rows[2:])
        await requests.record(request)

        ledger = await requests.tracking.ledger(request.id)
        assert ledger == rows
        spent = sum((row.amount_usd for row in ledger if row.kind is LedgerKind.CHARGE), Decimal(0))
        assert spent == Decimal("0.300001")

    async def test_nothing_is_charged_after_a_cancel(self, requests: Requests) -> None:
        request = await requests.in_state(RequestState.CANCELLED)
        with pytest.raises(TransitionRefusedError):
            await requests.record(request, charge())
        failed = await requests.in_state(RequestState.FAILED)
        await requests.record(failed, charge())
        assert await requests.tracking.ledger(request.id) == []

    async def test_lesson_owners(self, requests: Requests) -> None:
        first, second = await requests.opened(), await requests.opened()
        lesson_id = await requests.deliver(first)
        await requests.deliver(second, lesson_id=lesson_id)

        assert await requests.tracking.lesson_owners(lesson_id) == {first.owner_id, second.owner_id}
        assert await requests.tracking.lesson_owners(LessonId(uuid4())) == set()

    async def test_the_latest_request_for_a_lesson_is_the_owners_own(self, requests: Requests) -> None:
        first, second = await requests.opened(), await requests.opened()
        lesson_id = await requests.deliver(first)
        await requests.deliver(second, lesson_id=lesson_id)

        assert await requests.tracking.request_for(lesson_id, first.owner_id) == first.id
        assert await requests.tracking.request_for(lesson_id, PersonId(uuid4())) is None

    async def test_lessons_are_counted_by_their_requests(self, requests: Requests) -> None:
        once = await requests.deliver(await requests.opened())
        often = await requests.deliver(await requests.opened())
        await requests.deliver(await requests.opened(), lesson_id=often)

        found = await requests.tracking.most_delivered(limit=10_000)
        assert found.index(often) < found.index(once)
        assert await requests.tracking.most_delivered(limit=1) == found[:1]

    async def test_a_request_keeps_what_it_was_derived_from(self, requests: Requests) -> None:
        first = await requests.opened()
        new = replace(new_request(), derived_from=first.id)
        async with requests.database.transaction() as tx:
            await requests.tracking.open(new, tx=tx)
        assert (await requests.tracking.get(new.id)).derived_from == first.id
        assert first.derived_from is None

    async def test_watching_sees_everything_once_and_resumes(self, requests: Requests) -> None:
        request = await requests.opened()
        seen: list[Event] = []

        async def watch() -> None:
            async for event in requests.tracking.watch(request.id):
                seen.append(event)  # noqa: PERF401 - one by one, as they come

        watching = asyncio.create_task(watch())
        await requests.run(request)
        await requests.deliver(request)
        await requests.finish(request, RequestState.COMPLETED)
        async with asyncio.timeout(5):
            await watching

        assert [(event.name, event.detail) for event in seen] == [
            ("state", ""),
            *[("stage", f"{stage}:{state}") for stage in TEXT_STAGES for state in ("running", "done")],
            ("available", "text"),
            ("state", ""),
        ]
        assert [event.progress for event in seen] == [0, 0, 25, 25, 50, 50, 75, 75, 99, 99, 100]
        assert [event.state for event in seen[-2:]] == [RequestState.RUNNING, RequestState.COMPLETED]
        for position in (0, 5, len(seen) - 1):
            async with asyncio.timeout(5):
                later = [event async for event in requests.tracking.watch(request.id, after=seen[position].id)]
            assert later == seen[position + 1 :]

    async def test_an_unknown_id_is_an_error_everywhere(self, requests: Requests) -> None:
        unknown = RequestId(uuid4())
        ghost = replace(await requests.opened(), id=unknown)
        for call in (
            requests.start(ghost, Stage.WRITE),
            requests.end(ghost, Stage.WRITE),
            requests.deliver(ghost),
            requests.record(ghost, charge()),
            requests.finish(ghost, RequestState.FAILED),
            requests.reopen(ghost),
            requests.resume(ghost),
            requests.tracking.get(unknown),
            requests.tracking.ledger(unknown),
            anext(aiter(requests.tracking.watch(unknown))),
        ):
            with pytest.raises(UnknownRequestError):
                await call
