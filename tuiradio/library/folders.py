"""How a folder of music stands on its disk: whether it can be read, and where it lies."""

from __future__ import annotations

import os


def why_unreadable(folder: bytes) -> str:
    """What keeps a folder from being looked into, for the user; "" when nothing does."""
    try:
        with os.scandir(folder) as entries:
            next(entries, None)
    except FileNotFoundError:
        return "is not there"
    except NotADirectoryError:
        return "is not a folder"
    except PermissionError:
        return "may not be read by you"
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"
    return ""
