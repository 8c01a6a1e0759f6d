"""Charts as images: SVG and PNG by vl-convert, without network, kept by the hash of what they are drawn from.

The images hold only figures that the page already shows. The folder may be lost at any time: what is missing is drawn.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections import OrderedDict
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from typing import Any
from xml.etree import ElementTree as ET

import vl_convert

from cprac.services.chamber import Chamber
from cprac.services.chart_marks import WIDE, Spec
from cprac.services.chart_words import Chart
from cprac.services.charts import draw

DRAWING = 1
"""Raised when the same figures are drawn differently: old images are then never served again."""
VEGA_LITE = "6.4"
PNG_SCALE = 2
KEPT_IN_MEMORY = 128
KEPT_FILES = 2000
_FORBIDDEN = {"script", "style", "foreignObject", "image", "a", "iframe", "use", "animate", "set"}
_SVG = "http://www.w3.org/2000/svg"
_drawing = Lock()


class UnsafeDrawingError(RuntimeError):
    """The drawing holds something that an image under our security policy may not; the text says what."""


def render(spec: Spec) -> bytes:
    """The SVG of *spec*: self-contained, without script, style or address; equal bytes for equal specifications."""
    with _drawing:
        drawn = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[])
    return checked(_named(_renumbered(drawn), spec.get("description") or "")).encode()


def render_png(spec: Spec, scale: float = PNG_SCALE) -> bytes:
    """The PNG of *spec*, *scale* times as large."""
    svg = render(spec).decode()
    with _drawing:
        return vl_convert.svg_to_png(svg, scale=scale)


def checked(svg: str) -> str:
    """*svg* itself. Raises UnsafeDrawingError for an element or attribute that could run, load or lead anywhere."""
    for element in ET.fromstring(svg).iter():  # noqa: S314  (our own drawing, not what people send)
        name = element.tag.rpartition("}")[2]
        if name in _FORBIDDEN or not element.tag.startswith(f"{{{_SVG}}}"):
            raise UnsafeDrawingError(f"element {name}")
        for key, value in element.attrib.items():
            bare = key.rpartition("}")[2].lower()
            loads = "url(" in value.replace("url(#", "") or "javascript:" in value.lower()
            if bare in {"href", "style", "src"} or bare.startswith("on") or loads:
                raise UnsafeDrawingError(f"attribute {bare} of {name}")
    return svg


def _renumbered(svg: str) -> str:
    """Identifiers counted from 0 in each drawing: the program counts on from one drawing to the next."""
    found: dict[str, str] = {}
    for name in re.findall(r'\bid="([A-Za-z_]+\d+)"', svg):
        found.setdefault(name, f"c{len(found)}")
    for old, new in found.items():
        svg = svg.replace(f'id="{old}"', f'id="{new}"').replace(f"url(#{old})", f"url(#{new})")
    return svg


def _named(svg: str, words: str) -> str:
    """*svg* as one picture with a name, as assistive programs read it when it stands alone."""
    name = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    svg = svg.replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "", 1)
    return re.sub(
        r"<svg\b([^>]*)>", lambda m: f'<svg{m[1]} role="img" aria-label="{name}"><title>{name}</title>', svg, count=1
    )


def chart_key(chart: Chart) -> str:
    """SHA-256 (hexadecimal) of the kind of chart, its figures and words, and the version of the drawing."""
    figures = asdict(chart)  # type: ignore[call-overload]  # every chart is a dataclass
    plain = {"drawing": DRAWING, "vega": VEGA_LITE, "kind": type(chart).__name__, "data": figures}
    return hashlib.sha256(_canonical(plain)).hexdigest()


def _canonical(plain: Any) -> bytes:
    return json.dumps(
        plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str, allow_nan=False
    ).encode()


class ImageCache:
    """Images by name: the last ones in memory, more in *folder* (None: memory only). Threads, processes may share it.

    A file appears by renaming, so a reader finds all of it or nothing. What cannot be written is only drawn again.
    """

    def __init__(self, folder: Path | None, in_memory: int = KEPT_IN_MEMORY, files: int = KEPT_FILES) -> None:
        """*in_memory*, *files*: how many images are kept at most."""
        self.folder, self.in_memory, self.files = folder, in_memory, files
        self._memory: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, name: str) -> bytes | None:
        """The image *name*, or None."""
        with self._lock:
            if name in self._memory:
                self._memory.move_to_end(name)
                return self._memory[name]
        try:
            found = (self.folder / name).read_bytes() if self.folder else None
        except OSError:
            return None
        if found:
            self._remember(name, found)
        return found or None

    def put(self, name: str, image: bytes) -> None:
        """Keep *image* under *name* (letters, digits, `.`, `-`)."""
        if not re.fullmatch(r"[0-9a-z][0-9a-z.-]*", name):
            raise ValueError(f"{name!r} is no name of an image")
        self._remember(name, image)
        if self.folder is None:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, path = tempfile.mkstemp(prefix=".new-", dir=self.folder)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(image)
                Path(path).replace(self.folder / name)
            except OSError:
                Path(path).unlink(missing_ok=True)
                raise
            self._prune(self.folder)
        except OSError:
            return  # a full or read-only disk costs a drawing, never a page

    def _remember(self, name: str, image: bytes) -> None:
        with self._lock:
            self._memory[name] = image
            self._memory.move_to_end(name)
            while len(self._memory) > self.in_memory:
                self._memory.popitem(last=False)

    def _prune(self, folder: Path) -> None:
        """Remove the oldest files above the limit, a tenth at a time; another process may be doing the same."""
        names = [entry.name for entry in folder.iterdir()]
        if len(names) <= self.files:
            return
        ages = []
        for name in names:
            try:
                ages.append(((folder / name).stat().st_mtime_ns, name))
            except FileNotFoundError:
                continue
        for _, name in sorted(ages)[: len(names) - self.files + self.files // 10]:
            (folder / name).unlink(missing_ok=True)


_caches: dict[Path, ImageCache] = {}


def cache_of(chamber: Chamber) -> ImageCache:
    """The cache of this instance: the folder `charts` beside the attachments, one object a process."""
    return _caches.setdefault(folder := chamber.files.parent / "charts", ImageCache(folder))


def image(
    cache: ImageCache, chart: Chart, width: int = WIDE, kind: str = "svg", *, with_heading: bool = False
) -> bytes:
    """The image of *chart* as `svg` or `png`, from *cache* or drawn and kept. Raises as `charts.draw` does."""
    if kind not in {"svg", "png"}:
        raise ValueError(f"{kind!r}: a chart is svg or png")
    name = f"{chart_key(chart)}-{width}{'-h' if with_heading else ''}.{kind}"
    if (known := cache.get(name)) is not None:
        return known
    spec = draw(chart, width, with_heading=with_heading)
    drawn = render(spec) if kind == "svg" else render_png(spec)
    cache.put(name, drawn)
    return drawn
