"""The fake and the real request_tracking keep the same contract."""

import pytest

from modules.kernel.interface import Database
from modules.request_tracking.factory import create_request_tracking
from tests.contracts.request_tracking import Requests, RequestTrackingContract
from tests.fakes.integrations import FakeDoorbell
from tests.fakes.request_tracking import FakeRequestTracking
from tests.fakes.worker import RevertingDatabase


@pytest.fixture(params=[pytest.param("fake", marks=pytest.mark.unit), pytest.param("real", marks=pytest.mark.postgres)])
def requests(request: pytest.FixtureRequest) -> Requests:
    if request.param == "fake":
        return Requests(tracking=FakeRequestTracking(), database=RevertingDatabase())
    database: Database = request.getfixturevalue("shared_database")
    tracking = create_request_tracking(database=database, doorbell=FakeDoorbell())
    return Requests(tracking=tracking, database=database)


class TestRequestTrackingContract(RequestTrackingContract):
    """Runs the contract on both."""
