"""Replace a file as a whole, so that a reader or a crash meets the old text or the new one."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def replace_text(path: Path, text: str) -> None:
    """Put `text` (UTF-8, LF) in `path`; raises `OSError` and leaves the old file when it cannot."""
    replace_bytes(path, text.encode("utf-8"))


def replace_bytes(path: Path, content: bytes) -> None:
    """Put `content` in `path`; raises `OSError` and leaves the old file when it cannot."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
