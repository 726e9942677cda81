"""The tutorial's one app."""

from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "tests.bench.tutorial.chat"
    label = "bench_chat"
