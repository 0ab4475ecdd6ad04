"""A checkpoint loads whole or is refused in one sentence; nothing in it runs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from tvau_studio.domain.errors import StudioError
from tvau_studio.tvau import checkpoints, inventory, thesis
from tvau_studio.tvau.ahd import AnomalyHeatmapDecoder
from tvau_studio.tvau.configuration import AHDConfig, RAEConfig
from tvau_studio.tvau.modeling_tvau import TVAU
from tvau_studio.tvau.rae import make_rae


@pytest.fixture
def saved(model_folder: Path) -> Path:
    return model_folder


@pytest.fixture
def folder(saved: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    return Path(shutil.copytree(saved, tmp_path / "copy"))


def refusal(where: Any, **more: Any) -> str:
    with pytest.raises(StudioError) as error:
        checkpoints.load(where, "cpu", **more)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_what_is_saved_is_loaded(saved: Path, make_model: Callable[..., TVAU]) -> None:
    want, got = make_model().state_dict(), checkpoints.load(saved, "cpu")
    state = got.state_dict()
    assert state.keys() == want.keys()
    assert all(torch.equal(state[k], want[k]) for k in want)
    assert got.config.text_hash == got.text.hash != ""
    assert got.config.name == "random"
    assert not got.training
    text = "Hallo, 你好 12!"
    assert got.processor.question_ids(text).tolist() == make_model().processor.question_ids(text).tolist()
    assert sorted(p.name for p in saved.iterdir() if p.suffix == ".safetensors") == [
        "ahd.safetensors",
        "model.safetensors",
        "rae.safetensors",
    ]


def test_saving_again_replaces_the_folder_and_leaves_nothing_beside_it(
    saved: Path, make_model: Callable[..., TVAU], tmp_path: Path
) -> None:
    target = tmp_path / "model"
    for name in ("first", "second"):
        checkpoints.save(make_model(name=name), target)
    assert checkpoints.load(target, "cpu").config.name == "second"
    assert [p.name for p in tmp_path.iterdir()] == ["model"]


def test_a_save_that_fails_leaves_the_old_checkpoint(
    make_model: Callable[..., TVAU], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = make_model(name="old")
    checkpoints.save(model, tmp_path / "model")

    def full(*args: Any, **kwargs: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoints, "save_file", full)
    with pytest.raises(StudioError, match="cannot be written: No space left"):
        checkpoints.save(make_model(name="new"), tmp_path / "model")
    assert checkpoints.load(tmp_path / "model", "cpu").config.name == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["model"]


@pytest.mark.parametrize("file", ["ahd.safetensors", "rae.safetensors", "model.safetensors"])
@pytest.mark.parametrize("damage", ["missing", "extra", "shape", "nan", "absent", "cut", "text"])
def test_damaged_weights_are_refused(folder: Path, file: str, damage: str) -> None:
    path = folder / file
    tensors = load_file(path)
    # Not the last key: transformers ties nothing here, and every name is as good as another.
    key = sorted(tensors)[0]
    if damage == "absent":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    elif damage == "text":
        path.write_text("these are no weights")
    else:
        if damage == "missing":
            del tensors[key]
        elif damage == "extra":
            tensors["surplus.weight"] = torch.zeros(2, 2)
        elif damage == "shape":
            tensors[key] = torch.zeros(3, 1, 2)
        elif damage == "nan":
            tensors[key] = torch.full_like(tensors[key], float("nan"))
        save_file(tensors, path, metadata={"format": "pt"})
    message = refusal(folder)
    if damage == "extra":
        assert "surplus.weight" in message
    if damage in ("missing", "nan"):
        assert key in message
    assert str(folder) in message


def test_changed_embeddings_or_prompts_are_refused_with_what_to_do(folder: Path) -> None:
    tensors = load_file(folder / "model.safetensors")
    key = next(k for k in tensors if k.endswith("embed_tokens.weight"))
    tensors[key] = tensors[key] + 0.1
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    assert "other text vectors" in (message := refusal(folder))
    assert "train heatmap" in message


def test_changed_prompts_are_refused(folder: Path) -> None:
    data = json.loads((folder / "tvau.json").read_text())
    data["prompts"]["frames"][0] = "Look: {}."
    (folder / "tvau.json").write_text(json.dumps(data))
    assert "other text vectors" in refusal(folder)


def test_taps_beyond_the_tower_are_refused(folder: Path) -> None:
    data = json.loads((folder / "tvau.json").read_text())
    data["ahd"]["taps"] = [0, 1, 31]
    (folder / "tvau.json").write_text(json.dumps(data))
    assert "taps vision block 31" in refusal(folder)


def test_weights_that_the_description_does_not_know_are_refused(folder: Path) -> None:
    data = json.loads((folder / "tvau.json").read_text())
    data["rae"] = None
    (folder / "tvau.json").write_text(json.dumps(data))
    assert "describes no such part" in refusal(folder)


def test_another_architecture_is_refused(folder: Path) -> None:
    data = json.loads((folder / "config.json").read_text())
    data["model_type"] = "llama"
    (folder / "config.json").write_text(json.dumps(data))
    assert "is a llama model" in refusal(folder)


def test_a_plain_base_loads_without_heat(folder: Path) -> None:
    for name in ("tvau.json", "ahd.safetensors", "rae.safetensors"):
        (folder / name).unlink()
    model = checkpoints.load(folder, "cpu")
    assert model.ahd is None
    assert model.rae is None
    assert model.config.name == "copy"


def test_a_base_beside_the_checkpoint(saved: Path, make_model: Callable[..., TVAU], tmp_path: Path) -> None:
    model = make_model(base=str(saved))
    checkpoints.save(model, tmp_path / "light")
    assert not (tmp_path / "light" / "model.safetensors").exists()
    got = checkpoints.load(tmp_path / "light", "cpu")
    assert got.text.hash == model.text.hash


class Evil:
    def __reduce__(self) -> Any:
        return (Path.touch, (Path("pwned"),))


def test_code_in_a_pickle_is_refused_and_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.chdir(tmp_path)
    raw = tmp_path / "evil.pt"
    raw.write_bytes(b"\x80\x04cposix\nsystem\n(S'touch pwned'\ntR.")
    torch.save({"state_dict": {"mlps.0.model.0.weight": Evil()}}, tmp_path / "evil.pth")
    for name in ("evil.pt", "evil.pth"):
        assert "never run" in refusal(tmp_path / name)
    (folder / "model.safetensors").unlink()
    torch.save({"x": Evil()}, folder / "pytorch_model.bin")
    refusal(folder)
    assert not (tmp_path / "pwned").exists()


def test_code_beside_the_weights_is_not_run(folder: Path, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    (folder / "evil.py").write_text(f"from pathlib import Path\nPath({str(mark)!r}).touch()\n")
    data = json.loads((folder / "config.json").read_text())
    data["auto_map"] = {"AutoConfig": "evil.C", "AutoModel": "evil.M", "AutoTokenizer": ["evil.T", None]}
    (folder / "config.json").write_text(json.dumps(data))
    checkpoints.load(folder, "cpu")
    assert not mark.exists()


@pytest.mark.parametrize("name", ["tvau-huge", "./nowhere", "/nowhere/at/all", ""])
def test_names_that_are_no_model(name: str) -> None:
    assert "There is no model" in refusal(name) if name else True


def test_an_empty_folder_and_a_text_file(tmp_path: Path) -> None:
    assert "config.json" in refusal(tmp_path)
    (tmp_path / "x.txt").write_text("hello")
    refusal(tmp_path / "x.txt")


def test_a_hub_id_without_network_says_so() -> None:
    message = refusal("nobody/no-such-model")
    assert "nobody/no-such-model" in message


def test_a_device_that_is_not_there(saved: Path) -> None:
    if torch.cuda.is_available():
        pytest.skip("this machine has CUDA")
    with pytest.raises(StudioError, match="no device cuda"):
        checkpoints.load(saved, "cuda")


def thesis_tensors(width: int, text: int) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    torch.manual_seed(11)
    ahd = AnomalyHeatmapDecoder(AHDConfig(taps=(0, 7, 15, 23, 31), hidden=16, normalisation="compat"), width, text)
    rae = make_rae(RAEConfig(preset="thesis", channels=(32, 48, 96), base_tokens=1), text)
    return dict(ahd.state_dict()), dict(rae.state_dict())


@pytest.mark.parametrize("form", ["bare", "trainer", "full", "older", "safetensors"])
def test_thesis_files_are_read_in_each_of_their_forms(tmp_path: Path, form: str) -> None:
    ahd, rae = thesis_tensors(12, 20)
    path = tmp_path / "best.pth"
    if form == "bare":
        torch.save(ahd, path)
        rae = {}
    elif form == "trainer":
        torch.save(
            {"epoch": 1, "state_dict": ahd, "optimizer": {"state": {0: {"step": torch.ones(1)}}}, "scaler": None}, path
        )
        rae = {}
    else:
        prefix = "model.language_model." if form == "older" else "model."
        whole = {f"{prefix}anomaly_maps_decoder.{k}": v for k, v in ahd.items()}
        whole |= {f"model.prompt_learner.{k}": v for k, v in rae.items()}
        whole["model.visual.blocks.0.norm1.weight"] = torch.ones(3)
        if form == "safetensors":
            path = tmp_path / "model.safetensors"
            save_file(whole, path)
        else:
            torch.save({"state_dict": whole}, path)
    got_ahd, got_rae = thesis.read(path)
    assert got_ahd.keys() == ahd.keys()
    assert got_rae.keys() == rae.keys()
    assert all(torch.equal(got_ahd[k], ahd[k]) for k in ahd)
    facts = thesis.describe_thesis(path)
    assert facts["taps"] == [0, 7, 15, 23, 31]
    assert facts["kind"] == "thesis"


def test_thesis_parts_load_onto_a_base_of_their_shape(
    tmp_path: Path, tokenizer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from transformers import Qwen2_5_VLForConditionalGeneration

    (tmp_path / "base").mkdir()
    config = _deep_config(tokenizer)
    Qwen2_5_VLForConditionalGeneration(config).save_pretrained(tmp_path / "base")
    tokenizer.save_pretrained(tmp_path / "base")
    ahd, rae = thesis_tensors(32, 64)
    torch.save({"state_dict": ahd, "prompt_learner": rae}, tmp_path / "full.pth")
    model = thesis.load_thesis(tmp_path / "full.pth", tmp_path / "base")
    assert model.ahd is not None
    assert model.rae is not None
    assert torch.equal(model.ahd.fuse_weights, ahd["fuse_weights"])
    assert torch.equal(model.rae.state_dict()["region_fc.weight"], rae["region_fc.weight"])
    assert not model.config.chat.clock
    monkeypatch.setattr(thesis, "_BASES", {64: str(tmp_path / "base")})
    assert checkpoints.load(tmp_path / "full.pth", "cpu").config.name == "full"
    wrong = {**ahd, "mlps.0.model.0.weight": torch.zeros(16, 99)}
    torch.save(wrong, tmp_path / "wrong.pth")
    assert "mlps.0.model.0.weight" in refusal(tmp_path / "wrong.pth")


def _deep_config(tokenizer: Any) -> Any:
    """32 blocks, so that the thesis's five taps exist."""
    from transformers import Qwen2_5_VLConfig

    token = tokenizer.convert_tokens_to_ids
    return Qwen2_5_VLConfig(
        vision_config={"depth": 32, "hidden_size": 32, "intermediate_size": 32, "num_heads": 2, "out_hidden_size": 64},
        text_config={
            "vocab_size": len(tokenizer),
            "hidden_size": 64,
            "intermediate_size": 64,
            "num_hidden_layers": 1,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "rope_parameters": {"rope_type": "default", "mrope_section": [2, 3, 3], "rope_theta": 1e6},
            "eos_token_id": tokenizer.eos_token_id,
            "bos_token_id": None,
        },
        image_token_id=token("<|image_pad|>"),
        video_token_id=token("<|video_pad|>"),
        vision_start_token_id=token("<|vision_start|>"),
        vision_end_token_id=token("<|vision_end|>"),
    )


