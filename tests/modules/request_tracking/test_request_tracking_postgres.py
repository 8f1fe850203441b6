"""What only the real request_tracking can show: constraints, order under concurrency, rings, the database clock."""

import asyncio
from contextlib import suppress

import psycopg
import pytest

from modules.integrations.local.doorbell import PostgresDoorbell
from modules.kernel.database import SqlDatabase
from modules.kernel.interface import Modality
from modules.request_tracking.factory import create_request_tracking
from modules.request_tracking.interface import Event, RequestState, RequestTracking, Stage
from tests.contracts.request_tracking import TEXT_STAGES, Requests, charge
from tests.fakes.integrations import FakeDoorbell

pytestmark = pytest.mark.postgres


@pytest.fixture
def doorbell() -> FakeDoorbell:
    return FakeDoorbell()


@pytest.fixture
def tracking(shared_database: SqlDatabase, doorbell: FakeDoorbell) -> RequestTracking:
    return create_request_tracking(database=shared_database, doorbell=doorbell, poll_seconds=0.1)


@pytest.fixture
def requests(tracking: RequestTracking, shared_database: SqlDatabase) -> Requests:
    return Requests(tracking=tracking, database=shared_database)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("state = 'completed', progress = 100", "ck_requests_completed_is_whole"),
        ("state = 'completed', available = modalities", "ck_requests_completed_is_100"),
        ("state = 'generating'", "ck_requests_state"),
        ("progress = 101", "ck_requests_progress_range"),
        ("modalities = '{}'", "ck_requests_modalities_some"),
        ("preferred_modality = 'smell'", "ck_requests_preferred_modality"),
    ],
)
async def test_the_table_itself_refuses(
    requests: Requests, shared_database_url: str, change: str, constraint: str
) -> None:
    request = await requests.opened(Modality.TEXT, Modality.VIDEO)
    with psycopg.connect(shared_database_url) as connection, pytest.raises(psycopg.errors.CheckViolation) as refused:
        connection.execute(f"UPDATE request_tracking.requests SET {change} WHERE id = %s", (request.id,))  # noqa: S608
    assert refused.value.diag.constraint_name == constraint


async def test_the_table_lets_a_whole_request_complete(requests: Requests, shared_database_url: str) -> None:
    request = await requests.opened(Modality.TEXT)
    with psycopg.connect(shared_database_url) as connection:
        connection.execute(
            "UPDATE request_tracking.requests SET state = 'completed', progress = 100, available = '{audio,text}'"
            " WHERE id = %s",
            (request.id,),
        )
    assert (await requests.tracking.get(request.id)).state is RequestState.COMPLETED


async def test_the_table_takes_each_ledger_row_once(requests: Requests, shared_database_url: str) -> None:
    request = await requests.opened()
    await requests.record(request, charge("text", "0.005"))
    with psycopg.connect(shared_database_url) as connection, pytest.raises(psycopg.errors.UniqueViolation):
        connection.execute(
            "INSERT INTO request_tracking.ledger"
            " (request_id, kind, item, amount_usd, price_book_version, engine, note)"
            " SELECT request_id, kind, item, 1, '', '', '' FROM request_tracking.ledger WHERE request_id = %s",
            (request.id,),
        )


async def test_two_writers_of_the_same_charge_write_it_once(requests: Requests) -> None:
    request = await requests.opened()
    await asyncio.gather(*(requests.record(request, charge("text", f"0.00{n}")) for n in range(1, 6)))
    assert len(await requests.tracking.ledger(request.id)) == 1


async def test_a_watcher_misses_no_event_of_concurrent_writers(
    requests: Requests, shared_database: SqlDatabase
) -> None:
    request = await requests.in_state(RequestState.RUNNING)
    seen: list[Event] = []

    async def watch() -> None:
        async for event in requests.tracking.watch(request.id):
            seen.append(event)  # noqa: PERF401 - one by one, as they come

    async def restart(number: int) -> None:
        await asyncio.sleep(0.01 * (number % 3))
        async with shared_database.transaction() as tx:
            await requests.tracking.start_stage(request.id, Stage.UNDERSTAND, tx=tx)
            await asyncio.sleep(0.02 * ((number * 7) % 4))

    watching = asyncio.create_task(watch())
    await asyncio.gather(*(restart(number) for number in range(12)))
    await requests.finish(request, RequestState.FAILED)
    async with asyncio.timeout(5):
        await watching

    stored = [event.id async for event in requests.tracking.watch(request.id)]
    assert len(stored) == 2 + 12 + 1
    assert [event.id for event in seen] == stored == sorted(stored)
    assert (await requests.tracking.get(request.id)).stages[0].attempts == 13


