"""The consumer of the tutorial, speaking the bench's frames."""

import uuid
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from tests.bench import shape
from tests.bench.tutorial.chat.models import Post


def save(key: str, circle: str, text: str) -> int:
    post = Post(key=key, circle=circle, text=text)
    post.save()
    return int(post.pk)


class ChatConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]
    """Joins a group for each circle; saves a post, then sends it to the group."""

    async def connect(self) -> None:
        self.watched: set[str] = set()
        await self.accept("circle.v1")

    async def disconnect(self, code: int) -> None:
        for circle in self.watched:
            await self.channel_layer.group_discard(f"circle_{circle}", self.channel_name)

    async def receive_json(self, content: dict[str, Any], **kwargs: Any) -> None:
        if content["op"] == "post":
            seq = await database_sync_to_async(save)(content["id"], content["circle"], content["text"])
            post = shape.post(content["id"], seq, content["circle"], str(uuid.uuid4()), content["text"])
            await self.channel_layer.group_send(f"circle_{content['circle']}", {"type": "chat.message", "seq": seq, "post": post})
        elif content["op"] == "watch":
            self.watched.add(content["circle"])
            await self.channel_layer.group_add(f"circle_{content['circle']}", self.channel_name)
            await self.send_json({"re": content["ref"], "ok": True, "head": 0, "from": 1})
        elif content["op"] == "ping":
            await self.send_json({"re": content["ref"], "ok": True})

    async def chat_message(self, event: dict[str, Any]) -> None:
        post = event["post"]
        await self.send_json(shape.items(post["circle"], event["seq"], post))
