"""What of the document model goes into passages."""

import pytest

from modules.chunking.factory import create_chunking
from modules.textbooks.interface import Block, BlockForm, BlockKind, Formula, Section

pytestmark = pytest.mark.unit
WATER = Formula(text="H2O", mathml="<math/>")
SECTION = Section(
    key="k", title="Water", number="1.1", chapter="1 Water", subject="chemistry", url="u",
    blocks=(
        Block(kind=BlockKind.TEXT, heading="", parts=("Water is H2O.",), formulas=(WATER,)),
        Block(kind=BlockKind.TEXT, heading="", parts=("A glass of water.",), form=BlockForm.FIGURE),
        Block(kind=BlockKind.TEXT, heading="Ice", parts=("Ice floats.",)),
    ),
)  # fmt: skip


def test_figures_are_in_no_passage_and_part_no_text() -> None:
    texts = [draft.text for draft in create_chunking().cut(SECTION)]
    assert texts == ["Water is H2O.", "Ice floats."]
    assert create_chunking().prepare(SECTION).words == 5


def test_formulas_go_with_the_text_that_holds_them() -> None:
    water, ice = create_chunking().cut(SECTION)
    assert (water.formulas, ice.formulas) == ((WATER,), ())
