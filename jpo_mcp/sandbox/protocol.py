"""What goes over the wire: the envelope, the JPO's own words for each status, and a reply ready to send."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

JSON_TYPE = "application/json"
HTML_TYPE = "text/html"
XML_TYPE = "application/xml"
ZIP_TYPE = "application/zip"
PDF_TYPE = "application/pdf"

MESSAGES = {
    "100": "",
    "107": "該当するデータがありません。",
    "108": "該当する書類実体がありません。",
    "111": "提供対象外の案件番号のため取得できませんでした。",
    "203": "1日のアクセス上限を超過したため閲覧を制限します。",
    "204": "パラメーターの入力された値に問題があります。",
    "208": "「タブ文字、,、 :、|」の文字は利用できません。",
    "210": "無効なトークンです。",
    "212": "無効な認証情報です。",
    "301": "指定された特許情報取得APIのURLは存在しません。",
    "302": "処理が時間内に終了しないため、タイムアウトになりました。",
    "303": "アクセスが集中しています。",
    "400": "無効なリクエストです。",
    "999": "想定外のエラーが発生しました。",
}
"""The official text of each statusCode (210 onwards from the specification and transcriptions of the status page)."""

_HTTP = {"210": 401, "212": 401, "301": 404, "302": 504, "303": 429, "400": 400}


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `code` is the JPO's statusCode inside it, empty where there is no envelope."""

    status: int
    body: bytes
    content_type: str = JSON_TYPE
    headers: dict[str, str] = field(default_factory=dict[str, str])
    code: str = ""

    def with_body(self, body: bytes) -> Reply:
        """The same reply with other bytes."""
        return replace(self, body=body)

    def envelope(self) -> dict[str, Any]:
        """The decoded envelope of a JSON reply."""
        return json.loads(self.body)


def dumps(value: object) -> bytes:
    """Compact JSON with real Japanese characters, as recorded."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def envelope(
    code: str,
    data: dict[str, Any] | None = None,
    *,
    remaining: int | str = "",
    status: int | None = None,
    with_data: bool = True,
) -> Reply:
    """The JPO's envelope with its official message; HTTP status as the specification pairs it."""
    result: dict[str, Any] = {
        "statusCode": code,
        "errorMessage": MESSAGES[code],
        "remainAccessCount": str(remaining),
    }
    if with_data:
        result["data"] = data or {}
    return Reply(status or _HTTP.get(code, 200), dumps({"result": result}), code=code)


def bundle_reply(name: str, content: bytes) -> Reply:
    """A ZIP. It carries no counter anywhere."""
    return Reply(200, content, ZIP_TYPE, {"content-disposition": f"attachment;filename={name}"})
