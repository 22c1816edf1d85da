"""How much memory a result takes: what bounds the results that are kept."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np


def size_of(result: Any) -> int:
    """The bytes of a result and all that it holds; what it holds twice counts once.

    A view counts with the whole array whose memory it keeps. Modules, functions and classes count as nothing: they
    are there anyway. What a result computes later is not in it: a figure's JSON is asked for here (``json``).
    """
    seen: set[int] = set()
    total, todo = 0, [result]
    while todo:
        thing = todo.pop()
        while isinstance(thing, np.ndarray) and isinstance(thing.base, np.ndarray):
            thing = thing.base
        if id(thing) in seen or isinstance(thing, type) or callable(thing):
            continue
        seen.add(id(thing))
        total += sys.getsizeof(thing)
        if isinstance(thing, np.ndarray):
            total += thing.nbytes if thing.base is not None else 0  # else getsizeof counts them
        elif is_dataclass(thing):
            todo += [getattr(thing, field.name) for field in fields(thing)]
        elif isinstance(thing, Mapping):
            todo += [*thing.keys(), *thing.values(), getattr(thing, "json", None)]
        elif isinstance(thing, (list, tuple, set, frozenset)):
            todo += thing
    return total
