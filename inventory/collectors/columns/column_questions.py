"""One question for each column that holds something and is not read; a warning for each column of credentials.

Whether a column is asked about is settled when its rows were read: empty ones and row numbers need no answer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from catalogs.words import Text
from inventory.collectors.cells.cell_types import Raw, plain_text
from inventory.collectors.columns.heading_keys import heading_question_key, paths_as_asked
from inventory.collectors.columns.layout import SAME, Layout, UnreadColumn
from inventory.collectors.columns.likely_fields import FIGURE, are_people, offered
from inventory.collectors.columns.matrix_columns import matrices, matrix_question
from inventory.collectors.columns.nameless_columns import nameless_question_key
from inventory.collectors.columns.unread_contents import Contents
from inventory.collectors.columns.vocabulary import IGNORE, Vocabulary
from inventory.collectors.secrets.credentials import mask
from inventory.collectors.secrets.secret_forms import MASK
from inventory.collectors.workbooks.grid import letters
from inventory.fields import FIELDS
from inventory.model import Gap, Origin

_LONGEST_SAMPLE = 14  # characters
_ASKED = frozenset({"unknown", "asked", "no-heading"})
# Below such headings stand people, whatever their names look like.
_PEOPLE = re.compile(r"人(?!数|次|口|脸|社|大|防)|员(?!工数|数)|姓名|电话|手机|座机|固话|联系|谁|对接|值守|[AB]角")
_SIGNED = re.compile(r"(人|员|者|长|签字|签名)\s*[:：]\s*[\u4e00-\u9fff]{2,4}(?![\u4e00-\u9fff])")  # 核实人：张三


@dataclass(frozen=True, slots=True)
class ColumnQuestion:
    """A question about a column, and the same without what stands in it, should that turn out to be nobody's business."""

    gap: Gap
    bare: Text


def credential_warnings(layout: Layout, place: Origin) -> list[Gap]:
    """A warning for each column of accounts or passwords."""
    gaps = []
    for column in layout.unread:
        if column.why == "credential":
            text = Text(f"「{column.heading}」一栏是账号或密码，没有读取；请从台账中删除",
                        f"the column {column.heading!r} holds credentials and was not read; please remove it")  # fmt: skip
            gaps.append(Gap(kind="credential", origin=_place(column, layout, place), message=text, raw="***"))
    return gaps


def settled(
    layout: Layout, contents: Mapping[int, Contents], words: Vocabulary, place: Origin, hidden: Collection[int]
) -> tuple[Layout, list[ColumnQuestion]]:
    """The layout with why each column was not read, now that its rows are known, and the questions.

    Args:
        layout: the headings with all columns that have content.
        contents: what was seen of the columns that are not read.
        words: the vocabulary.
        place: the sheet.
        hidden: columns, from 0, that nobody sees: reported, not asked.
    """
    questions: dict[int, ColumnQuestion] = {}
    unread: list[UnreadColumn] = []
    for column in layout.unread:
        now = _settled(column, contents.get(column.index), layout, words, hidden)
        unread.append(now)
        if now.why == "asked":
            known = words.meaning(layout.levels[now.index]) if now.index in layout.levels else None
            meant = known.field if known is not None and known.field in FIELDS else None
            questions[now.index] = _question(now, column.why, layout, contents[column.index], place, meant)
    return replace(layout, unread=tuple(unread)), _grouped(questions, layout, contents, words, place)


def _grouped(
    asked: dict[int, ColumnQuestion], layout: Layout, contents: Mapping[int, Contents], words: Vocabulary, place: Origin
) -> list[ColumnQuestion]:  # fmt: skip
    """The questions, those about the columns of years, months, zones or rooms under one key."""
    figures = [
        index for index in asked
        if index in contents and contents[index].samples and all(_is_figure(sample) for sample in contents[index].samples)
    ]  # fmt: skip
    for matrix in matrices(layout.levels, figures):
        places = [letters(index) for index in sorted(matrix.columns)]
        told, wanted, choices = matrix_question(matrix, words, places)
        for index in matrix.columns:
            gap = replace(
                asked[index].gap, message=told, question=wanted, choices=choices,
                answer_key=f"{place.source}|heading|{matrix.key}",
            )  # fmt: skip
            asked[index] = ColumnQuestion(gap, told)
    return list(asked.values())


def _is_figure(sample: Raw) -> bool:
    return (isinstance(sample, int | float) and not isinstance(sample, bool)) or bool(
        isinstance(sample, str) and FIGURE.match(sample.strip())
    )


