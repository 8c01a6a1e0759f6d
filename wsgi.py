"""The application for a WSGI server."""

from config import from_environment
from cprac import create_app

app = create_app(from_environment())
