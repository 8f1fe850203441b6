"""The table of model_writing."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from modules.kernel.database import metadata_for


class Base(DeclarativeBase):
    """This module's own declarative base."""

    metadata = metadata_for("model_writing")


class ActivationRow(Base):
    """Which versions of a prompt write from then on; the newest row of a name counts, and none is ever changed.

    `before_id`: the row to go back to, or null for the prompt as delivered.
    """

    __tablename__ = "activation"
    __table_args__ = (sa.Index("ix_activation_name_id", "name", "id"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(sa.Text)
    versions: Mapped[list[str]] = mapped_column(sa.ARRAY(sa.Text))
    percents: Mapped[list[int]] = mapped_column(sa.ARRAY(sa.Integer))
    before_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    made_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
