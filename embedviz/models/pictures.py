"""Pictures → texts: a convolutional encoder in front of a decoder."""

from __future__ import annotations

import math
from itertools import pairwise

import torch
from torch import Tensor, nn

from embedviz.models.decoder import Decoder
from embedviz.models.encoder import Encoded
from embedviz.models.frozen_features import FrozenEncoder
from embedviz.models.vector_shapes import as_summary

_CHANNELS, _MOST_CHANNELS, _GROUPS, _LAST = 32, 128, 8, 4
_SIDE, _SEEN = 3, 2  # of a kernel; layers that c sees


class _Convolution(nn.Module):
    """A 3 × 3 convolution with stride 2, its kernels a matrix: Muon then takes it as any layer."""

    def __init__(self, n_in: int, n_out: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(n_out, n_in * _SIDE**2))
        self.bias = nn.Parameter(torch.empty(n_out))

    def forward(self, units: Tensor) -> Tensor:
        kernels = self.weight.view(len(self.bias), -1, _SIDE, _SIDE)
        return nn.functional.conv2d(units, kernels, self.bias, stride=2, padding=1)


class PictureEncoder(nn.Module):
    r"""Convolutions that halve a picture until it is 4 × 4, pooled, and a linear map → c.

    Each convolution is 3 × 3 with stride 2, then group normalisation and a rectifier; the first has
    32 channels, and each has twice as many as the one before, up to 128. Of the last two c sees the
    mean and the maximum over all places: a part is then known wherever it is, whatever else is
    there, also in combinations that were never seen. Source of the normalisation: Wu and He (2018),
    "Group normalization".

    Parameters
    ----------
    size : int
        Side of the pictures in pixels: 32, 64, 128 or 256.
    n_summary : int
    generator : torch.Generator

    Examples
    --------
    >>> encoder = PictureEncoder(32, 5, torch.Generator().manual_seed(0))
    >>> encoder(torch.zeros(2, 3, 32, 32, dtype=torch.uint8)).shape
    torch.Size([2, 5])
    """

    def __init__(self, size: int, n_summary: int, generator: torch.Generator) -> None:
        super().__init__()
        n_halvings = int(math.log2(size // _LAST))
        channels = [3, *(min(_CHANNELS << i, _MOST_CHANNELS) for i in range(n_halvings))]
        self.layers = nn.ModuleList(
            nn.Sequential(_Convolution(*pair), nn.GroupNorm(_GROUPS, pair[1]), nn.ReLU())
            for pair in pairwise(channels)
        )
        self.summary = nn.Linear(2 * sum(channels[-_SEEN:]), n_summary)
        with torch.no_grad():
            for layer in self.modules():
                if isinstance(layer, _Convolution | nn.Linear):
                    bound = (6 / layer.weight[0].numel()) ** 0.5  # keeps the mean square
                    layer.weight.uniform_(-bound, bound, generator=generator)
                    layer.bias.zero_()

    def forward(self, pictures: Tensor) -> Tensor:
        """Encode pictures.

        Parameters
        ----------
        pictures : Tensor of uint8, shape (n_pictures, 3, size, size)

        Returns
        -------
        Tensor, shape (n_pictures, n_summary)
        """
        found = [pictures.float() / 127.5 - 1]
        for layer in self.layers:
            found.append(layer(found[-1]))
        pooled = [part for one in found[-_SEEN:] for part in (one.mean((2, 3)), one.amax((2, 3)))]
        summary: Tensor = self.summary(torch.cat(pooled, dim=1))
        return summary


class PictureToText(nn.Module):
    """Encoder of pictures and decoder together: x[1] → y, where x[1] is computed.

    Source: Vinyals et al. (2015), "Show and tell: a neural image caption generator", with the
    vector of the picture seen at each step.

    Parameters
    ----------
    encoder : PictureEncoder or FrozenEncoder
    decoder : Decoder
        Of the encoder's summary size.

    Attributes
    ----------
    pictures : Tensor, shape (n_pictures, 3, size, size) of uint8, or (n_pictures, n_features)
        Those that are named by number in training, or their features; none of them is saved with
        the weights.
    """

    def __init__(self, encoder: PictureEncoder | FrozenEncoder, decoder: Decoder) -> None:
        super().__init__()
        self.encoder, self.decoder = encoder, decoder
        self.pictures = torch.empty(0, 3, 0, 0, dtype=torch.uint8)

    def encode(self, numbers: Tensor) -> Encoded:
        """Encode the pictures with these numbers (n_streams,)."""
        some = self.pictures[numbers.cpu()].to(numbers.device)
        return self.encode_pictures(some)

    def encode_pictures(self, pictures: Tensor) -> Encoded:
        """Encode pictures of shape (n_streams, 3, size, size), or their features."""
        return as_summary(self.encoder(pictures))
