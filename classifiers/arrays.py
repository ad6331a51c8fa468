"""Kinds of arrays that the classifiers pass on (数组类型)."""

import numpy as np
import numpy.typing as npt

from models.word_search import Integers as Integers

Floats = npt.NDArray[np.float64]
