"""The jackknife interval that the programs on interval coverage compare with."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t


def half_width(leave_one_out: NDArray[np.float64]) -> float:
    """Half the width of the 95 % interval by Student's t, from n leave-one-out estimates."""
    n = len(leave_one_out)
    squares = np.square(leave_one_out - leave_one_out.mean()).sum()
    return float(t.ppf(0.975, n - 1) * math.sqrt((n - 1) / n * squares))
