"""The null mailer keeps secrets; the default book has the prices that the product shows."""

from decimal import Decimal

import pytest
from structlog.testing import capture_logs

from modules.integrations.local.mail import NullMailer
from modules.integrations.local.prices import DefaultPriceBook
from modules.kernel.interface import Modality

pytestmark = pytest.mark.unit


async def test_unsent_mail_is_logged_without_personal_data() -> None:
    with capture_logs() as logs:
        await NullMailer().send(to="ada@example.org", subject="Ada's password", body="Dear Ada")
    assert [entry["event"] for entry in logs] == ["mail_not_sent"]
    assert "ada" not in str(logs).lower()


def test_the_default_prices() -> None:
    book = DefaultPriceBook()
    assert book.version == "2026-01"
    assert {modality: book.price_usd(modality) for modality in Modality} == {
        Modality.TEXT: Decimal("0.005"),
        Modality.AUDIO: Decimal("0.012"),
        Modality.VIDEO: Decimal("0.183"),
    }