def _settled(
    column: UnreadColumn, held: Contents | None, layout: Layout, words: Vocabulary, hidden: Collection[int]
) -> UnreadColumn:
    if column.why == "no-heading" and column.index in hidden:
        return replace(column, why="hidden")
    if column.why == "duplicate":
        is_new = bool(column.suggestions) and held is not None and held.holds_something
        return replace(column, why="asked", cells=held.cells if held else 0) if is_new else column
    if column.why not in _ASKED:
        return column
    if held is None or not held.holds_something:
        return replace(column, why="empty", suggestions=())
    if held.numbers_rows(column.heading):
        return replace(column, why="serial", suggestions=(), cells=held.cells)
    return replace(column, why="asked", suggestions=offered(column, held.samples, layout, words), cells=held.cells)


def _place(column: UnreadColumn, layout: Layout, place: Origin) -> Origin:
    return replace(place, row=layout.bottom + 1, column=column.letters)


def _question(
    column: UnreadColumn, why: str, layout: Layout, contents: Contents, place: Origin, meant: str | None
) -> ColumnQuestion:  # fmt: skip
    levels = paths_as_asked(layout.levels).get(column.index)
    key = heading_question_key(levels) if levels else nameless_question_key(layout.levels, column.index)
    wrote = _wrote(column, contents)
    if why == "duplicate" and layout.column(column.suggestions[0][0]) is not None:
        made = _second(column, layout, wrote)
    elif column.suggestions[:1] and column.suggestions[0][1] == SAME:
        made = _rival(column, layout, wrote)
    elif column.is_unlisted:
        made = _unlisted(column, wrote)
    elif meant is not None and meant in dict(column.suggestions):
        made = _contradicted(column, meant, wrote)
    else:
        made = _unknown(column, wrote)
    message, bare, question = _of_names(column, wrote) if column.index == layout.names_at else made
    gap = Gap(
        kind="ambiguous", origin=_place(column, layout, place), raw=column.heading or None, message=message, question=question,
        choices=(*(name for name, _ in column.suggestions), IGNORE), answer_key=f"{place.source}|heading|{key}",
    )  # fmt: skip
    return ColumnQuestion(gap, bare)


def _with(template: Text, wrote: Text) -> tuple[Text, Text]:
    """The message with what stands in the column, and without."""
    filled = Text(template.zh.replace("{}", wrote.zh), template.en.replace("{}", wrote.en))
    return filled, Text(template.zh.replace("{}", ""), template.en.replace("{}", ""))


def _unknown(column: UnreadColumn, wrote: Text) -> tuple[Text, Text, Text]:
    """A heading in no catalogue, or none at all."""
    heading = column.heading
    what = Text(f"「{heading}」", f"{heading!r}") if heading else Text("这一栏", "this column")
    zh = "、".join(f"{FIELDS[name].label.zh}（相似 {score}）" for name, score in column.suggestions)
    en = ", ".join(f"{name} ({score})" for name, score in column.suggestions)
    perhaps = Text(f"；可能是：{zh}", f"; perhaps: {en}") if zh else Text("", "")
    if heading:
        told = Text(f"表头「{heading}」不在词表中，这一栏没有读取{{}}{perhaps.zh}", f"the heading {heading!r} is in no catalogue, its column was not read{{}}{perhaps.en}")  # fmt: skip
    else:
        told = Text(f"这一栏没有表头而有内容，没有读取{{}}{perhaps.zh}", f"this column has content below no heading and was not read{{}}{perhaps.en}")  # fmt: skip
    return *_with(told, wrote), Text(f"{what.zh}是哪一栏？", f"what is {what.en}?")


def _contradicted(column: UnreadColumn, meant: str, wrote: Text) -> tuple[Text, Text, Text]:
    """A known heading above contents that are something else, or that may be two things."""
    label, heading = FIELDS[meant].label, column.heading
    others = [FIELDS[name].label for name, _ in column.suggestions if name != meant]
    zh, en = "、".join(other.zh for other in others), ", ".join(other.en for other in others)
    perhaps = Text(f"；也可能是：{zh}", f"; it may also be: {en}") if zh else Text("", "")
    told = Text(f"「{heading}」一般是{label.zh}，下面写的却不像，这一栏没有读取{{}}{perhaps.zh}", f"{heading!r} is usually {label.en}, which what stands below it does not look like; its column was not read{{}}{perhaps.en}")  # fmt: skip
    return *_with(told, wrote), Text(f"「{heading}」是哪一栏？", f"what is {heading!r}?")


