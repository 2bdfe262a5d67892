"""From text files to batches of word ids, without torch.

`read_blocks` reads and decompresses text, `Tokenizer` splits it into words, `encode` builds the
`Vocabulary` and the id stream, and `read_chunks` cuts the stream into training blocks.
"""

from embedviz.text.batches import (
    Block,
    Position,
    cut_evenly,
    keep_probabilities,
    read_chunks,
)
from embedviz.text.encoding import (
    Corpus,
    CorpusConfig,
    encode,
)
from embedviz.text.pair_split import (
    hold_out,
)
from embedviz.text.pairs import (
    PairFile,
    TextPair,
    read_text_pairs,
)
from embedviz.text.reading import (
    can_be_read_again,
    find_texts,
    is_compressed,
    open_decompressed,
    read_blocks,
)
from embedviz.text.tokenization import (
    Tokenizer,
)
from embedviz.text.vocabulary import (
    UNKNOWN,
    Vocabulary,
)

__all__ = [
    "UNKNOWN",
    "Block",
    "Corpus",
    "CorpusConfig",
    "PairFile",
    "Position",
    "TextPair",
    "Tokenizer",
    "Vocabulary",
    "can_be_read_again",
    "cut_evenly",
    "encode",
    "find_texts",
    "hold_out",
    "is_compressed",
    "keep_probabilities",
    "open_decompressed",
    "read_blocks",
    "read_chunks",
    "read_text_pairs",
]
