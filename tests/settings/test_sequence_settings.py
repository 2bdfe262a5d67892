"""Settings of training on pairs: those that a shape would ignore are refused."""

import pytest

from embedviz.checkpoints import checkpoint
from embedviz.errors import SettingError
from embedviz.settings import SequenceConfig
from embedviz.support import PHRASES, REVERSE_DICTIONARY, bundled_folder


@pytest.mark.parametrize(
    ("shape", "name", "value", "option"),
    [
        ("seq-vec", "n_target_dims", 40, "--target-dims"),
        ("seq-vec", "n_maxout", 16, "--maxout"),
        ("seq-vec", "n_out", 12, "--rank"),
        ("seq-vec", "tied", True, "--tied"),
        ("seq-vec", "noise_power", 0.5, "--noise-power"),
        ("vec-seq", "n_dims", 40, "--dims"),
        ("vec-seq", "bidirectional", True, "--bidirectional"),
    ],
)
def test_a_setting_that_a_shape_ignores_is_refused(shape, name, value, option):
    default = getattr(SequenceConfig(), name)
    SequenceConfig(shape=shape, **{name: default})
    SequenceConfig(**{name: value})
    with pytest.raises(SettingError, match=f"does not use {name}: omit it") as caught:
        SequenceConfig(shape=shape, **{name: value})
    assert f"--shape={shape}" in caught.value.in_options
    assert f"does not use {option}: omit it" in caught.value.in_options


def test_all_of_them_are_named_at_once():
    with pytest.raises(SettingError, match="use n_maxout, n_out: omit them, or choose"):
        SequenceConfig(shape="seq-vec", n_out=3, n_maxout=4)


@pytest.mark.parametrize("name", [PHRASES, REVERSE_DICTIONARY])
def test_settings_of_bundled_models_are_allowed(name):
    saved = checkpoint.load(bundled_folder(name), only_words=True)
    fields = SequenceConfig.__dataclass_fields__.keys() & saved.training.keys()
    config = SequenceConfig(**{one: saved.training[one] for one in fields})
    assert config.shape == saved.shape


def test_own_states_are_looked_at_by_heads():
    with pytest.raises(SettingError, match="self_attention needs n_heads") as found:
        SequenceConfig(self_attention=True)
    assert "--self-attention needs --heads" in found.value.in_options
