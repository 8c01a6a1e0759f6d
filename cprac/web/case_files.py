"""Handing out files that people attached: downloads, and never anything a browser would show or run."""

from __future__ import annotations

from flask import Response, send_file

from cprac.persistence.queries_items import DocumentPage
from cprac.services.chamber import Chamber
from cprac.services.uploads import path_of

SANDBOX = "sandbox; default-src 'none'"
"""Should a browser show it all the same, it may load nothing, run nothing and be nobody."""


def attachment_of(chamber: Chamber, document: DocumentPage) -> Response:
    """The file of *document* as a download under the name it came with, already cleaned when it was accepted."""
    answer = send_file(
        path_of(chamber, document.sha256),
        mimetype=document.media_type or "application/octet-stream",
        as_attachment=True,
        download_name=document.file_name or "arquivo",
        conditional=False,
        etag=False,
        last_modified=document.created_at,
    )
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
