"""SQL of model_writing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, text

from modules.kernel.database import session_of
from modules.kernel.interface import Transaction
from modules.model_writing.interface import Share
from modules.model_writing.models import ActivationRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """A row of the table. `shares`: empty for the prompt as delivered."""

    id: int
    shares: tuple[Share, ...]
    before_id: int | None


class ActivationRepository:
    """Reads activations, and adds new ones."""

    async def lock(self, *, tx: Transaction) -> None:
        """Lets one change at a time through; readers do not wait."""
        await session_of(tx).execute(text("LOCK TABLE model_writing.activation IN SHARE ROW EXCLUSIVE MODE"))

    async def newest(self, name: str, *, tx: Transaction) -> Activation | None:
        """The one that counts."""
        query = select(ActivationRow).where(ActivationRow.name == name).order_by(ActivationRow.id.desc()).limit(1)
        row = await session_of(tx).scalar(query)
        return _activation(row) if row else None

    async def by_id(self, activation_id: int, *, tx: Transaction) -> Activation | None:
        """An earlier one."""
        row = await session_of(tx).get(ActivationRow, activation_id)
        return _activation(row) if row else None

    async def add(
        self, name: str, shares: tuple[Share, ...], before_id: int | None, at: datetime, *, tx: Transaction
    ) -> None:
        """A new one, which counts from now on."""
        row = insert(ActivationRow).values(
            name=name,
            versions=[share.version for share in shares],
            percents=[share.percent for share in shares],
            before_id=before_id,
            made_at=at,
        )
        await session_of(tx).execute(row)


def _activation(row: ActivationRow) -> Activation:
    pairs = zip(row.versions, row.percents, strict=True)
    shares = tuple(Share(version=version, percent=percent) for version, percent in pairs)
    return Activation(id=row.id, shares=shares, before_id=row.before_id)
