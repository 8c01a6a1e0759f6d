"""Files people send: what is accepted, and how it is kept.

A file is accepted by its name ending and its first bytes together, kept under the hash of its bytes and never under a
name somebody gave, and only ever handed out as a download. Nothing is unpacked or decoded.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tempfile
import time
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import puremagic
from sqlalchemy import select

from cprac.domain.regulation_parts import UploadRules
from cprac.persistence.database import db
from cprac.persistence.models import Document, DraftFile
from cprac.services.chamber import Chamber
from cprac.services.errors import BadFileError


@dataclass(frozen=True, slots=True)
class Upload:
    """A file somebody sent: the name it came with and its bytes, already bounded by the web."""

    name: str
    data: bytes

    @property
    def size(self) -> int:
        """Its bytes."""
        return len(self.data)


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that was accepted and stored before the act that names it. ``size`` in bytes."""

    name: str
    media_type: str
    sha256: str
    size: int


MEDIA = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".odt": "application/vnd.oasis.opendocument.text",
}
LONGEST_NAME = 120
BIDIRECTIONAL = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
UNNAMED_SECONDS = 7 * 24 * 3600
"""How long a file that nothing names is kept: it came with a form that was refused, and nobody will ever see it."""

LEAST_FREE = 2**30
"""Bytes that stay free: attachments never take the last space of the disk, which the database may be on too."""

LARGEST_ZIP_INDEX = 2**20
"""Bytes of a text document's own index that are read at most: thousands of parts, and none is unpacked."""