@pytest.mark.leaves_threads("peft's progress bar starts tqdm's monitor")
@pytest.mark.filterwarnings("ignore:Found missing adapter keys")
def test_an_adapter_is_merged_and_must_fit(saved: Path, make_model: Callable[..., TVAU], tmp_path: Path) -> None:
    peft = pytest.importorskip("peft", reason="peft is not installed")
    model = make_model()
    wrapped = peft.get_peft_model(model.base, peft.LoraConfig(r=2, target_modules=["q_proj", "v_proj"]))
    with torch.no_grad():
        for name, p in wrapped.named_parameters():
            if "lora_B" in name:
                p.fill_(0.05)
    checkpoints.save(model, tmp_path / "lora", adapter=wrapped)
    key = "model.language_model.layers.0.self_attn.q_proj.weight"
    got, plain = checkpoints.load(tmp_path / "lora", "cpu"), checkpoints.load(saved, "cpu")
    assert got.state_dict().keys() == plain.state_dict().keys()
    assert not torch.allclose(got.base.state_dict()[key], plain.base.state_dict()[key])
    on_disk = load_file(tmp_path / "lora" / "model.safetensors")
    assert set(on_disk) == set(load_file(saved / "model.safetensors"))
    apart = checkpoints.load(tmp_path / "lora", "cpu", merge_adapter=False)
    assert any("lora_A" in k and p.requires_grad for k, p in apart.base.named_parameters())
    checkpoints.save(apart, tmp_path / "again", adapter=apart.adapter)
    again = checkpoints.load(tmp_path / "again", "cpu")
    assert all(torch.equal(a, b) for a, b in zip(again.parameters(), got.parameters(), strict=True))
    file = tmp_path / "lora" / "adapter" / "adapter_model.safetensors"
    tensors = load_file(file)
    tensors.pop(sorted(tensors)[0])
    save_file(tensors, file)
    assert "lacks the tensor" in refusal(tmp_path / "lora")


