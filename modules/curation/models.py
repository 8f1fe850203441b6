"""The tables of curation."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from modules.curation.interface import Field
from modules.kernel.database import metadata_for


class Base(DeclarativeBase):
    """This module's own declarative base."""

    metadata = metadata_for("curation")


class TopicNoteRow(Base):
    """What is said of a topic; it stays when its topic goes, and counts again when the topic comes back."""

    __tablename__ = "topic_note"

    topic_id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    title: Mapped[str] = mapped_column(sa.Text, server_default="")
    merged_into: Mapped[str] = mapped_column(sa.Text, server_default="")
    hidden: Mapped[bool] = mapped_column(sa.Boolean, server_default=sa.false())
    pinned: Mapped[bool] = mapped_column(sa.Boolean, server_default=sa.false())
    changed_by: Mapped[str] = mapped_column(sa.Text)
    changed_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))


class ChangeRow(Base):
    """A change; the database refuses to alter or remove one."""

    __tablename__ = "change"
    __table_args__ = (sa.Index("ix_change_topic_id_id", "topic_id", "id"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    topic_id: Mapped[str] = mapped_column(sa.Text)
    field: Mapped[Field] = mapped_column(
        sa.Enum(
            Field,
            name="field",
            native_enum=False,
            create_constraint=True,
            length=32,
            values_callable=lambda members: [member.value for member in members],
        )
    )
    before: Mapped[str] = mapped_column(sa.Text)
    after: Mapped[str] = mapped_column(sa.Text)
    changed_by: Mapped[str] = mapped_column(sa.Text)
    changed_at: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True))
