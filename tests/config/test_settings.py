"""Settings: from the environment, from a `.env` file, and the folders and addresses that follow from them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.domain.errors import ConfigError
from config.settings import Settings, load_settings


@pytest.fixture
def empty(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder to start in, and an environment that says nothing."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    return tmp_path


@pytest.mark.usefixtures("empty")
def test_nothing_has_to_be_set() -> None:
    settings = Settings()
    assert settings.platform_names == ("console",)
    assert (settings.host, settings.port) == ("127.0.0.1", 8090)
    assert settings.media_dir == Path("var/media")
    assert settings.weights_dir == Path("var/weights")


def test_the_database_is_a_file_beside_the_rest_unless_told(empty: Path) -> None:
    assert Settings(var_dir=Path("here")).database() == f"sqlite:///{empty / 'here' / 'genjin.db'}"
    assert Settings(database_url="postgresql://x/y").database() == "postgresql://x/y"


@pytest.mark.usefixtures("empty")
def test_the_environment_is_read_in_capitals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9000")
    monkeypatch.setenv("PLATFORMS", " console , wecom,")
    monkeypatch.setenv("SPEECH_WEIGHTS", "/srv/weights")
    settings = Settings()
    assert settings.port == 9000
    assert settings.platform_names == ("console", "wecom")
    assert settings.weights_dir == Path("/srv/weights")


def test_a_env_file_is_read_and_the_environment_wins(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (empty / ".env").write_text("PORT=9001\nHOST=0.0.0.0\nSOMEBODY_ELSES=1\n", encoding="utf-8")
    monkeypatch.setenv("PORT", "9002")
    settings = Settings()
    assert (settings.host, settings.port) == ("0.0.0.0", 9002)


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "many"),
        ("PORT", "70000"),
        ("WORKERS", "0"),
        ("LEASE_SECONDS", "1"),
        ("SPEECH_ENGINE", "ears"),
        ("LOG_LEVEL", "loud"),
        ("ATTEMPTS", "0"),
        ("INBOX_LIMIT", "-1"),
    ],
)
def test_a_bad_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match=f"(?i){name}"):
        Settings()


@pytest.mark.usefixtures("empty")
def test_settings_do_not_change_once_read() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().port = 1  # type: ignore[misc]


@pytest.mark.usefixtures("empty")
def test_a_bad_setting_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().port == 8090
    monkeypatch.setenv("PORT", "many")
    with pytest.raises(ConfigError, match=r"^setting PORT: [^\n]+$"):
        load_settings()


@pytest.mark.usefixtures("empty")
def test_wecom_names_what_it_lacks_and_keeps_its_secrets_to_itself() -> None:
    assert Settings().missing_for("console") == ()
    assert Settings().missing_for("wecom") == (
        "WECOM_CORP_ID",
        "WECOM_AGENT_ID",
        "WECOM_SECRET",
        "WECOM_TOKEN",
        "WECOM_ENCODING_AES_KEY",
    )
    whole = Settings(
        wecom_corp_id="ww0a1b2c3d4e5f6789",
        wecom_agent_id=1000017,
        wecom_secret="s3cret-of-ours",
        wecom_token="FakeToken01",
        wecom_encoding_aes_key="FakeAesKeyForLocalTests0123456789abcdefghiQ",
    )
    assert whole.missing_for("wecom") == ()
    assert not any(secret in repr(whole) for secret in ("s3cret", "FakeToken", "FakeAesKey"))


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize(
    ("name", "value"),
    [("wecom_token", "with-a-dash"), ("wecom_token", "x" * 33), ("wecom_encoding_aes_key", "short")],
)
def test_wecom_keys_that_cannot_be_are_refused(name: str, value: str) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({name: value})


def test_what_stands_empty_in_a_file_is_not_set(empty: Path) -> None:
    (empty / ".env").write_text("WECOM_AGENT_ID=\nDATABASE_URL=\nPORT=\n", encoding="utf-8")
    settings = Settings()
    assert (settings.wecom_agent_id, settings.database_url, settings.port) == (0, "", 8090)


@pytest.mark.usefixtures("empty")
def test_dingtalk_names_what_it_lacks_and_keeps_its_secrets_to_itself() -> None:
    assert Settings().missing_for("dingtalk") == ("DINGTALK_CLIENT_ID", "DINGTALK_CLIENT_SECRET")
    whole = Settings(
        dingtalk_client_id="dingabc0123456789",
        dingtalk_client_secret="s3cret-of-ours",
        dingtalk_group_webhook="https://oapi.dingtalk.com/robot/send?access_token=t0ken-of-ours",
        dingtalk_group_webhook_secret="SECof-ours",
    )
    assert whole.missing_for("dingtalk") == ()
    for secret in ("s3cret-of-ours", "t0ken-of-ours", "SECof-ours"):
        assert secret not in repr(whole)


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize(
    ("name", "value"),
    [("dingtalk_mode", "poll"), ("dingtalk_monthly_calls", 0), ("dingtalk_monthly_pushes", -1)],
)
def test_dingtalk_settings_that_cannot_be_are_refused(name: str, value: object) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({name: value})
