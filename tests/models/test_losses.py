"""The hand-written gradients against autograd and finite differences, in float64."""

import math

import pytest
import torch

from embedviz.models import full_softmax, output_cost, sampled_softmax
from embedviz.models.losses import OutputGradient

N_WORDS, N_DIMS, N_POSITIONS, N_NOISE = 11, 5, 7, 6


@pytest.fixture
def case():
    generator = torch.Generator().manual_seed(3)

    def draw(*shape):
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    decoded, output, bias = draw(N_POSITIONS, N_DIMS), draw(N_WORDS, N_DIMS), draw(N_WORDS)
    targets = torch.randint(N_WORDS, (N_POSITIONS,), generator=generator)
    noise = torch.randint(N_WORDS, (N_NOISE,), generator=generator)
    return decoded, targets, output, bias, noise


def literal_sampled(decoded, targets, output, noise):
    """The cost as the definition reads: one position after the other."""
    cost = decoded.new_zeros(())
    for state, target in zip(decoded, targets, strict=True):
        scores = torch.stack([state @ output[word] for word in [target, *noise]])
        cost = cost - torch.log_softmax(scores, dim=0)[0]
    return cost


def table_gradient(found: OutputGradient, n_words: int) -> torch.Tensor:
    if found.ids is None:
        return found.rows
    return found.rows.new_zeros(n_words, found.rows.shape[1]).index_add_(0, found.ids, found.rows)


def test_sampled_cost_and_gradient_agree_with_autograd(case):
    decoded, targets, output, _, noise = case
    found = sampled_softmax(decoded.clone(), targets, output.clone(), noise)
    decoded.requires_grad_()
    output.requires_grad_()
    cost = literal_sampled(decoded, targets, output, noise)
    cost.backward()
    torch.testing.assert_close(found.cost, cost.detach())
    torch.testing.assert_close(found.decoded, decoded.grad)
    torch.testing.assert_close(table_gradient(found, N_WORDS), output.grad)


def test_sampled_gradient_agrees_with_finite_differences(case):
    decoded, targets, output, _, noise = case
    found = sampled_softmax(decoded.clone(), targets, output, noise)
    table = table_gradient(found, N_WORDS)
    step = 1e-6
    for tensor, gradient in ((decoded, found.decoded), (output, table)):
        for place in [(0, 0), (3, 2), (6, 4)]:
            costs = []
            for sign in (1, -1):
                tensor[place] += sign * step
                costs.append(sampled_softmax(decoded.clone(), targets, output, noise).cost)
                tensor[place] -= sign * step
            slope = (costs[0] - costs[1]) / (2 * step)
            assert slope.item() == pytest.approx(gradient[place].item(), abs=1e-6)


def test_sampled_cost_survives_huge_scores(case):
    decoded, targets, output, _, noise = case
    found = sampled_softmax(decoded * 1e4, targets, output, noise)
    assert torch.isfinite(found.cost)
    assert torch.isfinite(found.decoded).all()


def test_all_words_as_noise_is_near_the_full_softmax(case):
    """With every word many times in the noise, the extra place of the target counts for little."""
    decoded, targets, output, _, _ = case
    often = torch.arange(N_WORDS).repeat(2000)
    found = sampled_softmax(decoded.clone(), targets, output, often)
    full = full_softmax(decoded, targets, output, torch.zeros(N_WORDS, dtype=torch.float64))
    torch.testing.assert_close(found.decoded, full.decoded, rtol=1e-3, atol=2e-3)
    torch.testing.assert_close(table_gradient(found, N_WORDS), full.rows, rtol=1e-3, atol=5e-3)


def test_much_noise_is_the_full_softmax_with_the_noise_as_prior(case):
    """In expectation the noise weighs each word's score by how often it is drawn."""
    decoded, targets, output, bias, _ = case
    prior = torch.softmax(bias, 0)
    drawn = torch.multinomial(
        prior, 400_000, replacement=True, generator=torch.Generator().manual_seed(0)
    )
    found = sampled_softmax(decoded.clone(), targets, output.clone(), drawn)
    full = full_softmax(decoded, targets, output, prior.log())
    torch.testing.assert_close(found.decoded, full.decoded, rtol=0, atol=0.02)
    torch.testing.assert_close(table_gradient(found, N_WORDS), full.rows, rtol=0, atol=0.03)
    # the target's own place counts for one among so many; the prior of the targets is left out
    expected = full.cost + len(targets) * math.log(len(drawn)) + prior.log()[targets].sum()
    torch.testing.assert_close(found.cost, expected, rtol=1e-3, atol=0)


def test_full_cost_and_gradient_agree_with_autograd(case):
    decoded, targets, output, bias, _ = case
    found = full_softmax(decoded, targets, output, bias)
    for tensor in (decoded, output, bias):
        tensor.requires_grad_()
    cost = torch.nn.functional.cross_entropy(decoded @ output.T + bias, targets, reduction="sum")
    cost.backward()
    torch.testing.assert_close(found.cost, cost.detach())
    torch.testing.assert_close(found.decoded, decoded.grad)
    torch.testing.assert_close(found.rows, output.grad)
    torch.testing.assert_close(found.bias, bias.grad)


def literal_corrected(decoded, targets, output, offset, noise):
    """Each position by itself: the target once, and the noise words that are others."""
    cost = decoded.new_zeros(())
    for state, target in zip(decoded, targets, strict=True):
        words = [target, *(word for word in noise if word != target)]
        scores = torch.stack([state @ output[word] + offset[word] for word in words])
        cost = cost - torch.log_softmax(scores, dim=0)[0]
    return cost


