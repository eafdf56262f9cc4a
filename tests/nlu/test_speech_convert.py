"""A CTranslate2 whisper model is taken apart into whisper's own tensors, none lost and none made up."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest

from bot.domain.errors import ConfigError
from nlu.speech_convert import (
    Tensor,
    Tensors,
    convert_model,
    measure_dimensions,
    read_tensors,
    rename_tensors,
)

WIDTH, WORDS = 64, 7


def small_model() -> Tensors:
    """A whisper with one layer a side, in CTranslate2's names; key biases are zero as they must be."""
    model = {
        "encoder/conv1/weight": fill(WIDTH, 5, 3),
        "encoder/conv1/bias": fill(WIDTH),
        "encoder/conv2/weight": fill(WIDTH, WIDTH, 3),
        "encoder/conv2/bias": fill(WIDTH),
        "encoder/position_encodings/encodings": fill(11, WIDTH),
        "decoder/position_encodings/encodings": fill(9, WIDTH),
        "decoder/embeddings/weight": fill(WORDS, WIDTH),
        "encoder/num_heads": np.array(1, np.int16),
        **norm("encoder/layer_norm"),
        **norm("decoder/layer_norm"),
    }
    for layer in ("encoder/layer_0", "decoder/layer_0"):
        model |= linear(f"{layer}/self_attention/linear_0", 3 * WIDTH, keys=slice(WIDTH, 2 * WIDTH))
        model |= linear(f"{layer}/self_attention/linear_1", WIDTH)
        model |= linear(f"{layer}/ffn/linear_0", 4 * WIDTH)
        model |= linear(f"{layer}/ffn/linear_1", WIDTH, 4 * WIDTH)
        model |= norm(f"{layer}/self_attention/layer_norm") | norm(f"{layer}/ffn/layer_norm")
    cross = "decoder/layer_0/attention"
    model |= linear(f"{cross}/linear_0", WIDTH) | linear(f"{cross}/linear_2", WIDTH)
    return model | linear(f"{cross}/linear_1", 2 * WIDTH, keys=slice(0, WIDTH)) | norm(f"{cross}/layer_norm")


def fill(*shape: int) -> Tensor:
    """Numbers that differ from place to place."""
    return np.random.default_rng(shape).standard_normal(shape).astype(np.float32)


def linear(name: str, rows: int, columns: int = WIDTH, *, keys: slice | None = None) -> Tensors:
    bias = fill(rows)
    if keys is not None:
        bias[keys] = 0
    return {f"{name}/weight": fill(rows, columns), f"{name}/bias": bias}


def norm(name: str) -> Tensors:
    return {f"{name}/gamma": fill(WIDTH), f"{name}/beta": fill(WIDTH)}


def write_model(tensors: Tensors, *, spec: str = "WhisperSpec") -> bytes:
    """Write a model.bin of binary version 6, with the projection as an alias of the embedding."""
    kinds = {"float32": 0, "int8": 1, "int16": 2, "float16": 4}

    def text(value: str) -> bytes:
        return struct.pack("<H", len(value) + 1) + value.encode() + b"\0"

    parts = [struct.pack("<I", 6), text(spec), struct.pack("<II", 3, len(tensors))]
    for name, tensor in tensors.items():
        shape = struct.pack(f"<B{tensor.ndim}I", tensor.ndim, *tensor.shape)
        size = struct.pack("<BI", kinds[tensor.dtype.name], tensor.nbytes)
        parts += [text(name), shape, size, tensor.tobytes()]
    alias = text("decoder/projection/weight") + text("decoder/embeddings/weight")
    return b"".join([*parts, struct.pack("<I", 1), alias])


def test_fused_projections_are_split_in_order() -> None:
    source = small_model()
    state = rename_tensors(read_tensors(io.BytesIO(write_model(source))))
    fused = source["decoder/layer_0/self_attention/linear_0/weight"]
    for index, part in enumerate(("query", "key", "value")):
        rows = fused[index * WIDTH : (index + 1) * WIDTH]
        assert (state[f"decoder.blocks.0.attn.{part}.weight"] == rows).all()
    cross = source["decoder/layer_0/attention/linear_1/weight"]
    assert (state["decoder.blocks.0.cross_attn.value.weight"] == cross[WIDTH:]).all()
    assert "decoder.blocks.0.cross_attn.key.bias" not in state
    assert len(state) == 50


def test_dimensions_are_read_off_the_shapes() -> None:
    assert measure_dimensions(rename_tensors(small_model())) == {
        "n_mels": 5,
        "n_audio_ctx": 11,
        "n_audio_state": WIDTH,
        "n_audio_head": 1,
        "n_audio_layer": 1,
        "n_vocab": WORDS,
        "n_text_ctx": 9,
        "n_text_state": WIDTH,
        "n_text_head": 1,
        "n_text_layer": 1,
    }


def test_int8_weights_are_restored() -> None:
    whole = small_model()
    name = "encoder/layer_0/ffn/linear_0/weight"
    scale = 127 / np.abs(whole[name]).max(axis=1)
    packed = np.rint(whole[name] * scale[:, np.newaxis]).astype(np.int8)
    stored = whole | {name: packed, f"{name}_scale": scale.astype(np.float32)}
    restored = read_tensors(io.BytesIO(write_model(stored)))
    assert np.abs(restored[name] - whole[name]).max() < 0.02
    assert f"{name}_scale" not in restored


def test_a_model_that_does_not_fit_is_refused() -> None:
    whole = small_model()
    biased = whole | {"decoder/layer_0/attention/linear_1/bias": np.ones(2 * WIDTH, np.float32)}
    lacking = {name: tensor for name, tensor in whole.items() if name != "encoder/conv2/bias"}
    extra = whole | {"encoder/gate/weight": np.ones((2, 2), np.float32)}
    for broken, complaint in ((biased, "key bias"), (lacking, "conv2/bias"), (extra, "encoder/gate/weight")):
        with pytest.raises(ConfigError, match=complaint):
            rename_tensors(broken)


def test_a_file_that_is_no_whole_model_is_refused() -> None:
    data = write_model(small_model())
    for broken, complaint in (
        (data[:-50_000], "cut short"),
        (b"", "cut short"),
        (write_model({}, spec="TransformerSpec"), "no CTranslate2 whisper"),
    ):
        with pytest.raises(ConfigError, match=complaint):
            read_tensors(io.BytesIO(broken))


@pytest.mark.heavy
def test_whisper_takes_every_tensor_of_base(weights_dir: Path, tmp_path: Path) -> None:
    import whisper

    convert_model(weights_dir / "base" / "model.bin", tmp_path / "base.pt")
    model = whisper.load_model(str(tmp_path / "base.pt"), device="cpu")
    assert len(model.state_dict()) == 245
    assert model.is_multilingual
