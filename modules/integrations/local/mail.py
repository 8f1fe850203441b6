"""The mailer of an installation without a mail server."""

from typing import Final

import structlog
from typing_extensions import override

from modules.integrations.interface import Mailer

_log: Final = structlog.get_logger(__name__)


class NullMailer(Mailer):
    """Sends nothing and says so in the log, without address, subject or text: they are personal data."""

    @override
    async def send(self, *, to: str, subject: str, body: str) -> None:
        _log.warning("mail_not_sent", reason="no mail server is configured", body_characters=len(body))
