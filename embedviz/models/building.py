"""Sequence models from their settings."""

from __future__ import annotations

import torch
from torch import Tensor

from embedviz.models.attention import Attention
from embedviz.models.decoder import Decoder
from embedviz.models.encoder import Encoder
from embedviz.models.encoder_decoder import EncoderDecoder
from embedviz.models.frozen_features import EFFICIENTNET, FrozenEncoder
from embedviz.models.pair_costs import SequenceNet
from embedviz.models.pictures import PictureEncoder, PictureToText
from embedviz.models.vector_shapes import TextToVector, VectorToText
from embedviz.settings import SequenceConfig

HEAD_DIMS = 64
"""Dimensions of a head of attention."""


def build_net(
    config: SequenceConfig, n_source: int, n_target: int, vectors: Tensor | None = None
) -> SequenceNet:
    """Build an untrained model.

    Parameters
    ----------
    config : SequenceConfig
    n_source, n_target : int
        Words, or labels, of the two sides.
    vectors : Tensor, shape (n_labels, n_dims), optional
        Of the labels, if a side is one; needed by vec-seq, random and trained by default.

    Examples
    --------
    >>> net = build_net(SequenceConfig(n_states=8, n_summary=8), 20, 30)
    >>> net.decoder.output.shape
    torch.Size([30, 128])
    """
    generator = torch.Generator().manual_seed(config.seed)
    is_given = vectors is not None
    if config.shape != "seq-seq" and vectors is None and not config.picture_size:
        n_labels = n_target if config.shape == "seq-vec" else n_source
        vectors = torch.randn(n_labels, config.n_summary, generator=generator)
    n_summary = config.n_summary if vectors is None else vectors.shape[1]
    if config.reads_text:
        encoder = Encoder(
            n_source,
            config.n_dims,
            config.n_states,
            n_summary,
            cell=config.cell,
            bidirectional=config.bidirectional,
            generator=generator,
        )
        encoder.embedding.requires_grad_(not config.frozen)
        if vectors is not None:
            return TextToVector(encoder, vectors, trained=not is_given)
    attention = None
    if config.n_heads:
        attention = Attention(
            config.n_states + 2 * config.n_target_dims,
            encoder.n_encoded + config.n_dims,
            config.n_heads,
            HEAD_DIMS,
            generator,
            looks_back=config.self_attention,
        )
    decoder = Decoder(
        n_target,
        config.n_target_dims,
        config.n_states,
        n_summary,
        n_maxout=config.n_maxout,
        n_out=config.n_target_dims if config.tied else config.n_out,
        cell=config.cell,
        tied=config.tied,
        attention=attention,
        generator=generator,
    )
    if config.picture_size:
        return PictureToText(picture_encoder(config, n_summary, generator), decoder)
    if vectors is not None:
        return VectorToText(vectors, decoder)
    return EncoderDecoder(encoder, decoder)


def picture_encoder(
    config: SequenceConfig, n_summary: int, generator: torch.Generator
) -> PictureEncoder | FrozenEncoder:
    """Build the encoder of pictures that the settings name."""
    if config.picture_encoder == EFFICIENTNET:
        return FrozenEncoder(n_summary, generator)
    return PictureEncoder(config.picture_size, n_summary, generator)
