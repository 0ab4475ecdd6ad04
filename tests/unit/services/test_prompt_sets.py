from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from alembic import command

from tvau_studio.domain.errors import StudioError, UsageError
from tvau_studio.domain.prompting import as_text, shipped
from tvau_studio.services import heat_sources
from tvau_studio.services.heat_sources import HeatSource, source_of
from tvau_studio.services.models import Model
from tvau_studio.services.projects import Project
from tvau_studio.store import lifecycle, schema


@pytest.fixture
def loaded(model: Any) -> Model:
    from tvau_studio.tvau.host import ModelHost

    return Model(ModelHost(model, "random", "f" * 16))


def test_a_project_keeps_sets_by_name(tmp_path: Path) -> None:
    other = {**shipped(), "abnormal": ["{} at night"]}
    with Project.create(tmp_path / "p.tvau", person="ann") as project:
        assert project.prompt_sets.all() == {}
        project.prompt_sets.keep("  at   night ", other)
        project.prompt_sets.keep("shipped", shipped())
        project.prompt_sets.keep("shipped", other)
        with pytest.raises(UsageError, match="needs a name"):
            project.prompt_sets.keep(" ", other)
    with Project.open(tmp_path / "p.tvau") as project:
        assert project.prompt_sets.all() == {"at night": other, "shipped": other}
        project.prompt_sets.delete("shipped")
        assert list(project.prompt_sets.all()) == ["at night"]


def test_an_older_project_gets_a_place_for_them(tmp_path: Path) -> None:
    upgrade = command.upgrade
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema, "VERSION", 5)
        patch.setattr(lifecycle, "EVENTS", ())  # classes as they are now do not fit into it
        patch.setattr(command, "upgrade", lambda config, _: upgrade(config, "0005"))
        lifecycle.create(tmp_path / "p.tvau", "old", "maker", "0").close()
    with Project.open(tmp_path / "p.tvau") as project:
        project.prompt_sets.keep("mine", shipped())
        assert project.prompt_sets.all() == {"mine": shipped()}


def test_heat_of_the_models_own_prompts_is_the_models_own_heat(loaded: Model, model: Any, video: Any) -> None:
    own = model.prompts.to_dict()
    source = source_of("[own]", (), prompts={"own": own})
    assert source == HeatSource("prompts", "own", "", as_text(own))
    told: dict[int, np.ndarray] = {}
    heat_sources.compute(
        source, loaded, video, [0, 3], ready=lambda pairs, maps: told.update(zip(pairs, maps, strict=True))
    )
    want = loaded.heatmap(video).values
    np.testing.assert_allclose(np.stack([told[0], told[3]]), want[[0, 3]], atol=2e-3)
    # Other words, other heat, kept apart on disk; the pictures are not looked at again.
    changed = {**own, "abnormal": ["a flood of {}"]}
    other = source_of("[own]", (), prompts={"own": changed})
    assert other.cache_key("m") != source.cache_key("m")
    reads = len(video.reads)
    heat_sources.compute(
        other, loaded, video, [0, 3], ready=lambda pairs, maps: told.update(zip(pairs, maps, strict=True))
    )
    assert len(video.reads) == reads
    assert np.abs(told[0] - want[0]).max() > 1e-3
    broken = HeatSource("prompts", "x", "", as_text({**own, "normal": []}))
    with pytest.raises(StudioError, match="no set of prompts"):
        heat_sources.compute(broken, loaded, video, [0])
