"""Kinds of arrays that the classifiers pass on (数组类型)."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
