r"""Plot the curves that `training_efficiency` measured with ``--curve``.

python -m benchmarks.plot_training_curves benchmarks/figures/training_growth.json \
        docs/images/growth.png
"""

import argparse
import json
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from benchmarks.training.report import TITLES, counted

# Okabe and Ito's blue and vermilion, distinguished by dashes too
STYLES = {
    "ours": {"color": "#0072B2", "marker": "o", "linestyle": "-"},
    "skipgram": {"color": "#D55E00", "marker": "s", "linestyle": "--"},
}
PANELS = {
    "cpu_seconds": ("CPU-seconds of training, the whole text", lambda row: row["cpu_seconds"]),
    "tokens": (
        "million words of text, as many epochs each",
        lambda row: row["n_tokens"] / row["epochs"] / 1e6,
    ),
}


def panel(axes: Axes, name: str, rows: list[dict[str, Any]]) -> None:
    """Plot accuracy on covered questions against one of the two amounts."""
    label, amount = PANELS[name]
    for way, style in STYLES.items():
        own = sorted((row for row in rows if row["way"] == way), key=amount)
        shares = [100 * counted(row)["accuracy"] for row in own]
        axes.plot([amount(row) for row in own], shares, label=TITLES[way], **style)
    ticks = sorted({float(f"{amount(row):.2g}") for row in rows if row["way"] == "ours"})
    axes.set_xscale("log")
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.set_xlabel(label)
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False, loc="upper left")
    axes.grid(axis="y", linewidth=0.5, alpha=0.4)
    axes.spines[["top", "right"]].set_visible(False)


def main() -> None:
    """Plot both panels."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("figures", type=Path, help="the JSON file of training_efficiency")
    parser.add_argument("picture", type=Path, help="where to write the picture")
    options = parser.parse_args()
    figures = json.loads(options.figures.read_text(encoding="utf-8"))
    figure, both = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    for axes, name in zip(both, PANELS, strict=True):
        panel(axes, name, figures["curves"][name])
    both[0].set_ylabel("right of the covered\nGoogle questions, %")
    figure.savefig(options.picture, dpi=160)


if __name__ == "__main__":
    main()
