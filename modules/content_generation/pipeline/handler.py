"""Runs a lesson's job: stage by stage, each closed in one transaction together with what it wrote."""

from typing import Final

import structlog
from typing_extensions import override

from modules.content_generation.domain.orders import BLOCKED, BadPayloadError, Payload, read
from modules.content_generation.interface import LessonWithdrawnError, TopicBlockedError, UngroundedLessonError
from modules.content_generation.pipeline.desk import Desk, Made, Run, Step
from modules.content_generation.pipeline.media_steps import MEDIA_STEPS
from modules.content_generation.pipeline.text_steps import TEXT_STEPS, aim_at
from modules.integrations.interface import EngineUnavailableError
from modules.kernel.interface import Modality, Transaction
from modules.request_tracking.interface import (
    REOPENABLE_STATES,
    TERMINAL_STATES,
    Ending,
    Request,
    RequestState,
    Stage,
    StageState,
    UnknownRequestError,
)
from modules.worker.interface import DeadLetter, Done, Job, JobHandler, JobOutcome, Lease, Postpone

_log: Final = structlog.get_logger(__name__)
_FINISHED: Final = frozenset({StageState.DONE, StageState.SHARED, StageState.SKIPPED})
_WAIT_SECONDS: Final = 0.5
_BLOCKED: Final = Ending(state=RequestState.DECLINED, message=BLOCKED, error_code=TopicBlockedError.code)
_WITHDRAWN: Final = Ending(
    state=RequestState.PARTIAL,
    message="The lesson was withdrawn after a review, so no more of it is made. Ask for a new one.",
    error_code=LessonWithdrawnError.code,
)
_NO_LESSON: Final = Ending(
    state=RequestState.INSUFFICIENT_SOURCES,
    message="The library does not hold enough on this topic for a lesson that can be checked.",
    error_code=UngroundedLessonError.code,
)


