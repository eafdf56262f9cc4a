"""A CTranslate2 whisper model becomes an openai-whisper checkpoint, tensor by tensor.

CTranslate2 fuses the projections of attention: query, key and value in one matrix for self-attention, key and
value in one for cross-attention. It gives the key a bias, which whisper does not have: all zeros.
Layout of model.bin, version 6: github.com/OpenNMT/CTranslate2, python/ctranslate2/specs/model_spec.py.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from bot.domain.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

Tensor = NDArray[Any]
Tensors = dict[str, Tensor]

OLDEST_VERSION = 5
BFLOAT16 = 5
DTYPES: dict[int, str] = {0: "<f4", 1: "i1", 2: "<i2", 3: "<i4", 4: "<f2", BFLOAT16: "<u2"}
HEAD_WIDTH = 64
"""Every published whisper has attention heads of 64 numbers."""

# Pairs of whisper's name and CTranslate2's, inside one layer.
NORMS = (("attn_ln", "self_attention/layer_norm"), ("mlp_ln", "ffn/layer_norm"))
CROSS_NORM = ("cross_attn_ln", "attention/layer_norm")
FEED_FORWARD = (("mlp.0", "ffn/linear_0"), ("mlp.2", "ffn/linear_1"))


def convert_model(model_file: Path, checkpoint: Path) -> None:
    """Write `checkpoint` (half precision, for `whisper.load_model`) from CTranslate2's `model_file`.

    Raises ConfigError when the file is no whisper model, is cut short, or holds a tensor that finds no place.
    """
    import torch

    with model_file.open("rb") as stream:
        source = read_tensors(stream)
    renamed = rename_tensors(source)
    state = {name: torch.from_numpy(tensor.astype(np.float16)) for name, tensor in renamed.items()}
    torch.save({"dims": measure_dimensions(renamed), "model_state_dict": state}, checkpoint)


def read_tensors(stream: BinaryIO) -> Tensors:
    """Read every variable of a model.bin by its name; int8 weights come back as float32."""
    if _read_number(stream, "<I") < OLDEST_VERSION or _read_name(stream) != "WhisperSpec":
        raise ConfigError("the weights are no CTranslate2 whisper model")
    _read_number(stream, "<I")
    stored = dict(_read_tensor(stream) for _ in range(_read_number(stream, "<I")))
    for _ in range(_read_number(stream, "<I")):
        alias, name = _read_name(stream), _read_name(stream)
        stored.setdefault(alias, stored[name])
    return {
        name: _restore_weights(tensor, stored.get(f"{name}_scale"))
        for name, tensor in stored.items()
        if not name.endswith("_scale")
    }


def rename_tensors(source: Tensors) -> Tensors:
    """Give every tensor whisper's name and shape; raises ConfigError when one is missing or left over."""
    rest = dict(source)
    try:
        found = _rename_ends(rest) | _rename_side(rest, "encoder") | _rename_side(rest, "decoder")
    except KeyError as error:
        raise ConfigError(f"the weights lack {error}") from error
    # The projection to words is the token embedding again; scalars say what the shapes say.
    left = [
        name for name, tensor in rest.items() if tensor.ndim and not name.startswith("decoder/projection/")
    ]
    if left:
        raise ConfigError(f"{len(left)} tensors of the weights found no place, {left[0]} first")
    return found


def measure_dimensions(state: Tensors) -> dict[str, int]:
    """Read whisper's `ModelDimensions` off the shapes of its tensors."""
    audio_width, mel_bands = state["encoder.conv1.weight"].shape[:2]
    words, text_width = state["decoder.token_embedding.weight"].shape
    return {
        "n_mels": mel_bands,
        "n_audio_ctx": state["encoder.positional_embedding"].shape[0],
        "n_audio_state": audio_width,
        "n_audio_head": audio_width // HEAD_WIDTH,
        "n_audio_layer": _count_layers(state, "encoder.blocks.", "."),
        "n_vocab": words,
        "n_text_ctx": state["decoder.positional_embedding"].shape[0],
        "n_text_state": text_width,
        "n_text_head": text_width // HEAD_WIDTH,
        "n_text_layer": _count_layers(state, "decoder.blocks.", "."),
    }


