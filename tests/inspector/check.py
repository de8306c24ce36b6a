"""What the inspector must have seen: `python check.py FOLDER`, called by `run`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def main(folder: Path) -> int:
    """Prints what was seen; 1 where something is not as it must be."""
    seen = {
        file.name: json.loads(file.read_text(encoding="utf-8"))
        for file in folder.iterdir()
        if file.is_file() and file.name != "said"
    }
    faults = [*_findings(seen["tools"]), *_undescribed(seen)]
    for name, words in (
        ("case", "携帯灯"),
        ("found", "«携帯灯»"),
        ("kept", "携帯灯"),
        ("quota", "resets_at"),
        ("prompt", "490001"),
    ):
        if words not in json.dumps(seen[name], ensure_ascii=False):
            faults.append(f"{name}: does not say {words}")
    said = "\n".join(faults) or "the inspector finds nothing wrong with the tools, resources and prompts"
    sys.stdout.write(f"{said}\n")
    return int(bool(faults))


def _findings(tools: dict[str, Any]) -> list[str]:
    """Everything that --strict says, warnings too."""
    found = [(one["toolName"], finding) for one in tools.get("schemaFindings", []) for finding in one["findings"]]
    sys.stdout.write(f"{len(tools['result']['tools'])} tools, {len(found)} findings\n")
    return [f"{tool}: {finding['path']}: {finding['issue']}" for tool, finding in found]


def _undescribed(seen: dict[str, Any]) -> list[str]:
    """Everything that is listed has a title and a description; resources hold the quota and the case just asked for."""
    lists = {"tools": "tools", "resources": "resources", "templates": "resourceTemplates", "prompts": "prompts"}
    listed = [(name, one) for name, key in lists.items() for one in seen[name]["result"][key]]
    faults = [
        f"{name}: {one['name']} has no {word}"
        for name, one in listed
        for word in ("title", "description")
        if not one.get(word)
    ]
    uris = [one["uri"] for one in seen["resources"]["result"]["resources"]]
    return faults if uris == ["jpo://quota", "jpo://patent/2020490001"] else [*faults, f"resources: {uris}"]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
