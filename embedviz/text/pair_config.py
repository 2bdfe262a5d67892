"""Settings for encoding pairs as ids."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from embedviz.errors import InputError
from embedviz.settings import Setting, check, documented
from embedviz.text.encoding import MinCount
from embedviz.text.tokenization import Tokenizer

MAX_HELD_OUT = 2_000
"""Maximum number of pairs held out."""


@documented
@dataclass(frozen=True)
class PairConfig:
    """Settings for encoding pairs as ids."""

    tokenizer: Tokenizer = field(default_factory=Tokenizer)
    min_count: MinCount = 2
    max_words: Annotated[
        int,
        Setting(
            "Maximum vocabulary size of each side; keeps the most frequent words.",
            group="Text",
            least=2,
        ),
    ] = 100_000
    longest: Annotated[
        int,
        Setting("Words of a text that are read; longer ones are cut.", group="Text", least=1),
    ] = 50
    held_out: Annotated[
        float,
        Setting(
            "Share of the pairs held out to measure perplexity, with all pairs that share a side "
            f"with them; at most {MAX_HELD_OUT:,}.",
            group="Text",
            least=0,
            most=0.5,
        ),
    ] = 0.02

    def __post_init__(self) -> None:
        """Check that values are in range."""
        check(self)
        if self.tokenizer.sentence_ends:
            raise InputError(
                "Sentence ends cannot be kept in pairs, whose targets end with the same token: "
                "omit --sentence-ends."
            )


CAPTIONS = PairConfig(min_count=1)
"""For drawn scenes: every word of their captions is frequent."""

CHARACTER_PAIRS = PairConfig(
    Tokenizer(lowercase=False, characters=True, joiners=False),
    min_count=1,
    longest=2_000,
    held_out=0.01,
)
"""For programs: each character is a word."""
