"""Cells of CSV files as SQL of DuckDB: numbers and stamps as people and programs write them; null where a cell is neither.

What could mean two things is null, so that it is kept apart and counted, not guessed.
"""

from __future__ import annotations

from inventory.telemetry.form import LOCAL_ZONE

NOTHING = ("", "null", "NULL", "NA")  # a cell that says so is no sample; NaN is one, and is counted as no number
# As seconds each of these would be of the year 5138 or later: larger numbers are milliseconds, microseconds, nanoseconds.
MILLISECONDS, MICROSECONDS, NANOSECONDS, TOO_LARGE = 1e11, 1e14, 1e17, 1e20
# Days since 1899-12-30, as spreadsheets count them: 2000 to 2100. As Unix seconds they would be hours of 1970.
SERIAL_FROM, SERIAL_TO = 36_526, 73_051
COMPACT = r"20\d{6}(\d{4}(\d{2})?)?"  # 20260310, 202603101200, 20260310120000: as seconds or milliseconds of 1970 to 1978, or of 2603
_ZONE = r"(Z|[+-]\d\d(:?\d\d)?)"


def literal(text: str) -> str:
    """A word in SQL."""
    return "'" + text.replace("'", "''") + "'"


def cell_of(column: str) -> str:
    """A cell without the spaces around it; null where it says nothing."""
    words = ", ".join(literal(word) for word in NOTHING)
    return f"(CASE WHEN trim({column}, ' \t') NOT IN ({words}) THEN trim({column}, ' \t') END)"


def number(cell: str, *, form: str = "amount", separator: str = "") -> str:
    """A number; with its percent sign where it is a percentage, with thousands in groups where the comma separates the cells.

    (Where it does not, a comma may be a decimal one.)
    """
    if form == "percent":
        cell = rf"regexp_replace({cell}, '\s*[%％]$', '')"
    if separator == ",":
        grouped = rf"regexp_full_match({cell}, '-?\d{{1,3}}(,\d{{3}})+(\.\d+)?')"
        cell = f"CASE WHEN {grouped} THEN replace({cell}, ',', '') ELSE {cell} END"
    return f"TRY_CAST({cell} AS DOUBLE)"


def stamp(cell: str, zone: str) -> str:
    """Unix seconds of ISO 8601, of a date in Chinese or in digits only, of a spreadsheet's day number, or of seconds and their parts.

    Args:
        cell: of `cell_of`.
        zone: of the session; what names no zone is local time there. CST is China's time there only, in other places
            America's, and any other name of a zone is not guessed.
    """
    number = f"TRY_CAST({cell} AS DOUBLE)"
    days = f"epoch(CAST(TIMESTAMP '1899-12-30' + to_seconds(CAST(round({number} * 86400) AS BIGINT)) AS TIMESTAMPTZ))"
    digits = f"epoch(CAST(try_strptime({cell}, ['%Y%m%d%H%M%S', '%Y%m%d%H%M', '%Y%m%d']) AS TIMESTAMPTZ))"
    return (
        f"CAST(CASE WHEN {number} IS NULL THEN floor({_iso(cell, zone)}) "
        f"WHEN {number} >= {SERIAL_FROM} AND {number} < {SERIAL_TO} THEN {days} "
        f"WHEN regexp_full_match({cell}, '{COMPACT}') THEN {digits} "
        f"WHEN abs({number}) > {TOO_LARGE} OR NOT isfinite({number}) THEN NULL "
        f"WHEN {number} > {NANOSECONDS} THEN floor({number} / 1e9) WHEN {number} > {MICROSECONDS} THEN floor({number} / 1e6) "
        f"WHEN {number} > {MILLISECONDS} THEN floor({number} / 1000) ELSE floor({number}) END AS BIGINT)"
    )


def _iso(cell: str, zone: str) -> str:
    text = rf"trim(regexp_replace(replace({cell}, '/', '-'), '^(\d+)年(\d+)月(\d+)日', '\1-\2-\3'))"
    if zone == LOCAL_ZONE:
        text = rf"regexp_replace({text}, '\s*CST$', '+08:00')"
    for found, written in (
        (r"\s*(UTC|GMT|Z)$", "Z"),
        (r"\s*(UTC|GMT)?([+-])(\d)(:?\d\d)?$", r"\2" + r"0\3\4"),  # one digit only, or behind a name
        (r":(\d\d(\.\d+)?)\s*(UTC|GMT)?([+-]\d\d(:?\d\d)?)$", r":\1\4"),
        (rf"([T ]\d\d?:\d\d){_ZONE}?$", r"\1:00\2"),
    ):
        text = f"regexp_replace({text}, {literal(found)}, {literal(written)})"
    return f"epoch(CASE WHEN regexp_full_match({text}, {literal(r'[-0-9T :.]+' + _ZONE + '?')}) THEN TRY_CAST({text} AS TIMESTAMPTZ) END)"
