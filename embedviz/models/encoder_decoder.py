"""Encoder and decoder together: one sequence → another, through a summary."""

from __future__ import annotations

from torch import Tensor, nn

from embedviz.models.decoder import Decoded, Decoder
from embedviz.models.encoder import Encoder


class EncoderDecoder(nn.Module):
    r"""log p(y | x) = Σ log p(y[t] | y[1], …, y[t-1], c(x)).

    Source: Cho et al. (2014), section 2.2.

    Parameters
    ----------
    encoder : Encoder
    decoder : Decoder
        Of the encoder's summary size.
    """

    def __init__(self, encoder: Encoder, decoder: Decoder) -> None:
        super().__init__()
        self.encoder, self.decoder = encoder, decoder

    def forward(self, source: Tensor, lengths: Tensor, previous: Tensor) -> Decoded:
        """Decode by teacher forcing.

        Parameters
        ----------
        source : Tensor of int64, shape (n_source, n_streams)
        lengths : Tensor of int64, shape (n_streams,)
            Of the sources.
        previous : Tensor of int64, shape (n_steps, n_streams)
            The begin of a sequence, and then the target without its last word.
        """
        decoded: Decoded = self.decoder(previous, self.encoder(source, lengths))
        return decoded
