"""Every error as RFC 9457 problem+json; the only place that knows HTTP status codes of errors."""

import uuid
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from modules.content_generation.interface import BadOrderError, UnknownInterestError
from modules.kernel.interface import VividlyError
from modules.lesson_feedback.interface import BadFeedbackError
from modules.user_auth.interface import TooManyTriesError
from shell.http.headers import DRESS

_log = structlog.get_logger(__name__)
RETRY_SECONDS: Final = 5
TOO_LARGE: Final = "the body is larger than this server takes"
NOT_FOUND: Final = "there is nothing here by that name"


class UnknownCursorError(VividlyError):
    """The cursor of a list names nothing in it."""

    code = "http.unknown_cursor"


class UploadRefusedError(VividlyError):
    """The file has no name, is empty, or came cut short."""

    code = "http.upload_refused"


STATUS: Final[Mapping[str, int]] = {
    "http.unknown_cursor": 422,
    "http.upload_refused": 422,
    "kernel.error": 500,
    "kernel.database_unavailable": 503,
    "integrations.error": 502,
    "integrations.engine_unavailable": 503,
    "integrations.engine_failed": 502,
    "integrations.storage_full": 507,
    "integrations.blob_not_found": 404,
    "integrations.unknown_price": 500,
    "integrations.database_server": 503,
    "worker.error": 500,
    "worker.lease_lost": 409,
    "worker.unknown_job": 404,
    "worker.job_refused": 500,
    "request_tracking.error": 500,
    "request_tracking.unknown_request": 404,
    "request_tracking.transition_refused": 409,
    "rag.error": 500,
    "book_pages.error": 500,
    "book_pages.broken": 422,
    "book_files.error": 500,
    "book_files.unknown_format": 415,
    "book_files.broken": 422,
    "book_files.hostile": 422,
    "book_files.fetch_refused": 422,
    "book_files.fetch_failed": 502,
    "textbooks.error": 500,
    "textbooks.source_not_found": 404,
    "textbooks.broken_source": 422,
    "textbooks.licence_refused": 422,
    "grounding.error": 500,
    "grounding.unknown_language": 422,
    "rag.unknown_topic": 404,
    "rag.unknown_book": 404,
    "rag.unknown_edition": 404,
    "book_building.licence_changed": 409,
    "book_building.quality_refused": 422,
    "book_building.error": 500,
    "book_building.overtaken": 409,
    "bundles.error": 500,
    "bundles.broken": 422,
    "curation.error": 500,
    "curation.bad_title": 422,
    "curation.merge_cycle": 409,
    "imports.error": 500,
    "imports.unknown_import": 404,
    "rag.index_mismatch": 503,
    "language_models.error": 502,
    "language_models.unavailable": 503,
    "language_models.rate_limited": 503,
    "language_models.timed_out": 503,
    "language_models.rejected": 500,
    "language_models.refused": 502,
    "language_models.truncated": 502,
    "language_models.invalid_answer": 502,
    "language_models.too_large": 502,
    "language_models.unknown_price": 500,
    "language_models.retired": 500,
    "lesson_writing.error": 502,
    "model_writing.error": 500,
    "model_writing.unknown_prompt": 404,
    "model_writing.bad_prompt": 500,
    "model_writing.bad_split": 422,
    "model_writing.nothing_to_roll_back": 409,
    "model_writing.unusable_answer": 502,
    "model_writing.interrupted": 503,
    "content_generation.error": 500,
    "content_generation.bad_order": 422,
    "content_generation.unknown_interest": 422,
    "content_generation.not_waiting": 409,
    "content_generation.unknown_lesson": 404,
    "content_generation.artefact_missing": 404,
    "content_generation.ungrounded_lesson": 500,
    "content_generation.lesson_withdrawn": 410,
    "content_generation.topic_blocked": 409,
    "lesson_feedback.error": 500,
    "lesson_feedback.bad_feedback": 422,
    "lesson_feedback.cannot_derive": 409,
    "lesson_feedback.unknown_review": 404,
    "lesson_feedback.already_decided": 409,
    "lesson_feedback.unknown_notice": 404,
    "user_auth.error": 400,
    "user_auth.wrong_credentials": 401,
    "user_auth.too_many_tries": 429,
    "user_auth.not_signed_in": 401,
    "user_auth.not_allowed": 403,
    "user_auth.not_yours": 404,
    "user_auth.email_taken": 409,
    "user_auth.weak_password": 422,
    "user_auth.invalid_person": 422,
    "user_auth.unknown_person": 404,
}


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
    cause: Exception | None = None,
) -> JSONResponse:
    """A problem+json answer; `instance` is also in the log of a server error, with its `cause`."""
    instance = f"urn:uuid:{uuid.uuid4()}"
    body: dict[str, object] = {
        "type": f"urn:vividly:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "instance": instance,
    }
    if errors:
        body["errors"] = list(errors)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("request failed", code=code, status=status, instance=instance, exc_info=cause)
    return JSONResponse(body, status_code=status, headers=dict(headers or {}), media_type="application/problem+json")


def install(app: FastAPI) -> None:
    """Registers the handlers."""
    app.add_exception_handler(VividlyError, _vividly)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


async def _vividly(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, VividlyError):
        raise error
    status = STATUS.get(error.code, 500)
    headers: dict[str, str] = {}
    if isinstance(error, TooManyTriesError):
        headers["Retry-After"] = str(error.retry_after_seconds)
    elif status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = str(RETRY_SECONDS)
    elif status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    detail = NOT_FOUND if status == HTTPStatus.NOT_FOUND else str(error)
    return problem(status, _public_code(error), detail, errors=_field_errors(error), headers=headers)


def _public_code(error: VividlyError) -> str:
    # Somebody else's object and no object at all must look alike.
    return "http.not_found" if STATUS.get(error.code) == HTTPStatus.NOT_FOUND else error.code


def _field_errors(error: VividlyError) -> list[dict[str, str]]:
    if isinstance(error, BadOrderError):
        names = {"query": "student_query", "grade": "grade_level", "modalities": "requested_modalities"}
        return [{"field": names.get(error.field, error.field), "message": str(error)}]
    if isinstance(error, BadFeedbackError):
        return [{"field": error.field, "message": str(error)}]
    if isinstance(error, UnknownInterestError):
        return [{"field": "interest", "message": str(error)}]
    return []


async def _validation(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    found = error.errors()
    if any(item["type"] == "json_invalid" for item in found):
        return problem(400, "http.malformed_json", "the body is not JSON; check quotes, commas and brackets")
    errors = [{"field": _field(item["loc"]), "message": _sentence(str(item["msg"]))} for item in found]
    fields = ", ".join(dict.fromkeys(item["field"] for item in errors))
    return problem(422, "http.field_errors", f"check these fields: {fields}", errors=errors)


def _field(location: Sequence[object]) -> str:
    parts = [str(part) for part in location if part not in {"body", "query", "path", "header"}]
    return ".".join(parts) or "body"


def _sentence(message: str) -> str:
    text = message.removeprefix("Value error, ")
    return text[:1].lower() + text[1:]


async def _http(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    details = {
        404: NOT_FOUND,
        405: "this address does not take that method",
        413: TOO_LARGE,
    }
    code = HTTPStatus(error.status_code).name.lower()
    return problem(
        error.status_code, f"http.{code}", details.get(error.status_code, str(error.detail)), headers=error.headers
    )


async def _unexpected(_request: Request, error: Exception) -> JSONResponse:
    detail = "something went wrong on this server; the instance is in its log"
    # Answered outside every middleware, so it dresses itself.
    return problem(500, "http.unexpected", detail, headers=DRESS, cause=error)
