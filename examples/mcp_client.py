"""A real MCP client at our server over standard input and output, as Claude Desktop or VS Code does it.

You learn: how to start the server from your own program, list its tools, call one, and read an error
that teaches. `JPO_MCP_SANDBOX=1` puts fictional cases behind it; leave it out and hand over your ID instead.

    python examples/mcp_client.py
"""

from __future__ import annotations

import asyncio
import json
import os
import sys

from mcp import Client, StdioServerParameters
from mcp.types import TextContent

SERVER = StdioServerParameters(
    command=sys.executable,
    args=["-m", "jpo_mcp", "serve"],  # the same as the command `jpo-mcp serve`
    env={"JPO_MCP_SANDBOX": "1", "PYTHONPATH": os.environ.get("PYTHONPATH", "")},
)


async def main() -> None:
    """List the tools, call one, and call it wrongly."""
    async with Client(SERVER) as client:
        tools = (await client.list_tools()).tools
        print("tools:", ", ".join(tool.name for tool in tools))

        case = await client.call_tool("jpo_get_case", {"number": "商標登録第9900203号"})
        print(json.dumps(case.structured_content, ensure_ascii=False, indent=2)[:600], "…")

        wrong = await client.call_tool("jpo_get_case", {"number": "2020490001", "type": "patent"})
        for block in wrong.content:
            if isinstance(block, TextContent):
                print(f"\nan error that teaches:\n{block.text}")


if __name__ == "__main__":
    asyncio.run(main())
