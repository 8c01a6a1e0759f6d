"""Cut the symbols that the templates use out of the Bootstrap Icons sprite of the installed Bootstrap-Flask package.

The whole sprite weighs 1.1 MB; ours some 20 kB. The result is another project's work (Bootstrap Icons, MIT), so it is
made at set-up and not committed: ``python scripts/cut_icons.py`` writes ``static/img/icons.svg``.
"""

from __future__ import annotations

import re
import sys
from importlib.util import find_spec
from pathlib import Path

ICONS = (
    "alarm-fill",
    "archive-fill",
    "arrow-left",
    "arrow-repeat",
    "bank",
    "bell-fill",
    "building",
    "calendar-event-fill",
    "calendar3",
    "camera-video-fill",
    "cash-coin",
    "chat-left-text-fill",
    "check-circle-fill",
    "check-lg",
    "check2-circle",
    "circle",
    "clock-fill",
    "dot",
    "download",
    "envelope-fill",
    "envelope-open-fill",
    "exclamation-circle-fill",
    "exclamation-octagon-fill",
    "exclamation-triangle-fill",
    "file-earmark-arrow-up",
    "file-earmark-check",
    "file-earmark-text",
    "flag-fill",
    "funnel",
    "globe",
    "hand-thumbs-down-fill",
    "hand-thumbs-up-fill",
    "hourglass-split",
    "inbox-fill",
    "info-circle-fill",
    "lock",
    "lock-fill",
    "paperclip",
    "pause-circle-fill",
    "pen-fill",
    "people-fill",
    "person-check-fill",
    "person-fill",
    "play-fill",
    "plus-lg",
    "printer",
    "question-circle-fill",
    "search",
    "send-fill",
    "slash-circle",
    "star-fill",
    "unlock",
    "x-circle-fill",
    "x-lg",
)
TARGET = Path(__file__).resolve().parent.parent / "static" / "img" / "icons.svg"


def sprite_path() -> Path:
    """Where the installed package keeps the whole sprite."""
    spec = find_spec("flask_bootstrap")
    if spec is None or spec.origin is None:
        sys.exit("cut_icons: Bootstrap-Flask is not installed")
    return Path(spec.origin).parent / "static" / "bootstrap5" / "icons" / "bootstrap-icons.svg"


def cut(sprite: str, names: tuple[str, ...] = ICONS) -> str:
    """The sprite reduced to *names*, in that order. ``KeyError`` names what the sprite does not have."""
    symbols = {
        found.group("id"): found.group(0)
        for found in re.finditer(r'<symbol\b[^>]*?\bid="(?P<id>[^"]+)"[^>]*>.*?</symbol>', sprite, re.DOTALL)
    }
    kept = "\n".join(symbols[name] for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{kept}\n</svg>\n'


def main() -> None:
    """Write the small sprite and say how big it is."""
    small = cut(sprite_path().read_text(encoding="utf-8"))
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(small, encoding="utf-8")
    print(f"{TARGET.name}: {len(ICONS)} symbols, {len(small):,} bytes")


if __name__ == "__main__":
    main()
