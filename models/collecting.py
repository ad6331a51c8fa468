"""Put off the search for cyclic garbage (暂缓垃圾回收) while many small values are made that hold no cycles."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Make many values without Python looking through all of them again and again (暂缓回收).

    For a portion of a work, never for the whole of it. Threads may overlap: the collector is on again at the
    latest when the one that switched it off is done.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
