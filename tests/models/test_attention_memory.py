"""What an attention looks up: each step adds a place, whatever else goes on from the same one."""

import torch

from embedviz.models.attention import Attention

N_OWN, N_ENCODED, N_STREAMS = 5, 4, 3


def steps(n, seed):
    return torch.randn(n, N_STREAMS, N_OWN, generator=torch.Generator().manual_seed(seed))


def test_steps_are_added_without_a_gradient_as_with_one():
    generator = torch.Generator().manual_seed(0)
    attention = Attention(N_OWN, N_ENCODED, 2, 6, generator, looks_back=True)
    encoded = torch.randn(4, N_STREAMS, N_ENCODED, generator=generator)
    first = attention.remember(encoded, torch.tensor([4, 2, 3]))

    def after(*blocks):
        memory = first
        for block in blocks:
            memory = attention.add_own(memory, block)
        return memory

    one, other, third = steps(9, 1), steps(9, 2), steps(2, 3)
    wanted = [after(one), after(one[:5], other), after(one[:5], third)]
    with torch.no_grad():
        shared = after(*one[:5].split(1))
        found = []
        for rest in (one[5:].split(1), other.split(1), [third]):
            memory = shared
            for block in rest:
                memory = attention.add_own(memory, block)
            found.append(memory)
    for memory, right in zip(found, wanted, strict=True):
        assert torch.allclose(memory.keys, right.keys, atol=1e-6)
        assert torch.allclose(memory.values, right.values, atol=1e-6)
    assert shared.keys.shape[2] == 4 + 5
    some = found[0].select(torch.tensor([2, 0]))
    assert torch.equal(some.keys, found[0].keys[[2, 0]])
