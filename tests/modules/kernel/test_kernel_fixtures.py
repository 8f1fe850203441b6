"""The fixtures that other modules' tests stand on."""

import psycopg
import pytest
from sqlalchemy import text

from modules.kernel.database import SqlDatabase, session_of

pytestmark = pytest.mark.postgres


async def test_a_test_gets_a_database_of_its_own_with_vectors(database: SqlDatabase) -> None:
    async with database.transaction() as tx:
        distance = await session_of(tx).scalar(text("SELECT '[1,0]'::vector <-> '[1,1]'::vector"))
    assert distance == 1.0


def test_clones_do_not_see_each_other(database_url: str, shared_database_url: str) -> None:
    with psycopg.connect(database_url) as one, psycopg.connect(shared_database_url) as other:
        one.execute("CREATE TABLE public.only_here ()")
        one.commit()
        assert other.execute("SELECT to_regclass('public.only_here')").fetchone() == (None,)
