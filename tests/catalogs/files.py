"""Catalogue files for tests: the built-in ones, with changes."""

from __future__ import annotations

from catalogs.load import CatalogMistake, Catalogs, RawFile, raw_files, read_catalogs


def built_in(**replaced: str) -> list[RawFile]:
    """All built-in files; a keyword such as `policies__x="…"` puts a workspace's file over or beside them."""
    files = list(raw_files(None))
    for name, text in replaced.items():
        kind, _, stem = name.partition("__")
        stem = stem.replace("_", "-")
        files.append(RawFile(kind=kind, label=f"{kind}/{stem}.yaml", layer="workspace", content=text.encode()))
    return files


def text_of(label: str) -> str:
    """The text of a built-in file."""
    return next(file.content.decode() for file in raw_files(None) if file.label == label)


def catalogs_with(**replaced: str) -> Catalogs:
    """Catalogues that must be right."""
    catalogs, mistakes = read_catalogs(built_in(**replaced))
    assert not mistakes, "\n".join(map(str, mistakes))
    assert catalogs is not None
    return catalogs


def mistakes_of(**replaced: str) -> list[CatalogMistake]:
    """What is wrong with them."""
    catalogs, mistakes = read_catalogs(built_in(**replaced))
    assert (catalogs is None) == bool(mistakes)
    return list(mistakes)
