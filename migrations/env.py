"""Alembic environment for one module: its metadata, its schema, its own version table."""

from typing import Any

from alembic import context
from sqlalchemy import MetaData, create_engine, pool, text


def _metadata(module: str) -> MetaData:  # noqa: C901, PLR0911 - one a module
    # Only the module at hand is imported: a broken model elsewhere must not stop this one's migration.
    match module:
        case "rag":
            import modules.rag.models

            return modules.rag.models.Base.metadata
        case "curation":
            import modules.curation.models

            return modules.curation.models.Base.metadata
        case "imports":
            import modules.imports.models

            return modules.imports.models.Base.metadata
        case "worker":
            import modules.worker.models

            return modules.worker.models.Base.metadata
        case "request_tracking":
            import modules.request_tracking.models

            return modules.request_tracking.models.Base.metadata
        case "user_auth":
            import modules.user_auth.models

            return modules.user_auth.models.Base.metadata
        case "model_writing":
            import modules.model_writing.models

            return modules.model_writing.models.Base.metadata
        case "content_generation":
            import modules.content_generation.models

            return modules.content_generation.models.Base.metadata
        case "lesson_feedback":
            import modules.lesson_feedback.models

            return modules.lesson_feedback.models.Base.metadata
        case _:
            raise ValueError(f"no module {module!r} owns tables")


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
            target_metadata=_metadata(module),
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
