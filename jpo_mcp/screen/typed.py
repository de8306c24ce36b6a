"""Our own words as they hold at a terminal: what an assistant calls is a command there, an argument an option."""

from __future__ import annotations

import re

COMMANDS = {
    "jpo_parse_number": "jpo-mcp number",
    "jpo_get_case": "jpo-mcp case",
    "jpo_read_documents": "jpo-mcp documents",
    "jpo_get_refusal_reasons": "jpo-mcp reasons",
    "jpo_check_portfolio": "jpo-mcp portfolio",
    "jpo_get_family": "jpo-mcp dossier",
    "jpo_get_dossier": "jpo-mcp dossier --papers",
    "jpo_read_dossier_document": "jpo-mcp dossier --read",
    "jpo_search_kept": "jpo-mcp search",
    "jpo_quota": "jpo-mcp quota",
}
"""Each tool's command. `jpo_find_applicant` has none, and keeps its name."""

_TOOL = re.compile(r"\bjpo_[a-z_]+\b", re.ASCII)  # ASCII: Japanese follows it without a space
_ARGUMENT = re.compile(r'\b(sections|kind|document|max_age|since|law)=(\[[^]]*\]|"[^"]*"|\w+)', re.ASCII)
_LIST = re.compile(r'(?:\bnumbers=)?\[("[^]]*")\]')
_ALONE = (
    (re.compile(r"(?<=\bwithout )kind\b|\bkind(?= なし)", re.ASCII), "--kind"),
    (re.compile(r"\bkind (or|and|または|と) document\b", re.ASCII), r"--kind \1 --document"),
    (re.compile(r"\belsewhere (?=の書類)", re.ASCII), "「提供外」"),
    (re.compile(r"\bcursor(?= reads| で)", re.ASCII), "--all"),
    (re.compile(r"(?<=\bwith )the handle\b|\bhandle(?= を付け)", re.ASCII), "--handle"),
    (re.compile(r'\{"handle": "([^"]*)"\}'), r"--handle \1"),
    (
        re.compile(
            r"`law`|\blaw(?= で|を|の指定)|(?<=\bgive )law\b|(?<=\bbecause )law\b|(?<=\bLeave out )law\b", re.ASCII
        ),
        "--law",
    ),
    (re.compile(r"(?<= の )link\b", re.ASCII), "--sections link"),
)


def typed(text: str) -> str:
    """`jpo_get_case sections=["link"]` as `jpo-mcp case --sections link`. For our own words, never for somebody's."""
    text = _TOOL.sub(lambda tool: COMMANDS.get(tool[0], tool[0]), text)
    text = _ARGUMENT.sub(lambda said: f"--{said[1].replace('_', '-')} {_plain(said[2])}", text)
    text = _LIST.sub(lambda said: _plain(said[1]).replace(",", " "), text)
    for word, option in _ALONE:
        text = word.sub(option, text)
    return text


def _plain(value: str) -> str:
    return re.sub(r'[]["\s]', "", value)
