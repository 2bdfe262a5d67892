"""Measure gender bias in word vectors: occupations, and association tests (WEAT).

python -m benchmarks.gender_bias MODEL
"""

import argparse

import embedviz as ev
from benchmarks.english.gender import associate, leaning
from benchmarks.english.gender_words import TESTS
from embedviz.errors import EmbedvizError


def main() -> None:
    """Print the results for a model."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", help="a model folder, or english")
    try:
        vectors = ev.load(parser.parse_args().model)
        found = leaning(vectors)
    except EmbedvizError as error:
        parser.error(str(error))
    for word, cosine in found.cosines.items():
        print(f"{cosine:+.3f} {word}")
    print(
        f"mean absolute cosine {found.mean_absolute:.3f}, of {found.n_compared} other words "
        f"{found.compared_mean_absolute:.3f} (p = {found.p_value:.4f}); outside their middle 95 %: "
        f"{found.n_male} male, {found.n_female} female"
    )
    for test in TESTS:
        print(associate(vectors, test))


if __name__ == "__main__":
    main()
