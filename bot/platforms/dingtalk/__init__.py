"""The chat with an internal application's robot (企业内部应用机器人) of DingTalk, 钉钉."""
