"""Which route needs which permission. A route that is not in this table answers 403 to everybody."""

from collections.abc import Mapping
from typing import Final

from modules.user_auth.interface import Action

PUBLIC: Final = None
"""Open to callers without a token."""

POLICY: Final[Mapping[tuple[str, str], Action | None]] = {
    ("POST", "/api/v1/auth/login"): PUBLIC,
    ("POST", "/api/v1/auth/refresh"): PUBLIC,
    ("POST", "/api/v1/auth/logout"): Action.READ_SELF,
    ("GET", "/api/v1/me"): Action.READ_SELF,
    ("POST", "/api/v1/content/generate"): Action.GENERATE_CONTENT,
    ("GET", "/api/v1/requests/{request_id}"): Action.READ_REQUEST,
    ("GET", "/api/v1/requests/{request_id}/events"): Action.READ_REQUEST,
    ("POST", "/api/v1/requests/{request_id}/cancel"): Action.CANCEL_REQUEST,
    ("POST", "/api/v1/requests/{request_id}/answer"): Action.ANSWER_REQUEST,
    ("GET", "/api/v1/admin/flags"): Action.READ_FLAGS,
    ("GET", "/api/v1/lessons/{lesson_id}"): Action.READ_LESSON,
    ("GET", "/api/v1/lessons/{lesson_id}/audio"): Action.READ_LESSON,
    ("HEAD", "/api/v1/lessons/{lesson_id}/audio"): Action.READ_LESSON,
    ("GET", "/api/v1/lessons/{lesson_id}/video"): Action.READ_LESSON,
    ("HEAD", "/api/v1/lessons/{lesson_id}/video"): Action.READ_LESSON,
    ("GET", "/api/v1/lessons/{lesson_id}/captions.vtt"): Action.READ_LESSON,
    ("GET", "/api/v1/lessons/{lesson_id}/transcript"): Action.READ_LESSON,
    ("GET", "/api/v1/lessons/{lesson_id}/poster"): Action.READ_LESSON,
    ("GET", "/api/v1/lessons/similar"): Action.READ_LIBRARY,
    ("POST", "/api/v1/lessons/{lesson_id}/feedback"): Action.READ_LESSON,
    ("POST", "/api/v1/lessons/{lesson_id}/derive"): Action.GENERATE_CONTENT,
    ("POST", "/api/v1/lessons/{lesson_id}/quiz"): Action.READ_LESSON,
    ("GET", "/api/v1/lessons/{lesson_id}/quiz/attempts"): Action.READ_SELF,
    ("GET", "/api/v1/me/notices"): Action.READ_SELF,
    ("POST", "/api/v1/me/notices/{notice_id}/read"): Action.READ_SELF,
    ("GET", "/api/v1/reviews"): Action.REVIEW_LESSONS,
    ("POST", "/api/v1/reviews/{review_id}/approve"): Action.REVIEW_LESSONS,
    ("POST", "/api/v1/reviews/{review_id}/fix"): Action.REVIEW_LESSONS,
    ("POST", "/api/v1/reviews/{review_id}/withdraw"): Action.REVIEW_LESSONS,
    ("DELETE", "/api/v1/reviews/blocks/{topic_id:path}"): Action.MANAGE_LIBRARY,
    ("GET", "/api/v1/topics"): Action.READ_LIBRARY,
    ("GET", "/api/v1/topics/{topic_id:path}"): Action.READ_LIBRARY,
    ("GET", "/api/v1/interests"): Action.READ_LIBRARY,
    ("GET", "/api/v1/search"): Action.READ_LIBRARY,
    ("GET", "/api/v1/library/subjects"): Action.READ_LIBRARY,
    ("GET", "/api/v1/library/topics/suggest"): Action.READ_LIBRARY,
    ("GET", "/api/v1/library/topics/{topic_id:path}/related"): Action.READ_LIBRARY,
    ("GET", "/api/v1/library/topics/{topic_id:path}/history"): Action.MANAGE_LIBRARY,
    ("PATCH", "/api/v1/library/topics/{topic_id:path}"): Action.MANAGE_LIBRARY,
    ("GET", "/api/v1/library/books"): Action.MANAGE_LIBRARY,
    ("GET", "/api/v1/library/books/{slug}"): Action.MANAGE_LIBRARY,
    ("POST", "/api/v1/library/imports"): Action.MANAGE_LIBRARY,
    ("GET", "/api/v1/library/imports"): Action.MANAGE_LIBRARY,
    ("GET", "/api/v1/library/imports/{import_id}"): Action.MANAGE_LIBRARY,
    ("POST", "/api/v1/library/imports/{import_id}/cancel"): Action.MANAGE_LIBRARY,
    ("GET", "/health/live"): PUBLIC,
    ("GET", "/health/ready"): PUBLIC,
    ("GET", "/version"): PUBLIC,
    ("GET", "/openapi.json"): PUBLIC,
    ("GET", "/"): PUBLIC,
    ("GET", "/library/{topic_id:path}"): PUBLIC,
}
