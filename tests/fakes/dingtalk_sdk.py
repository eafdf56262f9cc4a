"""The platform's own SDK as a bot in a process of its own: it answers each text by its session webhook.

Run with the fake's address in DINGTALK_OPENAPI_ENDPOINT; the SDK reads it when it is imported.
"""

from __future__ import annotations

import sys
from typing import Any

import dingtalk_stream


class Echo(dingtalk_stream.ChatbotHandler):  # type: ignore[misc]
    """Says back what it was told."""

    async def process(self, callback: Any) -> tuple[int, str]:
        incoming = dingtalk_stream.ChatbotMessage.from_dict(callback.data)
        self.reply_text(f"echo: {incoming.text.content}", incoming)
        return dingtalk_stream.AckMessage.STATUS_OK, "OK"


def main(client_id: str, secret: str) -> None:
    """Connect and answer until killed."""
    client = dingtalk_stream.DingTalkStreamClient(dingtalk_stream.Credential(client_id, secret))
    client.register_callback_handler(dingtalk_stream.ChatbotMessage.TOPIC, Echo())
    client.start_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
