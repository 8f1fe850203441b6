"""Alembic environment for one module: its metadata, its schema, its own version table."""

from collections.abc import Mapping
from typing import Any, Final

from alembic import context
from sqlalchemy import MetaData, create_engine, pool, text

import modules.content_generation.models
import modules.rag.models
import modules.request_tracking.models
import modules.user_auth.models
import modules.worker.models

_METADATA: Final[Mapping[str, MetaData]] = {
    "rag": modules.rag.models.Base.metadata,
    "worker": modules.worker.models.Base.metadata,
    "request_tracking": modules.request_tracking.models.Base.metadata,
    "user_auth": modules.user_auth.models.Base.metadata,
    "content_generation": modules.content_generation.models.Base.metadata,
}


def _only_this_schema(name: str | None, type_: str, _parents: Any) -> bool:
    return type_ != "schema" or name == context.config.config_ini_section


def run() -> None:
    """Migrates the schema named by the ini section, in one transaction."""
    module = context.config.config_ini_section
    engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "", poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{module}"'))
        connection.execute(text("SET lock_timeout = '5s'"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=_METADATA[module],
            version_table_schema=module,
            include_schemas=True,
            include_name=_only_this_schema,
            compare_type=True,
            compare_server_default=False,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
