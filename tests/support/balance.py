"""What the browser gets for a balance of an open page, as numbers."""

import base64
import json

import numpy as np


def weighed(app, key: str) -> dict:
    """What lies on the balance with this key."""
    return json.loads(app.get_by_key(key).proto.json)


def unpacked(numbers: str) -> np.ndarray:
    """Numbers as ``explorer/ui/components/balance`` packs them."""
    return np.frombuffer(base64.b64decode(numbers), "<f4")