class LessonHandler(JobHandler):
    """Takes a request from its question to its one end; resumes where an earlier run stopped."""

    def __init__(self, *, desk: Desk) -> None:
        self._desk = desk

    @override
    async def handle(self, job: Job, lease: Lease) -> JobOutcome:
        try:
            payload = read(job.payload)
            request = await self._desk.tracking.get(payload.request_id)
        except BadPayloadError as error:
            return DeadLetter(reason="bad_payload", message=str(error))
        except UnknownRequestError:
            return DeadLetter(reason="unknown_request", message="The job names a request that does not exist.")
        if job.replayed and request.state in REOPENABLE_STATES:
            request = await self._reopened(request, lease)
        if request.state in TERMINAL_STATES:
            return Done()
        run = await self._run_of(job, lease, request, payload)
        for step in (*TEXT_STEPS, *MEDIA_STEPS):
            outcome = None if step.stage in run.outputs else await self._stage(run, step)
            if outcome is not None:
                return outcome
        return Done()

    @override
    async def gave_up(self, job: Job, reason: str, message: str, *, tx: Transaction) -> None:
        await self._desk.lessons.release(job.id, tx=tx)
        try:
            request = await self._desk.tracking.get(read(job.payload).request_id, tx=tx)
        except (BadPayloadError, UnknownRequestError):
            return
        if request.state not in TERMINAL_STATES:
            await self._desk.tracking.finish(request.id, _broken(request, reason), tx=tx)

    async def _reopened(self, request: Request, lease: Lease) -> Request:
        async with self._desk.database.transaction() as tx:
            await lease.hold(tx=tx)
            await self._desk.tracking.reopen(request.id, tx=tx)
            return await self._desk.tracking.get(request.id, tx=tx)

    async def _run_of(self, job: Job, lease: Lease, request: Request, payload: Payload) -> Run:
        outputs = {status.stage: status.output for status in request.stages if status.state in _FINISHED}
        run = Run(job=job, lease=lease, request=request, outputs=outputs, answers=payload.answers, level=payload.level)
        if payload.topic_id:
            outputs[Stage.UNDERSTAND] = await aim_at(self._desk, run, payload.topic_id)
        return run

    async def _stage(self, run: Run, step: Step) -> JobOutcome | None:
        outcome: JobOutcome | None = None
        async with self._desk.database.transaction() as tx:
            await run.lease.hold(tx=tx)
            refused = await self._refused(run, step, tx)
            # Claim, then look: who looks first may miss what is published, and its claim given up, in between.
            claimed = await self._claim(run, step, tx)
            made = refused or (await step.find(self._desk, run, tx) if step.find else None)
            if made is not None:
                outcome = await self._close(run, step, made, StageState.SHARED, tx)
            elif not claimed:
                return Postpone(after_seconds=_WAIT_SECONDS)
            else:
                await self._desk.tracking.start_stage(run.request.id, step.stage, tx=tx)
        if made is None:
            made = await self._made(run, step)
            async with self._desk.database.transaction() as tx:
                await run.lease.hold(tx=tx)
                outcome = await self._close(run, step, made, StageState.DONE, tx)
        if made.after_commit:
            made.after_commit()
        return outcome

    async def _refused(self, run: Run, step: Step, tx: Transaction) -> Made | None:
        """The end of a request whose topic is blocked or whose lesson is gone; also looks what was withdrawn of it."""
        if step.stage is Stage.UNDERSTAND:
            return None
        ordered, lessons = run.ordered, self._desk.lessons
        run.withdrawn = await lessons.withdrawals(ordered.topic_id, ordered.key, tx=tx)
        blocked = step.stage is Stage.RETRIEVE and await lessons.is_blocked(ordered.topic_id, tx=tx)
        if step in MEDIA_STEPS and await lessons.is_withdrawn(run.lesson_id, tx=tx):
            return Made(ending=_WITHDRAWN)
        return Made(ending=_BLOCKED) if blocked else None

    async def _claim(self, run: Run, step: Step, tx: Transaction) -> bool:
        """Whether nobody else is building the same thing."""
        if step.build_key is None:
            return True
        return await self._desk.lessons.claim(step.build_key(run), run.job.id, seconds=step.claim_seconds, tx=tx)

    async def _made(self, run: Run, step: Step) -> Made:
        try:
            return await step.work(self._desk, run)
        except UngroundedLessonError as error:
            _log.warning("lesson_not_grounded", request_id=str(run.request.id), why=str(error))
            return Made(ending=_NO_LESSON)
        except EngineUnavailableError as error:
            _log.warning("engine_unavailable", request_id=str(run.request.id), why=str(error))
            return Made(ending=_broken(await self._desk.tracking.get(run.request.id), error.code))

    async def _close(self, run: Run, step: Step, made: Made, state: StageState, tx: Transaction) -> Done | None:
        """Writes what was made, ends the stage, and with the last one the request and the job."""
        await made.effects(tx)
        if step.ends_claim or made.ending:
            await self._desk.lessons.release(run.job.id, tx=tx)
        ending = made.ending
        if ending is None:
            await self._desk.tracking.end_stage(run.request.id, step.stage, state, tx=tx, output=made.output)
            run.outputs[step.stage] = made.output
            if any(one.stage not in run.outputs for one in run.request.stages):
                return None
            ending = Ending(state=RequestState.COMPLETED)
        await self._desk.tracking.finish(run.request.id, ending, tx=tx)
        await run.lease.finish(tx=tx)
        return Done()


def _broken(request: Request, reason: str) -> Ending:
    """How a request ends when something in it failed for good: partly, once its text can be read."""
    if Modality.TEXT not in request.available:
        message = "The lesson could not be made because of a fault on our side. Ask again in a while."
        return Ending(state=RequestState.FAILED, message=message, error_code=reason)
    lost = " and ".join(modality for modality in request.modalities if modality not in request.available)
    message = f"The lesson is ready to read. Its {lost} could not be made."
    return Ending(state=RequestState.PARTIAL, message=message, error_code=reason)
