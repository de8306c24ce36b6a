"""What an answer has, a person at a terminal sees as well: each field of each view is drawn, or it is said why not."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from jpo_mcp import screen
from jpo_mcp.dossier import view
from jpo_mcp.dossier.offices import page
from jpo_mcp.dossier.offices import views as office_views
from jpo_mcp.dossier.papers import views as paper_views
from jpo_mcp.dossier.portfolio import views as portfolio_views
from jpo_mcp.dossier.search import views as search_views

_MODULES = (view, page, office_views, paper_views, portfolio_views, search_views)
_TOLD_OTHERWISE = {
    "NumberView.law": "the number itself names its law",
    "NumberAnswer.law": "the same",
    "ApplicantAnswer.law": "the person typed it",
    "EventView.parts": "the code is drawn with its parts, A61/R100",
    "Left.mine": "only a server of a team knows people",
    "Left.my_limit": "the same",
    "QuotaAnswer.spent_by": "the same",
    "DossierPaperView.case_call": "a call of the assistant's",
    "MemberView.case_call": "the same",
    "CitedView.case_call": "the same",
    "DossierDocumentAnswer.form": "the text is drawn, whatever it was read from",
    "DossierDocumentAnswer.first_page": "the marks in the text",
    "DossierDocumentAnswer.last_page": "the same",
    "Step.told_by": "the title is drawn",
    "PaperView.uri": "an address for assistants",
    "KeptHit.uri": "the same",
    "KeptHit.law": "the number itself names its law",
    "BlockView.paragraphs": "places in the text, which is drawn beside the table",
    "BlockView.figures": "the same",
    "CitedView.npl": "a document without a number is drawn as printed",
    "PortfolioAnswer.cases_left": "the command line reads page after page until none is left",
}


def _fields() -> Iterator[str]:
    for module in _MODULES:
        for name, item in vars(module).items():
            if isinstance(item, type) and issubclass(item, view.View) and item.__module__ == module.__name__:
                yield from (f"{name}.{field}" for field in item.model_fields)


def _drawn() -> set[str]:
    """Every name that the screen reads of something, or tells another part of itself."""
    folder = Path(screen.__file__).parent
    nodes = [node for file in folder.glob("*.py") for node in ast.walk(ast.parse(file.read_text("utf-8")))]
    read = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return read | {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_every_field_of_an_answer_is_drawn_or_told_otherwise() -> None:
    """A field that is added to a view, and forgotten on the screen, would be missed there without a word."""
    fields, drawn = list(_fields()), _drawn()
    assert len(fields) > 200
    assert {field for field in fields if field.partition(".")[2] not in drawn} == _TOLD_OTHERWISE.keys()
