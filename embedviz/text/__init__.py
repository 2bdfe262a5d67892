"""From text files to batches of word ids, without torch.

`read_blocks` reads and decompresses text, `Tokenizer` splits it into words, `encode` builds the
`Vocabulary` and the id stream, and `read_chunks` cuts the stream into training blocks.
"""

from embedviz.text.archives import (
    ZIP,
)
from embedviz.text.batches import (
    Block,
    Position,
    cut_evenly,
    keep_probabilities,
    read_chunks,
)
from embedviz.text.blocks import read_blocks
from embedviz.text.encoding import (
    Corpus,
    CorpusConfig,
    encode,
)
from embedviz.text.layout import TextLayout
from embedviz.text.pair_batches import (
    PairBatch,
    add_ends,
    order_batches,
    take_batch,
)
from embedviz.text.pair_config import CAPTIONS, CHARACTER_PAIRS, PairConfig
from embedviz.text.pair_encoding import (
    END,
    PairCorpus,
    Reading,
    Side,
    encode_pairs,
)
from embedviz.text.pair_split import (
    hold_out,
)
from embedviz.text.pairs import (
    PairFile,
    PairSource,
    PictureSource,
    TextPair,
    read_text_lines,
    read_text_pairs,
)
from embedviz.text.reading import (
    can_be_read_again,
    find_texts,
    is_compressed,
    look_into_folders,
    open_decompressed,
)
from embedviz.text.tokenization import (
    SENTENCE_END,
    Tokenizer,
)
from embedviz.text.vocabulary import (
    UNKNOWN,
    Vocabulary,
)

__all__ = [
    "CAPTIONS",
    "CHARACTER_PAIRS",
    "END",
    "SENTENCE_END",
    "UNKNOWN",
    "ZIP",
    "Block",
    "Corpus",
    "CorpusConfig",
    "PairBatch",
    "PairConfig",
    "PairCorpus",
    "PairFile",
    "PairSource",
    "PictureSource",
    "Position",
    "Reading",
    "Side",
    "TextLayout",
    "TextPair",
    "Tokenizer",
    "Vocabulary",
    "add_ends",
    "can_be_read_again",
    "cut_evenly",
    "encode",
    "encode_pairs",
    "find_texts",
    "hold_out",
    "is_compressed",
    "keep_probabilities",
    "look_into_folders",
    "open_decompressed",
    "order_batches",
    "read_blocks",
    "read_chunks",
    "read_text_lines",
    "read_text_pairs",
    "take_batch",
]
