"""`manage.py serve`: the web process."""
import resource
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Serves pages, API and sockets on PORT until SIGTERM."""

    help = "Serves Cercle."

    def add_arguments(self, parser: Any) -> None:
        """Where to listen."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, default=settings.LISTEN_PORT)

    def handle(self, *args: Any, **options: Any) -> None:
        """Runs until the process is told to end."""
        from config.asgi import application
        from messaging.live.server import LiveServer

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a file for each socket
        where = f"tcp:{options['port']}:interface={options['host']}:backlog=2048"
        LiveServer(application, endpoints=[where]).run()
