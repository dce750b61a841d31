"""Where tuiradio keeps its files. The user's music is never among them."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from tuiradio.errors import StoreError

_APP = "tuiradio"

# sun_path holds 104 bytes on macOS and 108 on Linux, the terminating NUL included.
_SOCKET_PATH_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Paths:
    """The directories one installation uses; ``from_environment`` finds them."""

    config_dir: Path
    """``config.toml``, key maps and themes: the user's own; only a changed setting is written."""
    data_dir: Path
    """The store (truth), the index (cache) and the engine's lock."""
    cache_dir: Path
    """The demo library and the drawn map; safe to delete."""
    log_dir: Path
    runtime_dir: Path
    """The engine's socket."""

    @classmethod
    def from_environment(cls) -> Paths:
        """Platform directories, each overridable: ``TUIRADIO_DATA_DIR`` and so on."""

        def pick(name: str, default: str) -> Path:
            override = os.environ.get(f"TUIRADIO_{name}_DIR")
            return Path(override or default).expanduser().absolute()

        dirs = platformdirs.PlatformDirs(_APP, appauthor=False)
        data_dir = pick("DATA", dirs.user_data_dir)
        return cls(
            config_dir=pick("CONFIG", dirs.user_config_dir),
            data_dir=data_dir,
            cache_dir=pick("CACHE", dirs.user_cache_dir),
            log_dir=pick("LOG", dirs.user_log_dir),
            runtime_dir=pick("RUNTIME", str(_runtime_dir(data_dir))),
        )

    @property
    def config_file(self) -> Path:
        return self.config_dir / "config.toml"

    @property
    def themes_dir(self) -> Path:
        return self.config_dir / "themes"

    @property
    def store_file(self) -> Path:
        return self.data_dir / "library.sqlite3"

    @property
    def index_file(self) -> Path:
        return self.data_dir / "index.hnsw"

    @property
    def lock_file(self) -> Path:
        return self.data_dir / "engine.lock"

    @property
    def socket_file(self) -> Path:
        return self.runtime_dir / "engine.sock"

    @property
    def screen_state_file(self) -> Path:
        return self.data_dir / "screen.json"

    @property
    def log_file(self) -> Path:
        return self.log_dir / "tuiradio.log"

    @property
    def map_dir(self) -> Path:
        return self.cache_dir / "map"

    @property
    def demo_dir(self) -> Path:
        return self.cache_dir / "demo"

    def create(self) -> None:
        """Make the directories the engine writes to, private to the user.

        Raises:
            StoreError: a directory cannot be made or is not writable.
        """
        for directory in (self.data_dir, self.log_dir, self.runtime_dir):
            try:
                directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError(
                    f"cannot create {directory}: {error.strerror}",
                    "Make it writable, or set TUIRADIO_DATA_DIR, TUIRADIO_LOG_DIR "
                    "and TUIRADIO_RUNTIME_DIR to directories you can write to.",
                ) from error


def _runtime_dir(data_dir: Path) -> Path:
    """A short private directory for the socket, one per data directory."""
    key = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    base = os.environ.get("XDG_RUNTIME_DIR")
    if base and os.access(base, os.W_OK):
        candidate = Path(base) / _APP / key
        if len(os.fsencode(candidate)) < _SOCKET_PATH_LIMIT - len("/engine.sock"):
            return candidate
    uid = os.getuid() if hasattr(os, "getuid") else 0
    return Path(tempfile.gettempdir()) / f"{_APP}-{uid}" / key


def models_dir() -> Path:
    """The directory of the shipped models: in the package, or beside it in a checkout.

    ``models/`` lies at the top of the repository so that training code and
    results stand beside the network; a wheel carries the network as ``_models``.
    """
    here = Path(__file__).parent
    packaged = here / "_models"
    return packaged if packaged.is_dir() else here.parent / "models"
