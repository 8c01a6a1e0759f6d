"""Write the program that makes charts answer the pointer (Vega, Vega-Lite, Vega-Embed) out of the installed vl-convert.

It is another project's work (BSD), so it is made at set-up and not committed: ``python scripts/write_chart_bundle.py``
writes ``static/js/vega.js``. Pages are complete without it.
"""

from __future__ import annotations

from pathlib import Path

import vl_convert

VEGA_LITE = "6.4"
TARGET = Path(__file__).resolve().parent.parent / "static" / "js" / "vega.js"


def main() -> None:
    """Write the bundle and say how big it is."""
    program = vl_convert.javascript_bundle(vl_version=VEGA_LITE)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(program, encoding="utf-8")
    print(f"{TARGET.name}: {len(program):,} characters")


if __name__ == "__main__":
    main()