def _rename_ends(rest: Tensors) -> Tensors:
    found: Tensors = {
        "encoder.positional_embedding": rest.pop("encoder/position_encodings/encodings"),
        "decoder.positional_embedding": rest.pop("decoder/position_encodings/encodings"),
        "decoder.token_embedding.weight": rest.pop("decoder/embeddings/weight"),
    }
    for layer in ("conv1", "conv2"):
        found |= _take_linear(rest, f"encoder.{layer}", f"encoder/{layer}")
    found |= _take_norm(rest, "encoder.ln_post", "encoder/layer_norm")
    return found | _take_norm(rest, "decoder.ln", "decoder/layer_norm")


def _rename_side(rest: Tensors, side: str) -> Tensors:
    found: Tensors = {}
    for index in range(_count_layers(rest, f"{side}/layer_", "/")):
        target, layer = f"{side}.blocks.{index}", f"{side}/layer_{index}"
        norms = NORMS if side == "encoder" else (*NORMS, CROSS_NORM)
        for new, old in norms:
            found |= _take_norm(rest, f"{target}.{new}", f"{layer}/{old}")
        for new, old in FEED_FORWARD:
            found |= _take_linear(rest, f"{target}.{new}", f"{layer}/{old}")
        found |= _split_fused(
            rest, f"{target}.attn", f"{layer}/self_attention/linear_0", ("query", "key", "value")
        )
        found |= _take_linear(rest, f"{target}.attn.out", f"{layer}/self_attention/linear_1")
        if side == "decoder":
            cross = f"{target}.cross_attn"
            found |= _take_linear(rest, f"{cross}.query", f"{layer}/attention/linear_0")
            found |= _split_fused(rest, cross, f"{layer}/attention/linear_1", ("key", "value"))
            found |= _take_linear(rest, f"{cross}.out", f"{layer}/attention/linear_2")
    return found


def _split_fused(rest: Tensors, target: str, name: str, parts: tuple[str, ...]) -> Tensors:
    weights = np.split(rest.pop(f"{name}/weight"), len(parts))
    biases = np.split(rest.pop(f"{name}/bias"), len(parts))
    found: Tensors = {}
    for part, weight, bias in zip(parts, weights, biases, strict=True):
        found[f"{target}.{part}.weight"] = weight
        if part != "key":
            found[f"{target}.{part}.bias"] = bias
        elif bias.any():
            raise ConfigError(f"the weights have a key bias in {name}, which whisper cannot hold")
    return found


def _take_linear(rest: Tensors, target: str, name: str) -> Tensors:
    return {f"{target}.weight": rest.pop(f"{name}/weight"), f"{target}.bias": rest.pop(f"{name}/bias")}


def _take_norm(rest: Tensors, target: str, name: str) -> Tensors:
    return {f"{target}.weight": rest.pop(f"{name}/gamma"), f"{target}.bias": rest.pop(f"{name}/beta")}


def _count_layers(tensors: Tensors, prefix: str, separator: str) -> int:
    numbers = {name.removeprefix(prefix).split(separator)[0] for name in tensors if name.startswith(prefix)}
    return len(numbers)


def _read_tensor(stream: BinaryIO) -> tuple[str, Tensor]:
    name = _read_name(stream)
    shape = [_read_number(stream, "<I") for _ in range(_read_number(stream, "<B"))]
    kind = _read_number(stream, "<B")
    tensor = np.frombuffer(_read_exactly(stream, _read_number(stream, "<I")), DTYPES[kind]).reshape(shape)
    if kind == BFLOAT16:
        # The upper half of a float32's bits.
        tensor = (tensor.astype("<u4") << 16).view("<f4")
    return name, tensor


def _restore_weights(tensor: Tensor, scale: Tensor | None) -> Tensor:
    if tensor.dtype != np.int8 or scale is None:
        return tensor
    return tensor.astype(np.float32) / scale.reshape(-1, *[1] * (tensor.ndim - 1))


def _read_name(stream: BinaryIO) -> str:
    return _read_exactly(stream, _read_number(stream, "<H")).rstrip(b"\0").decode()


def _read_number(stream: BinaryIO, layout: str) -> int:
    return int(struct.unpack(layout, _read_exactly(stream, struct.calcsize(layout)))[0])


def _read_exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise ConfigError("the weights are cut short")
    return data
