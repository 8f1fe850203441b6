"""Health, version, and the API's description."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from shell.http.dependencies import UseContainer
from shell.version import VERSION

router = APIRouter(tags=["system"])


class LiveOut(BaseModel):
    """The process answers."""

    status: str = "live"


class ReadyOut(BaseModel):
    """The process can do its work: the database answers and the library is searchable."""

    status: str
    books: int


class VersionOut(BaseModel):
    """What runs here."""

    version: str
    api: str = "v1"


@router.get("/health/live")
async def live() -> LiveOut:
    """Answers as long as the process runs."""
    return LiveOut()


@router.get("/health/ready")
async def ready(container: UseContainer) -> ReadyOut:
    """200 when requests can be served, 503 with the reason otherwise."""
    await container.database().ping()
    await container.rag().check()
    return ReadyOut(status="ready", books=len(await container.rag().books()))


@router.get("/version")
async def version() -> VersionOut:
    """The version that runs."""
    return VersionOut(version=VERSION)


@router.get("/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> JSONResponse:
    """The description of this API."""
    return JSONResponse(request.app.openapi(), headers={"Cache-Control": "no-cache"})
