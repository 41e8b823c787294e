"""Every mistake in every file at once, each with its place; a workspace's files lie over the built-in ones."""

from pathlib import Path

import pytest

from catalogs.errors import CatalogError
from catalogs.load import KINDS, RawFile, load_catalogs, model_of, raw_files, read_catalogs, stray_files
from catalogs.words import set_language
from tests.catalogs.files import catalogs_with, mistakes_of, text_of

POLICY = "policies/sample-city.yaml"


def at(text: str, line_with: str, occurrence: int = 0) -> int:
    """The number of the line that has some text, from 1."""
    return [number for number, line in enumerate(text.splitlines(), 1) if line_with in line][occurrence]


def test_built_in_files_have_no_mistakes() -> None:
    catalogs = load_catalogs(None)
    assert {kind for kind in KINDS if not catalogs.by_kind[kind]} == set()
    assert {"sample-city", "jiangmen-2021", "tieling-2022"} <= set(catalogs.by_kind["policies"])


@pytest.mark.parametrize(
    ("old", "new", "line_with", "said"),
    [
        ("deadline_on: 2026-06-30", "deadline_on: 2026-6-30", "2026-6-30", "不是日期"),
        ("deadline_on: 2026-06-30", "deadline_on: 20260630", "20260630", "不是日期"),
        ("deadline_on: 2026-06-30", "deadline_on: 2026-06-31", "2026-06-31", "不是日期"),
        ("target_ratio: 0.60", "target_ratio: 60", "target_ratio: 60", "超出范围 0–1"),
        ("target_ratio: 0.60", "target_ratio: 60%", "target_ratio: 60%", "不是数"),
        ("fictional: true", "fictional: yes", "fictional: yes", "true 或 false"),
        ("powered_off: zero", "powered_off: none", "powered_off: none", "不在可选值中"),
        ("powered_off: zero", "powered_of: zero", "powered_of: zero", "是否应为“powered_off”"),
        ("weights: {cpu: 0.4", "weights: {cpu: 0.5", "weights: {cpu: 0.5", "之和应为 1"),
        ("target_clause: SC-4", "target_clause: SC-44", "target_clause: SC-44", "SC-44"),
        ("source: national-39", "source: nowhere", "source: nowhere", "来源“nowhere”不存在"),
        ("planning: sample-city", "planning: other-city", "planning: other-city", "没有“other-city”"),
        ("  - id: SC-2", "  - id: SC-1", "  - id: SC-1", "重复"),
        ("status: final", "status:", "status:", "值是空的"),
        ("id: sample-city", "id: other", "id: other", "文件名"),
    ],
)  # fmt: skip
def test_a_mistake_has_its_line_and_says_what_is_wrong(old: str, new: str, line_with: str, said: str) -> None:
    text = text_of(POLICY)
    assert old in text
    changed = text.replace(old, new, 1)
    found = mistakes_of(policies__sample_city=changed)
    lines = {mistake.place.line for mistake in found if said in mistake.message.zh}
    last = len([line for line in changed.splitlines() if line_with in line]) - 1
    assert at(changed, line_with, last if old.startswith("  - id") else 0) in lines, "\n".join(map(str, found))
    assert all(mistake.label.endswith(POLICY) for mistake in found)


def test_all_mistakes_of_all_files_are_reported_at_once() -> None:
    policy = (
        text_of(POLICY)
        .replace("powered_off: zero", "powered_off: maybe")
        .replace("target_ratio: 0.60", "target_ratio: sixty")
    )
    service = text_of("services/sample-cloud.yaml").replace("zone: extranet", "zone: extra", 1)
    found = mistakes_of(policies__sample_city=policy, services__sample_cloud=service)
    assert len(found) == 3
    assert found == sorted(found)


