"""The package of a release: every table in every format, what describes them, and all of it as one ZIP.

A package is a function of releases and of who publishes: the same release makes the same bytes, byte by byte. Files are
written one after the other to disk; only the ZIP's and the writers' blocks are held in memory.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from cprac.services import open_metadata, open_texts
from cprac.services.open_files import CSV, FORMATS, write
from cprac.services.open_metadata import DICTIONARY, Written
from cprac.services.open_publications import Published, Publisher, about, digest, known_at

EDITION = "1"
"""Raise it when the files of a release are written in another way: kept packages are then made anew."""

CHUNK = 1 << 20
KEPT_LIST = ".files.json"
PACKAGE, LIST, CATALOGUE = "datapackage.json", "SHA256SUMS", "dcat.jsonld"
LICENCE, CHANGES, REPORT, README = "LICENCA.txt", "MUDANCAS.md", "RELATORIO-ANONIMIZACAO.md", "LEIA-ME.md"


@dataclass(frozen=True, slots=True)
class Package:
    """A written package: its folder, its files in the order of the ZIP, and the ZIP where one was made."""

    release: str
    folder: Path
    files: tuple[Written, ...]
    archive: Written | None = None

    def file(self, name: str) -> Written | None:
        """The file of this name, the ZIP too."""
        every = (*self.files, self.archive) if self.archive else self.files
        return next((file for file in every if file.name == name), None)


def archive_name(published: Published, publisher: Publisher) -> str:
    """The name of the ZIP of a release."""
    return f"{publisher.slug}-{published.id}.zip"


def build(
    published: Published, every: Sequence[Published], publisher: Publisher, folder: Path, *, zipped: bool = False
) -> Package:
    """Write the package of *published* into the empty *folder*. *every*: all releases; later ones are not told of."""
    known = known_at(every, published)
    words = about(published, publisher)
    files: dict[str, Written] = {}

    def put(name: str, fill: Callable[[BinaryIO], Any]) -> None:
        files[name] = _put(folder / name, fill)

    for table in published.release.tables:
        for form in FORMATS:
            put(f"{table.id}.{form.id}", partial(_table_into, form=form, table=table, words=words))
    terms = open_metadata.dictionary_rows(published.release.tables)
    put(f"{DICTIONARY.id}.csv", lambda to: write(CSV, DICTIONARY, words, to, terms))
    put(f"{DICTIONARY.id}.md", _text(open_texts.dictionary(published)))
    put(LICENCE, _text(open_texts.licence(publisher)))
    put(CHANGES, _text(open_texts.changes(known)))
    put(REPORT, _text(open_texts.anonymisation(published)))
    put("anonimizacao.json", _json(dict(published.release.anonymisation_report)))
    put(README, _text(open_texts.readme(published, publisher)))
    put(PACKAGE, _json(open_metadata.datapackage(published, publisher, files)))
    put(CATALOGUE, _json(open_metadata.dcat([published], publisher, {published.id: files})))
    put(LIST, _text("".join(f"{file.sha256}  {file.name}\n" for file in files.values())))
    archive = None
    if zipped:
        name = archive_name(published, publisher)
        archive = _put(folder / name, partial(zip_into, folder=folder, names=list(files), on=published.release.as_of))
    return Package(published.id, folder, tuple(files.values()), archive)


def zip_into(to: BinaryIO, folder: Path, names: Iterable[str], on: date) -> None:
    """Write the files *names* of *folder* as a ZIP: in this order, all dated *on*, nothing of this machine in it."""
    with zipfile.ZipFile(to, "w") as archive:
        for name in names:
            entry = zipfile.ZipInfo(name, (on.year, on.month, on.day, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".parquet") else zipfile.ZIP_DEFLATED
            entry.file_size = (folder / name).stat().st_size  # a very long file gets the wide form
            with (folder / name).open("rb") as source, archive.open(entry, "w") as target:
                shutil.copyfileobj(source, target, CHUNK)


def catalogue(every: Sequence[Published], publisher: Publisher, packages: Iterable[Package]) -> dict[str, Any]:
    """The DCAT catalogue of all releases, whose *packages* are written."""
    files = {package.release: {file.name: file for file in package.files} for package in packages}
    return open_metadata.dcat(every, publisher, files)


def kept(published: Published, every: Sequence[Published], publisher: Publisher, store: Path) -> Package:
    """The package of *published* with its ZIP, made once in the folder *store* and kept: a release never changes.

    Two processes that make it at once make the same bytes; the second finds the folder of the first.
    """
    known = [other.sha256 for other in known_at(every, published)]
    place = store / f"{published.id}-{digest(EDITION, repr(publisher), published.published_at.isoformat(), *known)}"
    if not place.is_dir():
        store.mkdir(parents=True, exist_ok=True)
        with emerging(place) as folder:
            made = build(published, every, publisher, folder, zipped=True)
            entries = [asdict(file) for file in (*made.files, made.archive) if file]
            (folder / KEPT_LIST).write_text(json.dumps(entries), "utf-8")
    *files, archive = (Written(**entry) for entry in json.loads((place / KEPT_LIST).read_text("utf-8")))
    return Package(published.id, place, tuple(files), archive)


@contextmanager
def emerging(place: Path) -> Iterator[Path]:
    """A folder beside *place* that becomes it when the block ends well, and goes when it does not."""
    folder = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
    try:
        yield folder
        try:
            folder.rename(place)
        except OSError:
            if not place.is_dir():  # somebody else was first: theirs is the same
                raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def replacing(place: Path) -> Iterator[BinaryIO]:
    """A file beside *place* that takes its place at once when the block ends well: readers see the old or the new."""
    place.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(prefix=f".{place.name}.", dir=place.parent)
    try:
        with os.fdopen(number, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(place)
    finally:
        Path(name).unlink(missing_ok=True)


def _put(path: Path, fill: Callable[[BinaryIO], Any]) -> Written:
    """Write a file and look at what was written, a piece at a time."""
    with path.open("wb") as file:
        fill(file)
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            found.update(piece)
    return Written(path.name, path.stat().st_size, found.hexdigest())


def _table_into(to: BinaryIO, *, form: Any, table: Any, words: Any) -> None:
    write(form, table, words, to)


def _text(text: str) -> Callable[[BinaryIO], Any]:
    return lambda to: to.write(text.encode())


def _json(value: Any) -> Callable[[BinaryIO], Any]:
    return _text(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n")
