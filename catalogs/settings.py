"""govcloud.yaml, the settings of a workspace: flat text values, each explained in the file that `init` writes."""

from __future__ import annotations

from pathlib import Path

from catalogs.errors import CatalogError
from catalogs.words import Text

SETTINGS = {
    "schema": "govcloud/settings/1",
    "city": "the city's name, for headings",
    "profile": "id of the policy profile (catalogs/policies) that targets, weights and thresholds come from",
    "service": "id of the target cloud (catalogs/services)",
    "store": "folder (SQLite) or PostgreSQL URL",
}


def read_settings(file: Path) -> dict[str, str]:
    """The settings of one workspace.

    Raises:
        CatalogError: not YAML, an unknown key, or a value that is not one text.
    """
    import yaml

    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        said = str(error).replace("\n", " ")
        raise CatalogError(f"{file.name}:不是正确的 YAML:{said}", f"{file.name}: not YAML: {said}") from error
    if node is None:
        return {}
    faults: list[str] = []
    found: dict[str, str] = {}
    for key, value in node.value if isinstance(node, yaml.MappingNode) else []:
        place = f"{file.name}:{key.start_mark.line + 1}:{key.start_mark.column + 1}"
        if key.value not in SETTINGS or key.value in found or not isinstance(value, yaml.ScalarNode):
            faults.append(f"{place} {key.value}")
        else:
            found[key.value] = value.value
    if faults or not isinstance(node, yaml.MappingNode):
        listed = "; ".join(faults) or file.name
        known = "、".join(SETTINGS)
        raise CatalogError(f"设置有误(未知、重复或不是单个值):{listed}", f"wrong settings (unknown, double or not one value): {listed}",
                           hint=Text(f"可用的键:{known}", f"known keys: {known}"))  # fmt: skip
    return found
