"""Encoder and decoder together: one sequence → another, through a summary."""

from __future__ import annotations

import torch
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

    @torch.no_grad()
    def log_likelihood(
        self, source: Tensor, lengths: Tensor, target: Tensor, target_lengths: Tensor
    ) -> Tensor:
        """Log p(y | x) in nats of each pair, shape (n_streams,).

        Parameters
        ----------
        source : Tensor of int64, shape (n_source, n_streams)
        lengths : Tensor of int64, shape (n_streams,)
        target : Tensor of int64, shape (1 + n_target, n_streams)
            Begins with the begin of a sequence; its end counts as a word.
        target_lengths : Tensor of int64, shape (n_streams,)
            Words to predict in each target.
        """
        decoded = self(source, lengths, target[:-1])
        costs = torch.log_softmax(self.decoder.scores(decoded.vectors), dim=2)
        found = costs.gather(2, target[1:, :, None])[..., 0]  # (n_target, n_streams)
        steps = torch.arange(len(found), device=found.device)[:, None]
        return (found * (steps < target_lengths)).sum(0)
