"""What the people of a school look after."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from modules.user_auth.interface import Action, NotYoursError
from shell.http.dependencies import UseContent, UsePrincipal, UseTracking, UseUserAuth

router = APIRouter(prefix="/api/v1/admin", tags=["admin"])
MOST: Final = 100
NEWEST: Final = 2**63 - 1


class FlagOut(BaseModel):
    """A request that a human should look at; what was written stands in the request alone."""

    id: int
    request_id: UUID
    kind: str
    created_at: datetime
    links: dict[str, str]


class FlagsOut(BaseModel):
    """Flags, the newest first; `next_before` gets the ones before these, and is null after the last."""

    flags: list[FlagOut]
    next_before: int | None


@router.get("/flags")
async def flags(
    principal: UsePrincipal,
    auth: UseUserAuth,
    content: UseContent,
    tracking: UseTracking,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    before: Annotated[int | None, Query(ge=1, le=NEWEST)] = None,
) -> FlagsOut:
    """Requests in which somebody may be in danger or asked for what harms others, in your school."""
    found = await content.flags(limit=limit, before=before)
    shown = []
    for flag in found:
        owner = (await tracking.get(flag.request_id)).owner_id
        try:
            await auth.authorise(principal, Action.READ_FLAGS, owners=[owner])
        except NotYoursError:
            # Another school's: left out, so that a page may hold fewer than `limit`.
            continue
        shown.append(
            FlagOut(
                id=flag.id,
                request_id=flag.request_id,
                kind=flag.kind,
                created_at=flag.created_at,
                links={"request": f"/api/v1/requests/{flag.request_id}"},
            )
        )
    return FlagsOut(flags=shown, next_before=found[-1].id if len(found) == limit else None)