def test_the_error_lists_every_mistake_in_both_languages(tmp_path: Path) -> None:
    folder = tmp_path / "catalogs" / "policies"
    folder.mkdir(parents=True)
    text = (
        text_of(POLICY)
        .replace("powered_off: zero", "powered_off: maybe")
        .replace("target_ratio: 0.60", "target_ratio: sixty")
    )
    (folder / "sample-city.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError) as caught:
        load_catalogs(tmp_path)
    assert "2 处错误" in caught.value.message.zh
    assert "2 mistakes" in caught.value.message.en
    assert f"catalogs/{POLICY}:{at(text, 'sixty')}:" in caught.value.message.en
    assert caught.value.hint is not None


def test_a_workspace_file_replaces_the_built_in_one_and_adds_others() -> None:
    text = text_of(POLICY)
    catalogs = catalogs_with(
        policies__sample_city=text.replace("target_ratio: 0.60", "target_ratio: 0.55"),
        policies__my_city=text.replace("id: sample-city\n", "id: my-city\n", 1),
    )
    assert str(catalogs.policy("sample-city").usage.target_ratio) == "0.55"
    assert catalogs.policy("my-city").name == catalogs.policy("sample-city").name
    layers = {file.label: file.layer for file in catalogs.files}
    assert layers[POLICY] == "workspace"
    assert layers["policies/jiangmen-2021.yaml"] == "built-in"


def test_the_digest_follows_the_bytes_in_force_and_nothing_else() -> None:
    first, again = catalogs_with(), catalogs_with()
    assert first.digest == again.digest
    same_bytes = catalogs_with(policies__sample_city=text_of(POLICY))
    assert same_bytes.digest == first.digest
    remark = catalogs_with(policies__sample_city=text_of(POLICY) + "# a remark\n")
    assert remark.digest != first.digest


def test_catalogues_can_be_read_again_from_their_own_bytes() -> None:
    catalogs = catalogs_with()
    again, mistakes = read_catalogs(catalogs.files)
    assert not mistakes
    assert again is not None
    assert again.digest == catalogs.digest


def test_an_unknown_id_names_the_known_ones() -> None:
    with pytest.raises(CatalogError) as caught:
        catalogs_with().policy("atlantis")
    assert "jiangmen-2021" in caught.value.message.en
    assert "catalogs/policies/" in str(caught.value.hint)


def test_the_package_itself_is_no_workspace(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    assert raw_files(root) == raw_files(None)
    assert stray_files(root) == ()
    (tmp_path / "catalogs" / "policy").mkdir(parents=True)
    (tmp_path / "catalogs" / "policy" / "x.yaml").write_text("id: x\n")
    (tmp_path / "catalogs" / "notes.txt").write_text("x")
    assert stray_files(tmp_path) == ("notes.txt", "policy/x.yaml")


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_list_where_a_file_needs_fields_is_one_clear_mistake(kind: str) -> None:
    (found,) = [m for m in mistakes_of(**{f"{kind}__broken": "- a\n- b\n"}) if m.label.endswith("broken.yaml")]
    assert "字段: 值" in found.message.zh


def test_messages_are_in_the_language_of_the_process() -> None:
    (mistake,) = mistakes_of(policies__sample_city=text_of(POLICY).replace("powered_off: zero", "powered_off: maybe"))
    set_language("en")
    try:
        assert "not one of" in str(mistake)
    finally:
        set_language("zh")
    assert "不在可选值中" in str(mistake)


def test_every_kind_has_a_model_whose_fields_are_all_explained() -> None:
    from catalogs.models import About
    from catalogs.reference import models_of

    for kind in KINDS:
        for model in models_of(model_of(kind)):
            for name, field in model.model_fields.items():
                abouts = [item for item in field.metadata if isinstance(item, About)]
                assert len(abouts) == 1, f"{model.__name__}.{name}"
                assert abouts[0].zh
                assert abouts[0].en


def test_random_damage_gives_mistakes_never_a_traceback() -> None:
    import random

    rng = random.Random(20260331)
    texts = {file.label: file.content.decode() for file in raw_files(None)}
    for _ in range(150):
        label = rng.choice(sorted(texts))
        lines = texts[label].splitlines()
        for _ in range(rng.randint(1, 4)):
            place = rng.randrange(len(lines))
            lines[place] = rng.choice(["", lines[place] + ":", lines[place][:-2], "  x: [1", "- - -", lines[place] * 2])
        kind = label.split("/")[0]
        found, mistakes = read_catalogs(
            [RawFile(kind=kind, label=label, layer="workspace", content="\n".join(lines).encode())]
        )
        assert (found is None) == bool(mistakes)
        assert all(1 <= mistake.place.line <= len(lines) + 1 for mistake in mistakes)