def test_identity_follows_weights_and_description(folder: Path, saved: Path) -> None:
    assert inventory.model_id(folder) == inventory.model_id(saved)
    tensors = load_file(folder / "ahd.safetensors")
    tensors["fuse_weights"] = tensors["fuse_weights"] + 1
    save_file(tensors, folder / "ahd.safetensors")
    assert inventory.model_id(folder) != inventory.model_id(saved)


def test_a_description_without_loading(saved: Path, make_model: Callable[..., TVAU]) -> None:
    facts = inventory.describe(saved)
    model = make_model()
    assert facts["parameters"] == sum(p.numel() for p in model.parameters())
    assert facts["vision"] == [4, 32]
    assert facts["text"] == [2, 64]
    assert facts["heatmap"] is True
    assert json.loads(json.dumps(facts)) == facts


def test_saving_brings_the_hash_up_to_date_or_refuses(make_model: Callable[..., TVAU], tmp_path: Path) -> None:
    model = make_model()
    checkpoints.save(model, tmp_path / "m", keeps_maps=True)
    checkpoints.save(model, tmp_path / "m", keeps_maps=True)
    before = model.config.text_hash
    with torch.no_grad():
        model.embedding.weight.add_(0.5)
    with pytest.raises(StudioError, match="freeze the embedding table"):
        checkpoints.save(model, tmp_path / "m", keeps_maps=True)
    assert checkpoints.load(tmp_path / "m", "cpu").config.text_hash == before
    checkpoints.save(model, tmp_path / "m")
    assert checkpoints.load(tmp_path / "m", "cpu").config.text_hash == model.config.text_hash != before
