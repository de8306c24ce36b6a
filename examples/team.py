"""A team on one server: two people with tokens, one ID, and who spent what of it.

You learn: how to make a token, start `jpo-mcp serve --http`, connect with the token, and what the quota and the audit
say of each person. `JPO_MCP_SANDBOX=1` puts fictional cases behind it. For Linux and macOS.

    python examples/team.py
"""

import asyncio
import os
import pty
import re
import sys
from asyncio.subprocess import PIPE, create_subprocess_exec
from tempfile import TemporaryDirectory

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

JPO_MCP = (sys.executable, "-m", "jpo_mcp")  # the same as the command `jpo-mcp`


async def main(folder: str) -> None:
    """Two people ask; then whoever runs the server looks at what it came to."""
    os.environ |= {"JPO_MCP_SANDBOX": "1", "JPO_MCP_AUDIT_DIR": folder, "JPO_MCP_TOKENS_FILE": f"{folder}/tokens.json"}
    hanako, jiro = await token_of("hanako"), await token_of("jiro")
    server = await create_subprocess_exec(*JPO_MCP, "serve", "--http", "--port", "0", stderr=PIPE)
    try:
        url = re.findall(r"http\S+/mcp", (await server.stderr.readline()).decode() if server.stderr else "")[0]
        await ask(url, "hanako", hanako, "特願2020-490001", "特願2019-490002")
        await ask(url, "jiro", jiro, "特願2020-490001", "特願2018-490003")
    finally:
        server.terminate()
        await server.wait()
    await (await create_subprocess_exec(*JPO_MCP, "audit")).wait()


async def token_of(person: str) -> str:
    """A new token, which is shown once and in a terminal only."""
    terminal, inside = pty.openpty()
    await (await create_subprocess_exec(*JPO_MCP, "token", "add", person, stdout=inside)).wait()
    return re.findall(r"jpo_[\w-]{43}", os.read(terminal, 4096).decode())[0]


async def ask(url: str, person: str, token: str, *numbers: str) -> None:
    """Asks for cases as that person's host does, and for the quota."""
    web = httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=60)
    async with web, Client(streamable_http_client(url, http_client=web)) as client:
        for number in numbers:
            case = (await client.call_tool("jpo_get_case", {"number": number})).structured_content
            print(f"{person}: {number} {case['source']}, cost {case['cost']}", flush=True)
        one = (await client.call_tool("jpo_quota")).structured_content["endpoints"][0]
        print(f"{person}: {one['endpoint']}: mine {one['mine']} of {one['my_limit']}, all {one['used']}", flush=True)


if __name__ == "__main__":
    with TemporaryDirectory() as mine:
        asyncio.run(main(mine))