async def test_only_one_of_two_endings_wins(requests: Requests) -> None:
    request = await requests.in_state(RequestState.RUNNING)
    results = await asyncio.gather(
        requests.finish(request, RequestState.CANCELLED),
        requests.finish(request, RequestState.FAILED),
        return_exceptions=True,
    )

    assert sum(result is None for result in results) == 1
    events = [event.name async for event in requests.tracking.watch(request.id)]
    assert events == ["state", "stage", "state"]


async def test_a_change_rings_after_commit_and_a_rollback_does_not(
    requests: Requests, doorbell: FakeDoorbell, shared_database: SqlDatabase
) -> None:
    request = await requests.opened()
    await asyncio.sleep(0.01)
    assert doorbell.rung == [("requests", str(request.id))]
    async with shared_database.transaction() as tx:
        await requests.tracking.start_stage(request.id, Stage.UNDERSTAND, tx=tx)
        await asyncio.sleep(0.01)
        assert len(doorbell.rung) == 1
    with suppress(KeyError):
        async with shared_database.transaction() as tx:
            await requests.tracking.start_stage(request.id, Stage.RETRIEVE, tx=tx)
            raise KeyError
    await asyncio.sleep(0.01)
    assert doorbell.rung == [("requests", str(request.id))] * 2


@pytest.mark.parametrize("deaf", [False, True])
async def test_a_watcher_hears_the_ring_and_survives_a_lost_one(shared_database: SqlDatabase, deaf: bool) -> None:
    doorbell = FakeDoorbell()
    doorbell.broken = deaf
    tracking = create_request_tracking(database=shared_database, doorbell=doorbell, poll_seconds=0.2 if deaf else 30.0)
    requests = Requests(tracking=tracking, database=shared_database)
    request = await requests.opened()
    watcher = tracking.watch(request.id)
    async with asyncio.timeout(3):
        await anext(watcher)
        coming = asyncio.ensure_future(anext(watcher))
        await asyncio.sleep(0.1)
        await requests.finish(request, RequestState.CANCELLED)
        assert (await coming).state is RequestState.CANCELLED
        with pytest.raises(StopAsyncIteration):
            await anext(watcher)


async def test_many_watchers_share_one_ear_and_leave_none(requests: Requests, doorbell: FakeDoorbell) -> None:
    running = [await requests.opened() for _ in range(3)]

    async def last(position: int) -> Event:
        return [event async for event in requests.tracking.watch(running[position].id)][-1]

    watching = [asyncio.create_task(last(position)) for position in (0, 0, 1, 2)]
    await asyncio.sleep(0.05)
    assert len(doorbell._ears["requests"]) == 1
    for request in running:
        await requests.finish(request, RequestState.CANCELLED)
    async with asyncio.timeout(5):
        ends = await asyncio.gather(*watching)

    assert {event.state for event in ends} == {RequestState.CANCELLED}
    assert doorbell._ears["requests"] == []


async def test_a_watcher_is_woken_over_postgres(shared_database: SqlDatabase, shared_database_url: str) -> None:
    doorbell = PostgresDoorbell(url=shared_database_url)
    tracking = create_request_tracking(database=shared_database, doorbell=doorbell, poll_seconds=30.0)
    requests = Requests(tracking=tracking, database=shared_database)
    request = await requests.opened()
    watcher = tracking.watch(request.id)
    async with asyncio.timeout(5):
        await anext(watcher)
        coming = asyncio.ensure_future(anext(watcher))
        await asyncio.sleep(0.3)
        await requests.start(request, Stage.UNDERSTAND)
        assert (await coming).detail == "understand:running"
    await watcher.aclose()  # type: ignore[attr-defined]
    await doorbell.close()


async def test_a_stage_is_timed_by_the_database(requests: Requests) -> None:
    request = await requests.opened()
    await requests.start(request, Stage.WRITE)
    await asyncio.sleep(0.1)
    await requests.end(request, Stage.WRITE)

    (status,) = [s for s in (await requests.tracking.get(request.id)).stages if s.stage is Stage.WRITE]
    assert 0.1 <= status.duration_seconds < 5


async def test_a_read_in_the_callers_transaction_sees_its_writes(
    requests: Requests, shared_database: SqlDatabase
) -> None:
    request = await requests.opened()
    async with shared_database.transaction() as tx:
        await requests.tracking.start_stage(request.id, Stage.UNDERSTAND, tx=tx)
        assert (await requests.tracking.get(request.id, tx=tx)).state is RequestState.RUNNING
        assert (await requests.tracking.get(request.id)).state is RequestState.QUEUED


async def test_updated_at_moves_with_the_version(requests: Requests) -> None:
    request = await requests.opened()
    for stage in TEXT_STAGES:
        await requests.run(request, [stage])
    after = await requests.tracking.get(request.id)

    assert after.version == 1 + 2 * len(TEXT_STAGES)
    assert after.updated_at > request.updated_at
    assert after.created_at == request.created_at
