"""govcloud.yaml, the settings of a workspace: flat text values, each explained in the file that `init` writes."""

from __future__ import annotations

from pathlib import Path

from catalogs.errors import CatalogError
from catalogs.words import Text
from catalogs.yaml_tree import Place, Tree, read_tree

SETTINGS = {
    "schema": "govcloud/settings/1",
    "city": "the city's name, for headings",
    "profile": "id of the policy profile (catalogs/policies) that targets, weights and thresholds come from",
    "service": "id of the target cloud (catalogs/services)",
    "store": "folder (SQLite) or PostgreSQL URL",
    "telemetry": "s3://bucket/prefix where a team shares its samples; credentials come from the usual AWS places",
}


def read_settings(file: Path) -> dict[str, str]:
    """The settings of one workspace.

    Raises:
        CatalogError: not YAML, an unknown or doubled key, or a value that is not one text; all at once, with places.
    """
    tree = read_tree(file.read_bytes())
    faults = [*tree.faults, *_faults(tree)]
    if faults:
        zh = "\n".join(f"  {file.name}:{place.line}:{place.column} {text.zh}" for place, text in sorted(faults))
        en = "\n".join(f"  {file.name}:{place.line}:{place.column} {text.en}" for place, text in sorted(faults))
        known = "、".join(SETTINGS)
        hint = Text(f"可用的键：{known}", f"known keys: {known}")
        raise CatalogError(
            f"设置有 {len(faults)} 处错误：\n{zh}", f"{len(faults)} mistakes in the settings:\n{en}", hint=hint
        )
    return (
        {key: value for key, value in tree.value.items() if value is not None} if isinstance(tree.value, dict) else {}
    )


def _faults(tree: Tree) -> list[tuple[Place, Text]]:
    if not isinstance(tree.value, dict):
        return [] if tree.value is None else [(Place(1, 1), Text("应为「键：值」", "expected `key: value` lines"))]
    unknown = [key for key in tree.value if key not in SETTINGS]
    nested = [key for key, value in tree.value.items() if not isinstance(value, str | None)]
    return [
        *((tree.place((key,), of_key=True), Text(f"没有 {key} 这个键", f"unknown key {key}")) for key in unknown),
        *((tree.place((key,)), Text(f"{key} 应为单个值", f"{key} must be one value")) for key in nested),
    ]
