"""The SQLAlchemy side of a Transaction: for models and repositories only."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final

from sqlalchemy import MetaData, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from typing_extensions import override

from modules.kernel.interface import Database, DatabaseUnavailableError, Transaction

_NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def metadata_for(schema: str) -> MetaData:
    """The one MetaData of a module, whose tables live in the schema named like it."""
    return MetaData(schema=schema, naming_convention=_NAMES)


class SqlTransaction(Transaction):
    """A Transaction that carries its session."""

    __slots__ = ("session",)

    def __init__(self, session: AsyncSession) -> None:
        self.session = session


def session_of(tx: Transaction) -> AsyncSession:
    """The session behind a transaction; repositories alone may ask for it."""
    if not isinstance(tx, SqlTransaction):
        message = f"a repository needs a SqlTransaction, not {type(tx).__name__}"
        raise TypeError(message)
    return tx.session


class SqlDatabase(Database):
    """PostgreSQL through SQLAlchemy and psycopg; opens no connection before the first transaction.

    Args:
        url: `postgresql://user:password@host:port/name`.
        pool_size: connections kept open.
    """

    def __init__(self, *, url: str, pool_size: int = 10) -> None:
        self._engine: AsyncEngine = create_async_engine(
            url.replace("postgresql://", "postgresql+psycopg://", 1),
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=10,
            pool_pre_ping=True,
            # An error that is logged must not carry what a student wrote.
            hide_parameters=True,
            connect_args={"connect_timeout": 5, "application_name": "vividly"},
        )

    @override
    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        return self._transaction()

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Transaction]:
        try:
            async with AsyncSession(self._engine, expire_on_commit=False) as session, session.begin():
                yield SqlTransaction(session)
        except (OperationalError, InterfaceError, PoolTimeoutError) as error:
            raise DatabaseUnavailableError(_reason(error)) from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise DatabaseUnavailableError(_reason(error)) from error
            raise

    @override
    async def ping(self) -> None:
        async with self.transaction() as tx:
            await session_of(tx).execute(text("SELECT 1"))

    async def close(self) -> None:
        """Closes every pooled connection."""
        await self._engine.dispose()


def _reason(error: Exception) -> str:
    return f"PostgreSQL does not answer ({type(error).__name__}); check that it runs, then try again"