def _of_names(column: UnreadColumn, wrote: Text) -> tuple[Text, Text, Text]:
    """The column that may hold the names: without an answer no row of the sheet is taken."""
    name = FIELDS["sys_name"].label
    told = Text(f"「{column.heading}」下面像是{name.zh}{{}}，表头没有这样写；答复以前这些行没有导入", f"below {column.heading!r} stand what may be {name.en}{{}}, which the heading does not say; until it is answered these rows are not taken")  # fmt: skip
    asked = Text(f"「{column.heading}」是否为{name.zh}？", f"does {column.heading!r} hold the {name.en}?")
    return *_with(told, wrote), asked


def _rival(column: UnreadColumn, layout: Layout, wrote: Text) -> tuple[Text, Text, Text]:
    """One of several columns with one meaning, none of which was read."""
    label = FIELDS[column.suggestions[0][0]].label
    others = "、".join(
        c.letters for c in layout.unread if c.index != column.index and c.suggestions == column.suggestions
    )
    if not others:  # known words that say something else here: 单台内存, CPU（颗）
        doubt = Text(f"「{column.heading}」可能是{label.zh}，但拿不准，这一栏没有读取{{}}", f"{column.heading!r} may be {label.en}, yet that is not certain; its column was not read{{}}")  # fmt: skip
        return *_with(doubt, wrote), Text(f"「{column.heading}」就是{label.zh}吗？不是的答 {IGNORE}", f"is {column.heading!r} the {label.en}? Answer {IGNORE} if not")  # fmt: skip
    beside = (f"（还有 {others} 栏）", f" (as are {others})") if others else ("", "")
    told = Text(f"「{column.heading}」也是{label.zh}{beside[0]}，不知道以哪一栏为准，都没有读取{{}}", f"{column.heading!r} is {label.en}, too{beside[1]}; which of them holds is not known, none was read{{}}")  # fmt: skip
    asked = Text(f"「{column.heading}」就是{label.zh}吗？其他各栏答 {IGNORE}", f"is {column.heading!r} the {label.en}? Answer {IGNORE} for the others")  # fmt: skip
    return *_with(told, wrote), asked


def _unlisted(column: UnreadColumn, wrote: Text) -> tuple[Text, Text, Text]:
    """A heading that no list has, whose words or contents say what it is."""
    label, heading = FIELDS[column.suggestions[0][0]].label, column.heading
    told = Text(f"「{heading}」不在词表里，看字面和内容是{label.zh}，答复以前这一栏没有读取{{}}", f"{heading!r} is in no list; by its words and contents it is {label.en}; until it is answered its column is not read{{}}")  # fmt: skip
    return *_with(told, wrote), Text(f"「{heading}」就是{label.zh}吗？不是的答别的栏或 {IGNORE}", f"is {heading!r} the {label.en}? Answer another field or {IGNORE} if not")  # fmt: skip


def _second(column: UnreadColumn, layout: Layout, wrote: Text) -> tuple[Text, Text, Text]:
    """A second column of one meaning that says something else than the one that was read."""
    name = column.suggestions[0][0]
    label, read = FIELDS[name].label, layout.column(name)
    other = read.heading if read is not None else ""
    told = Text(f"「{column.heading}」也是{label.zh}，与读取的「{other}」不一致{{}}", f"{column.heading!r} is {label.en}, too, and differs from {other!r}, which was read{{}}")  # fmt: skip
    asked = Text(f"「{column.heading}」是哪一栏？以它为准就答{label.zh}，不要它就答 {IGNORE}", f"what is {column.heading!r}? Answer {name} if it holds, {IGNORE} if it does not")  # fmt: skip
    return *_with(told, wrote), asked


def _wrote(column: UnreadColumn, contents: Contents) -> Text:
    shown = [_shown(sample, column.heading) for sample in contents.samples]
    if not shown:
        return Text("", "")
    listed = "".join(f"「{text}」" for text in dict.fromkeys(shown))
    return Text(f"（{contents.cells} 格，如{listed}）", f" ({contents.cells} cells, such as {listed})")


def _shown(sample: Raw, heading: str) -> str:
    """A value as it may be told: short, without people, accounts and passwords."""
    text = " ".join(plain_text(sample).split())
    masked, secret = mask(text)
    if secret or "@" in text or _PEOPLE.search(heading) or are_people(text) or _SIGNED.search(text):
        return MASK
    return masked if len(masked) <= _LONGEST_SAMPLE else f"{masked[: _LONGEST_SAMPLE - 1]}…"
