"""Kept cases, kept papers and the quota as resources: what has been paid for can be opened again for nothing.

A list names the cases looked at last on this machine, so that a person can pick one. It is private, as everything here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable
from functools import partial
from typing import Any, TypeVar, get_args

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError
from mcp.types import Annotations, Resource

from jpo_mcp import numbers
from jpo_mcp.clock import in_jst, jst_text
from jpo_mcp.dossier.case import kept_case
from jpo_mcp.dossier.kept import kept_header, progress_rows
from jpo_mcp.dossier.lookup import quota
from jpo_mcp.dossier.offices.views import quoted
from jpo_mcp.dossier.sheet import title_of
from jpo_mcp.dossier.view import View
from jpo_mcp.errors import BadArgument, JpoError, NotOnFile, Words
from jpo_mcp.numbers import ApplicationNumber, Law
from jpo_mcp.server.icons import icons
from jpo_mcp.upstream.client import JpoClient

T = TypeVar("T")

CASE = "jpo://{law}/{application}"
PAPER = "jpo://{law}/{application}/documents/{number}"
QUOTA = "jpo://quota"

MOST_LISTED = 20
"""Cases in the list of resources."""
_REMEMBERED = 500
_MOST_TITLE = 60

_LAWS: tuple[Law, ...] = get_args(Law)


class KeptServer(MCPServer[Any]):
    """A server that lists the kept cases looked at last among its resources."""

    client: JpoClient

    async def list_resources(self) -> list[Resource]:
        """What is always there, then the cases, the newest first."""
        cases = [await _listed(self.client, number) for number in (await seen(self.client))[: 2 * MOST_LISTED]]
        return [*await super().list_resources(), *[case for case in cases if case][:MOST_LISTED]]


async def seen(client: JpoClient) -> list[ApplicationNumber]:
    """The applications looked at last on this machine, the newest first."""
    rows = [row for law in _LAWS for row in progress_rows(law)]
    looked_at = await client.snapshots.recent(rows, _REMEMBERED)
    found = (numbers.application_from_api(row.law, digits) for row, (digits,) in looked_at)
    return list(dict.fromkeys(number for number in found if number))


async def _listed(client: JpoClient, number: ApplicationNumber) -> Resource | None:
    """One case by the number and title that people know it by; None where it is no longer kept."""
    kept = await kept_header(client, number)
    if kept is None or kept.data is None:
        return None
    title = quoted(title_of(kept.data)) or ""
    return Resource(
        uri=CASE.format(law=number.law, application=number.api),
        name=number.human,
        title=f"{number.human} {title[:_MOST_TITLE]}".strip(),
        description=f"{number.law} case as kept since {jst_text(kept.as_of)} 保存済みの案件",
        mime_type="application/json",
        icons=icons("case"),
        # with seconds: hosts on the TypeScript SDK silently drop a resource whose time has none
        annotations=Annotations(last_modified=in_jst(kept.as_of).isoformat(timespec="seconds")),
    )


def add_resources(server: KeptServer, client: JpoClient) -> None:
    """Adds the quota, and the templates for kept cases and papers. None of them ever spends an access."""
    server.client = client
    told = partial(_told, client)

    async def case(law: str, application: str) -> str:
        return await told(_case(client, law, application))

    async def paper(law: str, application: str, number: str) -> str:
        return await told(_text(client, law, application, number))

    async def accesses() -> str:
        return _json(await told(quota(client)))

    server.resource(
        QUOTA,
        name="quota",
        title="Accesses left today 残りアクセス数",
        description="Today's accesses left per endpoint, the minute's free places, the reset time. Free.",
        mime_type="application/json",
        icons=icons("quota"),
    )(accesses)
    server.resource(
        CASE,
        name="case",
        title="Kept case 保存済みの案件",
        description="One case with all that is kept of it here, as jpo_get_case tells it. Free, however old it is; "
        "law is patent, design or trademark, application 10 digits. jpo_get_case fetches cases.",
        mime_type="application/json",
        icons=icons("case"),
    )(case)
    server.resource(
        PAPER,
        name="paper",
        title="Kept paper 保存済みの書類",
        description="The text of one paper that is kept here: somebody else's words, quoted. Free; "
        "law is patent, design or trademark, application 10 digits, number 11. jpo_read_documents fetches papers.",
        mime_type="text/markdown",
        icons=icons("paper"),
    )(paper)


async def _told(client: JpoClient, reading: Awaitable[T]) -> T:
    try:
        return await reading
    except JpoError as failure:
        raise ResourceNotFoundError(failure.text(client.settings.lang)) from None


def _json(answer: View) -> str:
    return json.dumps(answer.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"))


async def _case(client: JpoClient, law: str, application: str) -> str:
    """All that is kept of a case."""
    number = numbers.application_from_api(law, application) if law in _LAWS and _TEN.fullmatch(application) else None
    if number is None:
        raise _not_an_address(CASE, "jpo://patent/2020490001")
    answer = await kept_case(client, number)
    if answer is None:
        raise _not_kept(Words("that case", "この案件"), f'jpo_get_case(number="{application}", law="{law}")')
    return _json(answer)


async def _text(client: JpoClient, law: str, application: str, number: str) -> str:
    """The whole text of a kept paper. The parts of the address only choose among what is kept."""
    if law not in _LAWS or not _TEN.fullmatch(application) or not _ELEVEN.fullmatch(number):
        raise _not_an_address(PAPER, "jpo://patent/2020490001/documents/06124990101")
    from jpo_mcp.dossier.papers.bundles import kept_text  # noqa: PLC0415 - loaded when the first paper is read

    text = await kept_text(client, law, application, number)
    if text is None:
        call = f'jpo_read_documents(number="{application}", law="{law}", document="{number}")'
        raise _not_kept(Words("that paper", "この書類"), call)
    return text


_TEN, _ELEVEN = re.compile("[0-9]{10}"), re.compile("[0-9]{11}")


def _not_an_address(template: str, example: str) -> BadArgument:
    return BadArgument(
        Words("not the address of anything kept here", "保存済みの案件・書類のアドレスの形式ではありません。"),
        Words("take a uri from an answer or from the list of resources", "回答またはリソース一覧の uri をそのまま使う"),
        rule=Words(template, template),
        example=example,
        field="uri",
    )


def _not_kept(what: Words, call: str) -> NotOnFile:
    return NotOnFile(
        Words(f"{what.en} is not kept here, and a resource spends no access", f"{what.ja}は保存されていません。"),
        Words(f"{call} fetches it (1-2 accesses)", f"{call} で取得できます（1〜2アクセス）。"),
        field="uri",
    )