def clean_name(name: str) -> str:
    """The given file name as harmless data: no path, no control or bidirectional characters, at most 120 characters."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(char for char in base if char.isprintable() and char not in BIDIRECTIONAL + "\"'<>|:*?")
    kept = kept.strip(". ")
    if len(kept) > LONGEST_NAME:
        stem, ending = kept[:LONGEST_NAME], Path(kept).suffix[:10]
        kept = stem[: LONGEST_NAME - len(ending)] + ending
    return kept or "arquivo"


def allowed(rules: UploadRules) -> str:
    """The accepted kinds as a sentence lists them: "PDF, JPG, PNG, DOCX ou ODT"."""
    names = [kind.upper() for kind in rules.types if f".{kind}" in MEDIA and kind != "jpeg"]
    return f"{', '.join(names[:-1])} ou {names[-1]}" if len(names) > 1 else "".join(names)


def sniff(data: bytes, name: str, rules: UploadRules) -> str:
    """The media type of an accepted file, from its first bytes and its ending together; BadFileError otherwise."""
    ending, shown = Path(name.lower()).suffix, clean_name(name)
    if ending not in MEDIA or ending[1:] not in rules.types:
        raise BadFileError(f"O arquivo “{shown}” não é aceito. Envie {allowed(rules)}.")
    if not data:
        raise BadFileError(f"O arquivo “{shown}” está vazio. Confira o arquivo e envie de novo.")
    if not (_is_text_document(data, ending) if ending in (".docx", ".odt") else _starts_as(data, ending)):
        raise BadFileError(f"O conteúdo de “{shown}” não é o que o nome diz. Confira o arquivo e envie de novo.")
    return MEDIA[ending]


def _starts_as(data: bytes, ending: str) -> bool:
    try:
        found = {match.extension for match in puremagic.magic_string(data)}
    except (puremagic.PureError, ValueError):
        return False
    wanted = {".jpg", ".jpeg", ".jfif"} if ending in (".jpg", ".jpeg") else {ending}
    return bool(found & wanted)


def _is_text_document(data: bytes, ending: str) -> bool:
    """Tell whether *data* is a DOCX or ODT by its index of parts: another archive with such a name is not."""
    if not data.startswith(b"PK\x03\x04"):
        return False
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 66_000))
    if end < 0 or int.from_bytes(data[end + 12 : end + 16], "little") > LARGEST_ZIP_INDEX:
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError):
        return False
    if ending == ".docx":
        macros = any(part.lower().endswith("vbaproject.bin") for part in parts)
        return {"[Content_Types].xml", "word/document.xml"} <= parts and not macros
    return {"mimetype", "content.xml"} <= parts and MEDIA[".odt"].encode() in data[:200]


def store(chamber: Chamber, data: bytes) -> str:
    """Keep *data* under its SHA-256, written whole or not at all; return the hash."""
    digest = hashlib.sha256(data).hexdigest()
    target = path_of(chamber, digest)
    if target.exists():
        os.utime(target)  # wanted again just now, so a purge leaves it alone
        return digest
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return digest


def path_of(chamber: Chamber, sha256: str) -> Path:
    """Where the file with this hash is kept."""
    return chamber.files / sha256[:2] / sha256


def forget(chamber: Chamber, hashes: Iterable[str], *, older_than: int = 3600) -> int:
    """Remove the files of *hashes*, except those wanted again in the last *older_than* seconds; return how many went.

    The caller has made sure that no row names them; the age covers a sending that is being written at this moment.
    """
    gone = 0
    for sha256 in hashes:
        target = path_of(chamber, sha256)
        try:
            if time.time() - target.stat().st_mtime >= older_than:
                target.unlink()
                gone += 1
        except FileNotFoundError:
            continue
    return gone


def forget_unnamed(chamber: Chamber) -> int:
    """Remove what no document and no draft names: files of refused forms, and half-written ones; how many went.

    Without this, what somebody sent in vain would stay for ever, out of sight of every rule of retention.
    """
    gone = 0
    for folder in sorted(chamber.files.glob("[0-9a-f][0-9a-f]")):
        there = {path.name for path in folder.iterdir() if path.is_file()}
        stored = [name for name in there if len(name) == 64]
        named: set[str] = set()
        for some in _in_hundreds(stored):
            for table in (Document, DraftFile):
                named |= set(db.session.scalars(select(table.sha256).where(table.sha256.in_(some))))
        db.session.rollback()
        gone += forget(chamber, [name for name in stored if name not in named], older_than=UNNAMED_SECONDS)
        for half in there - set(stored):
            if time.time() - (folder / half).stat().st_mtime >= UNNAMED_SECONDS:
                (folder / half).unlink(missing_ok=True)
                gone += 1
    return gone


def _in_hundreds(names: list[str]) -> Iterator[list[str]]:
    return (names[start : start + 100] for start in range(0, len(names), 100))


def keep(chamber: Chamber, uploads: Iterable[Upload | KeptFile]) -> tuple[KeptFile, ...]:
    """Check and store *uploads*, best before the transaction that names them. A file that no act names is harmless.

    Raises BadFileError, whose text says what is wrong and what to do. What was kept before passes through.
    """
    rules, files = chamber.regulation.uploads, tuple(uploads)
    if len(files) > rules.max_files:
        raise BadFileError(f"São {len(files)} arquivos e o limite é {rules.max_files} por envio. Envie em partes.")
    if any(isinstance(file, Upload) for file in files) and _disk_is_short(chamber):
        raise BadFileError("Não há espaço para guardar arquivos agora. Tente mais tarde, ou entregue na Secretaria.")
    kept = []
    for file in files:
        if isinstance(file, KeptFile):
            kept.append(file)
            continue
        if file.size > rules.max_file_bytes:
            size, limit = -(-file.size // 2**20), rules.max_file_bytes // 2**20
            raise BadFileError(f"O arquivo tem {size} MB. O limite é {limit} MB. Divida em partes ou reduza as fotos.")
        media = sniff(file.data, file.name, rules)
        kept.append(KeptFile(clean_name(file.name), media, store(chamber, file.data), file.size))
    return tuple(kept)


def _disk_is_short(chamber: Chamber) -> bool:
    there = next(folder for folder in (chamber.files, *chamber.files.absolute().parents) if folder.exists())
    return shutil.disk_usage(there).free < LEAST_FREE
