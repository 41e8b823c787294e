"""What of a workbook holds accounts and passwords beside its cells, and goes back with the correction file: masked or removed.

Comments, targets of links, headers and footers, properties of the document, defined names, texts of drop-downs, names of tabs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from inventory.collectors.secrets.credentials import mask, read_urls

if TYPE_CHECKING:
    from openpyxl import Workbook as Book
    from openpyxl.worksheet.worksheet import Worksheet

_PROPERTIES = ("title", "subject", "description", "keywords", "category", "contentStatus", "creator", "lastModifiedBy")
_BANDS = ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter")
_TEXTS_OF_BOXES = ("prompt", "promptTitle", "error", "errorTitle", "formula1", "formula2")


def mask_beside_cells(made: Book) -> None:
    """Mask every secret of a workbook that stands in no cell."""
    for name in _PROPERTIES:
        _mask_attribute(made.properties, name)
    custom: Any = vars(made)["custom_doc_props"]  # the type stubs do not know it
    for own in list(custom.props):
        if _is_secret(own.value):
            del custom[own.name]
    for name in [
        name for name, defined in made.defined_names.items() if _is_secret(defined.attr_text) or _is_secret(name)
    ]:
        del made.defined_names[name]
    for page in made.worksheets:
        _mask_page(page)


def _mask_page(page: Worksheet) -> None:
    for band in _BANDS:
        for side in ("left", "center", "right"):
            _mask_attribute(getattr(getattr(page, band), side), "text")
    for box in page.data_validations.dataValidation:
        for name in _TEXTS_OF_BOXES:
            _mask_attribute(box, name)
    for name in [name for name, defined in page.defined_names.items() if _is_secret(defined.attr_text)]:
        del page.defined_names[name]


def _mask_attribute(holder: Any, name: str) -> None:
    text = getattr(holder, name, None)
    if isinstance(text, str):
        shown, secret = mask(text)
        if secret:
            setattr(holder, name, shown)


def _is_secret(text: object) -> bool:
    return isinstance(text, str) and mask(text)[1]


def mask_beside(cell: Any) -> None:
    """A comment or the target of a link holds secrets as well as a cell does."""
    from openpyxl.comments import Comment

    if cell.comment is not None:
        shown, secret = mask(cell.comment.text)
        if secret:
            cell.comment = Comment(shown, "govcloud")
    link = cell.hyperlink
    if link is None:
        return
    if link.target and mask(unquote(link.target))[1]:
        found, _ = read_urls(link.target)
        link.target = found[0] if found else None
    for name in ("tooltip", "display", "location"):
        _mask_attribute(link, name)
