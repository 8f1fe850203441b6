"""Managing the library: its books and their editions, and the import of more."""

import asyncio
import errno
import shutil
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from modules.imports.interface import ImportId
from modules.integrations.interface import StorageFullError
from shell.http.dependencies import UseContainer, UseImports, UsePrincipal, UseRag, parse_id
from shell.http.errors import UploadRefusedError
from shell.library_views import BookDetailOut, BookOut, ImportOut, book_out, import_out, record_out

router = APIRouter(prefix="/api/v1/library", tags=["library"])


class BooksOut(BaseModel):
    """Every book that serves, by title."""

    books: list[BookOut]


class ImportsOut(BaseModel):
    """Imports, newest first."""

    imports: list[ImportOut]


@router.get("/books")
async def books(rag: UseRag) -> BooksOut:
    """Every book that serves."""
    return BooksOut(books=[book_out(book) for book in await rag.books()])


@router.get("/books/{slug}")
async def book(slug: str, rag: UseRag) -> BookDetailOut:
    """One book with its editions and their quality."""
    return record_out(await rag.book(slug))


@router.post("/imports", status_code=202)
async def request_import(
    request: Request,
    response: Response,
    principal: UsePrincipal,
    imports: UseImports,
    container: UseContainer,
    filename: Annotated[str, Query(min_length=1, max_length=200, description="The file's own name, with its ending.")],
    allow_licence: Annotated[list[str] | None, Query(max_length=10)] = None,
    *,
    accept_quality: bool = False,
) -> ImportOut:
    """Takes a book's file, the raw bytes as the body, and queues its import; follow it at `Location`."""
    folder = container.settings().home / "imports"
    path = await _kept(request.stream(), folder, _plain_name(filename))
    try:
        import_id = await imports.request(
            path,
            requested_by=str(principal.person_id),
            allow_licences=allow_licence or (),
            accept_quality=accept_quality,
            discard_source=True,
        )
    except BaseException:
        _remove(path)
        raise
    response.headers["Location"] = f"/api/v1/library/imports/{import_id}"
    return import_out(await imports.status(import_id))


@router.get("/imports")
async def list_imports(imports: UseImports, limit: Annotated[int, Query(ge=1, le=500)] = 50) -> ImportsOut:
    """The latest imports."""
    return ImportsOut(imports=[import_out(record) for record in await imports.recent(limit=limit)])


@router.get("/imports/{import_id}")
async def show_import(import_id: str, imports: UseImports) -> ImportOut:
    """Where an import stands."""
    return import_out(await imports.status(ImportId(parse_id(import_id))))


@router.post("/imports/{import_id}/cancel")
async def cancel_import(import_id: str, imports: UseImports) -> ImportOut:
    """Ends an import; what served goes on serving."""
    return import_out(await imports.cancel(ImportId(parse_id(import_id))))


def _remove(path: Path) -> None:
    shutil.rmtree(path.parent, ignore_errors=True)


def _plain_name(filename: str) -> str:
    """The last part of the name, of signs that are no part of a path."""
    name = "".join(sign if sign.isalnum() or sign in "._- " else "_" for sign in filename).strip(". ")
    if not name:
        raise UploadRefusedError("send the file's own name, with its ending, as `filename`")
    return name[-100:]


async def _kept(pieces: AsyncIterator[bytes], folder: Path, name: str) -> Path:
    """The body as a file; whole, or not at all."""
    path = folder / str(uuid.uuid4()) / name
    try:
        await asyncio.to_thread(path.parent.mkdir, parents=True)
        with path.open("wb") as file:
            async for piece in pieces:
                await asyncio.to_thread(file.write, piece)
            size = file.tell()
    except OSError as error:
        _remove(path)
        if error.errno == errno.ENOSPC:
            raise StorageFullError("no room is left for this file; nothing of it was kept") from error
        raise
    except BaseException:
        _remove(path)
        raise
    if not size:
        _remove(path)
        raise UploadRefusedError("the body is empty; send the bytes of the file as they are")
    return path
