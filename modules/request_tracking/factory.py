"""Builds request tracking."""

from modules.integrations.interface import Doorbell
from modules.kernel.interface import Database
from modules.request_tracking.interface import RequestTracking
from modules.request_tracking.pipeline.bell import RequestBell
from modules.request_tracking.repository import RequestRepository
from modules.request_tracking.service import RequestTrackingService


def create_request_tracking(*, database: Database, doorbell: Doorbell, poll_seconds: float = 1.0) -> RequestTracking:
    """Request tracking on this database; `poll_seconds`: how long a lost ring can delay a watcher."""
    bell = RequestBell(doorbell=doorbell, pause_seconds=poll_seconds)
    return RequestTrackingService(database=database, requests=RequestRepository(), bell=bell)