@pytest.fixture
def clashing(case):
    """A case whose noise has targets in it, some of them twice; and one position's alone."""
    decoded, targets, output, bias, noise = case
    noise = torch.cat([noise, targets[:1], targets[:2]])
    assert sum(int((noise == target).any()) for target in targets) >= 2
    return decoded, targets, output, bias, noise


def bias_gradient(found: OutputGradient) -> torch.Tensor:
    return torch.zeros(N_WORDS, dtype=torch.float64).index_add_(0, found.ids, found.bias)


@pytest.mark.parametrize("all_equal", [False, True])
def test_a_corrected_cost_and_its_gradient_agree_with_autograd(clashing, all_equal):
    decoded, targets, output, offset, noise = clashing
    if all_equal:  # no other word to compare with: the cost is 0
        targets, noise = targets.clone().fill_(4), noise.clone().fill_(4)
    given = decoded.clone(), targets.clone(), output.clone(), noise.clone()
    found = sampled_softmax(*given, offset=offset.clone())
    for tensor in (decoded, output, offset):
        tensor.requires_grad_()
    cost = literal_corrected(decoded, targets, output, offset, noise)
    cost.backward()
    assert (cost.item() == 0) is all_equal
    torch.testing.assert_close(found.cost, cost.detach())
    torch.testing.assert_close(found.decoded, decoded.grad)
    torch.testing.assert_close(table_gradient(found, N_WORDS), output.grad)
    torch.testing.assert_close(bias_gradient(found), offset.grad)
    before = (decoded, targets, output, noise)
    assert all(torch.equal(one, two) for one, two in zip(given, before, strict=True))


def test_a_corrected_gradient_agrees_with_finite_differences(clashing):
    decoded, targets, output, offset, noise = clashing
    found = sampled_softmax(decoded, targets, output, noise, offset=offset)
    gradients = (found.decoded, table_gradient(found, N_WORDS), bias_gradient(found))
    step = 1e-6
    for tensor, gradient in zip((decoded, output, offset), gradients, strict=True):
        flat, slopes = tensor.view(-1), gradient.reshape(-1)
        for place in range(0, len(flat), 3):
            costs = []
            for sign in (1, -1):
                flat[place] += sign * step
                costs.append(sampled_softmax(decoded, targets, output, noise, offset=offset).cost)
                flat[place] -= sign * step
            slope = (costs[0] - costs[1]) / (2 * step)
            assert slope.item() == pytest.approx(slopes[place].item(), abs=1e-6)


def test_every_word_once_as_corrected_noise_is_the_full_softmax(case):
    decoded, targets, output, bias, _ = case
    noise = torch.randperm(N_WORDS, generator=torch.Generator().manual_seed(0))
    alike = torch.full((N_WORDS,), -math.log(N_WORDS), dtype=torch.float64)
    found = sampled_softmax(decoded, targets, output, noise, offset=bias - alike)
    full = full_softmax(decoded, targets, output, bias)
    torch.testing.assert_close(found.cost, full.cost)
    torch.testing.assert_close(found.decoded, full.decoded)
    torch.testing.assert_close(table_gradient(found, N_WORDS), full.rows)
    torch.testing.assert_close(bias_gradient(found), full.bias)


def test_much_corrected_noise_is_near_the_full_softmax_whatever_its_distribution(case):
    """The target stands for itself once, and the others by n times their probability."""
    decoded, targets, output, bias, _ = case
    noise_shares = torch.softmax(torch.linspace(-1, 1, N_WORDS, dtype=torch.float64), 0)
    n = 400_000
    drawn = torch.multinomial(
        noise_shares, n, replacement=True, generator=torch.Generator().manual_seed(0)
    )
    log_q = noise_shares.log() + math.log(n)  # the expected number of times
    found = sampled_softmax(decoded, targets, output, drawn, offset=bias - log_q)
    # once, though its offset is that of a word drawn n q times: add the difference
    scores = decoded @ output.T + bias
    own = scores.gather(1, targets[:, None]) - log_q[targets][:, None]
    others = scores.scatter(1, targets[:, None], -math.inf)
    expected = (torch.cat([own, others], 1).logsumexp(1) - own[:, 0]).sum()
    torch.testing.assert_close(found.cost, expected, rtol=2e-3, atol=0)


@pytest.mark.parametrize("sampled", [False, True])
def test_the_cost_is_a_node_of_autograd(clashing, sampled):
    decoded, targets, output, bias, words = clashing
    log_q = torch.log_softmax(torch.linspace(0, 2, N_WORDS, dtype=torch.float64), 0)
    noise = (words, log_q) if sampled else None
    gradients = []
    for own in (True, False):
        leaves = [tensor.detach().clone().requires_grad_() for tensor in (decoded, output, bias)]
        states, table, offset = leaves
        if own:
            cost = output_cost(torch.tanh(states), targets, table, offset, noise=noise)
        elif sampled:
            cost = literal_corrected(torch.tanh(states), targets, table, offset - log_q, words)
        else:
            scores = torch.tanh(states) @ table.T + offset
            cost = torch.nn.functional.cross_entropy(scores, targets, reduction="sum")
        (cost * 0.25).backward()
        gradients.append([cost.detach(), *(leaf.grad for leaf in leaves)])
    for one, other in zip(*gradients, strict=True):
        torch.testing.assert_close(one, other)
