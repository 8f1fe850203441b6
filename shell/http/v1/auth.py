"""Signing in, and who am I."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from modules.user_auth.interface import Tokens
from shell.http.dependencies import UsePrincipal, UseUserAuth

router = APIRouter(prefix="/api/v1", tags=["auth"])
TOKEN_TYPE: Final = "Bearer"  # noqa: S105 - the scheme's name


class LoginIn(BaseModel):
    """E-mail and password."""

    model_config = ConfigDict(extra="forbid")
    email: Annotated[str, Field(min_length=3, max_length=254)]
    password: Annotated[str, Field(min_length=1, max_length=256)]


class RefreshIn(BaseModel):
    """The refresh token of the last sign-in or refresh."""

    model_config = ConfigDict(extra="forbid")
    refresh_token: Annotated[str, Field(min_length=1, max_length=512)]


class TokensOut(BaseModel):
    """A pair of tokens."""

    access_token: str
    access_expires_at: datetime
    refresh_token: str
    refresh_expires_at: datetime
    token_type: str = TOKEN_TYPE


class MeOut(BaseModel):
    """The person behind the token."""

    id: UUID
    email: str
    display_name: str
    role: str
    grade_level: int | None


@router.post("/auth/login")
async def login(body: LoginIn, request: Request, auth: UseUserAuth) -> TokensOut:
    """Opens a session."""
    address = request.client.host if request.client else "unknown"
    return _out(await auth.sign_in(body.email, body.password, address=address))


@router.post("/auth/refresh")
async def refresh(body: RefreshIn, auth: UseUserAuth) -> TokensOut:
    """A new pair of tokens; the refresh token sent works once."""
    return _out(await auth.refresh(body.refresh_token))


@router.post("/auth/logout", status_code=204)
async def logout(principal: UsePrincipal, auth: UseUserAuth) -> Response:
    """Ends the session at once."""
    await auth.sign_out(principal)
    return Response(status_code=204)


@router.get("/me")
async def me(principal: UsePrincipal, auth: UseUserAuth) -> MeOut:
    """The person who is signed in."""
    person = await auth.person(principal.person_id)
    return MeOut(
        id=person.id,
        email=person.email,
        display_name=person.display_name,
        role=person.role,
        grade_level=person.grade,
    )


def _out(tokens: Tokens) -> TokensOut:
    return TokensOut(
        access_token=tokens.access_token,
        access_expires_at=tokens.access_expires_at,
        refresh_token=tokens.refresh_token,
        refresh_expires_at=tokens.refresh_expires_at,
    )
