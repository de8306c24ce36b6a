"""All fictional cases of the sandbox."""

from __future__ import annotations

from jpo_mcp.sandbox.designs import DESIGNS
from jpo_mcp.sandbox.life import Case
from jpo_mcp.sandbox.moving import MOVING
from jpo_mcp.sandbox.opd_families import OPD_FAMILIES
from jpo_mcp.sandbox.patents import PATENTS
from jpo_mcp.sandbox.refusals import REFUSALS
from jpo_mcp.sandbox.trademarks import TRADEMARKS

CASES: tuple[Case, ...] = (*PATENTS, *DESIGNS, *TRADEMARKS, *REFUSALS, *MOVING, *OPD_FAMILIES)
