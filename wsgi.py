"""The web app for a WSGI server: ``waitress-serve wsgi:app``, from the checkout's folder."""

from workforce.app import create_app
from workforce.config import Settings

app = create_app(Settings.load())
