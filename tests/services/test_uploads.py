"""What is accepted as a file, and how it is kept."""

from __future__ import annotations

import io
import os
import zipfile

import pytest

from cprac.persistence.database import transaction
from cprac.persistence.models import Draft, DraftFile
from cprac.persistence.regulation_files import load_regulation
from cprac.services.chamber import Chamber
from cprac.services.errors import BadFileError
from cprac.services.uploads import KeptFile, Upload, allowed, clean_name, forget, forget_unnamed, keep, path_of
from tests.worlds import NOW

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + bytes(64)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(64)


@pytest.fixture
def chamber(tmp_path):
    return Chamber(load_regulation("contagem"), tmp_path)


def archive(*parts):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as bundle:
        for name, text in parts:
            bundle.writestr(name, text)
    return held.getvalue()


DOCX = archive(("[Content_Types].xml", "<Types/>"), ("word/document.xml", "<w/>"))
ODT = archive(("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", "<o/>"))


@pytest.mark.parametrize(
    "name, data, media",
    [
        ("laudo.pdf", PDF, "application/pdf"),
        ("FOTO.PNG", PNG, "image/png"),
        ("foto.jpeg", JPEG, "image/jpeg"),
        ("carta.docx", DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("carta.odt", ODT, "application/vnd.oasis.opendocument.text"),
    ],
)
def test_what_is_accepted(chamber, name, data, media):
    (kept,) = keep(chamber, [Upload(name, data)])
    assert kept.media_type == media
    assert path_of(chamber, kept.sha256).read_bytes() == data


@pytest.mark.parametrize(
    "name, data, words",
    [
        ("virus.exe", b"MZ" + bytes(64), "não é aceito. Envie PDF, PNG, JPG, DOCX ou ODT."),
        ("pagina.html", b"<script>alert(1)</script>", "não é aceito"),
        ("desenho.svg", b"<svg/>", "não é aceito"),
        ("pacote.zip", DOCX, "não é aceito"),
        ("laudo.pdf.exe", PDF, "não é aceito"),
        ("sem_nome", PDF, "não é aceito"),
        (".pdf", PDF, "não é aceito"),
        ("foto.png", b"MZ" + bytes(64), "não é o que o nome diz"),
        ("foto.jpg", b"<html>" + bytes(64), "não é o que o nome diz"),
        ("laudo.pdf", PNG, "não é o que o nome diz"),
        ("carta.docx", archive(("malware.js", "x")), "não é o que o nome diz"),
        ("carta.docx", ODT, "não é o que o nome diz"),
        ("carta.odt", DOCX, "não é o que o nome diz"),
        ("carta.docx", b"PK\x03\x04 e nada mais", "não é o que o nome diz"),
        ("carta.docx", DOCX[:-10], "não é o que o nome diz"),
        ("carta.docx", archive(("[Content_Types].xml", ""), ("word/document.xml", ""), ("word/vbaProject.bin", "")),
         "não é o que o nome diz"),
        ("vazio.pdf", b"", "está vazio"),
        ("grande.pdf", PDF + bytes(20 * 2**20), "O arquivo tem 21 MB. O limite é 20 MB."),
    ],
)  # fmt: skip
def test_what_is_refused_and_in_which_words(chamber, name, data, words):
    with pytest.raises(BadFileError, match=words):
        keep(chamber, [Upload(name, data)])


def test_an_archive_with_a_huge_index_is_refused_before_it_is_read(chamber):
    bomb = archive(*((f"word/{'x' * 60}{number}.xml", "") for number in range(12_000)))
    with pytest.raises(BadFileError, match="não é o que o nome diz"):
        keep(chamber, [Upload("carta.docx", bomb)])


def test_too_many_files_are_refused_at_once(chamber):
    with pytest.raises(BadFileError, match="São 51 arquivos e o limite é 50"):
        keep(chamber, [Upload("laudo.pdf", PDF)] * 51)


@pytest.mark.parametrize(
    "given, kept",
    [
        ("muro.png", "muro.png"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\boot.pdf", "boot.pdf"),
        ("rel\u202efdp.exe.pdf", "relfdp.exe.pdf"),
        ('a"b<c>:|?*.pdf', "abc.pdf"),
        ("nome\r\nSet-Cookie: x.pdf", "nomeSet-Cookie x.pdf"),
        ("nul\x00.pdf", "nul.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("...", "arquivo"),
        ("", "arquivo"),
    ],
)
def test_a_name_is_only_data(given, kept):
    assert clean_name(given) == kept


def test_a_kept_file_passes_through(chamber):
    kept = KeptFile("a.pdf", "application/pdf", "0" * 64, 3)
    assert keep(chamber, [kept]) == (kept,)


def test_forgetting_spares_what_was_wanted_again_just_now(chamber):
    (kept,) = keep(chamber, [Upload("laudo.pdf", PDF)])
    assert forget(chamber, [kept.sha256, "f" * 64]) == 0
    os.utime(path_of(chamber, kept.sha256), (0, 0))
    assert forget(chamber, [kept.sha256]) == 1
    assert not path_of(chamber, kept.sha256).exists()
    keep(chamber, [Upload("laudo.pdf", PDF)])
    os.utime(path_of(chamber, kept.sha256), (0, 0))
    keep(chamber, [Upload("outro.pdf", PDF)])
    assert forget(chamber, [kept.sha256]) == 0


def test_the_kinds_are_said_as_a_sentence_lists_them(chamber):
    assert allowed(chamber.regulation.uploads) == "PDF, PNG, JPG, DOCX ou ODT"


@pytest.mark.databases("sqlite")
def test_a_nearly_full_disk_takes_no_file_and_says_so(chamber, monkeypatch):
    monkeypatch.setattr("cprac.services.uploads.LEAST_FREE", 1 << 60)
    with pytest.raises(BadFileError, match="Não há espaço"):
        keep(chamber, [Upload("a.pdf", PDF)])
    assert not any(chamber.files.iterdir())
    assert keep(chamber, [KeptFile("a.pdf", "application/pdf", "0" * 64, 1)]), "what is kept already passes"


def test_what_no_row_names_goes_after_a_week_and_nothing_else(app):
    chamber = app.extensions["cprac"]
    with app.app_context():
        with transaction() as session:
            draft = Draft(token_hash="x", data={}, created_at=NOW, updated_at=NOW)
            session.add(draft)
            session.flush()
            named = keep(chamber, [Upload("a.pdf", PDF)])[0]
            session.add(
                DraftFile(
                    draft_id=draft.id, name="a.pdf", media_type=named.media_type, sha256=named.sha256, size=1,
                    created_at=NOW,
                )
            )  # fmt: skip
        refused, fresh = (keep(chamber, [Upload(name, data)])[0] for name, data in (("b.png", PNG), ("c.jpg", JPEG)))
        half = path_of(chamber, refused.sha256).parent / "tmpabc"
        half.write_bytes(b"half")
        for path in (path_of(chamber, named.sha256), path_of(chamber, refused.sha256), half):
            os.utime(path, (1, 1))
        assert forget_unnamed(chamber) == 2
        assert path_of(chamber, named.sha256).exists()
        assert path_of(chamber, fresh.sha256).exists(), "its form may be on the way"
        assert not path_of(chamber, refused.sha256).exists()
        assert forget_unnamed(chamber) == 0
