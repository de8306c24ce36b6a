"""Kept papers as resources: what has been paid for can be opened again for nothing."""

from __future__ import annotations

import re
from typing import get_args

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError

from jpo_mcp.errors import BadArgument, JpoError, NotOnFile, Words
from jpo_mcp.numbers import Law
from jpo_mcp.upstream.client import JpoClient

TEMPLATE = "jpo://{law}/{application}/documents/{number}"

_LAWS: tuple[Law, ...] = get_args(Law)


def add_resources(server: MCPServer, client: JpoClient) -> None:
    """Adds the template for kept papers. It never spends an access."""

    async def paper(law: str, application: str, number: str) -> str:
        try:
            return await _text(client, law, application, number)
        except JpoError as failure:
            raise ResourceNotFoundError(failure.text(client.settings.lang)) from None

    server.resource(
        TEMPLATE,
        name="paper",
        title="Kept paper 保存済みの書類",
        description="The text of one paper that is kept here: somebody else's words, quoted. Free; "
        "law is patent, design or trademark, application 10 digits, number 11. jpo_read_documents fetches papers.",
        mime_type="text/markdown",
    )(paper)


async def _text(client: JpoClient, law: str, application: str, number: str) -> str:
    """The whole text of a kept paper. The parts of the address only choose among what is kept."""
    if law not in _LAWS or not re.fullmatch("[0-9]{10}", application) or not re.fullmatch("[0-9]{11}", number):
        raise _not_an_address()
    from jpo_mcp.dossier.papers import kept_text  # noqa: PLC0415 - loaded when the first paper is read

    text = await kept_text(client, law, application, number)
    if text is None:
        raise _not_kept(law, application, number)
    return text


def _not_an_address() -> BadArgument:
    return BadArgument(
        Words("not the address of a paper", "書類のアドレスの形式ではありません。"),
        Words("take `uri` from an answer of jpo_read_documents", "jpo_read_documents の uri をそのまま使う"),
        rule=Words(TEMPLATE, TEMPLATE),
        example="jpo://patent/2020490001/documents/06124990101",
        field="uri",
    )


def _not_kept(law: Law, application: str, number: str) -> NotOnFile:
    call = f'jpo_read_documents(number="{application}", law="{law}", document="{number}")'
    return NotOnFile(
        Words("that paper is not kept here, and a resource spends no access", "この書類は保存されていません。"),
        Words(f"{call} fetches it (1-2 accesses)", f"{call} で取得できます（1〜2アクセス）。"),
        field="uri",
    )
