"""Trademark records."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from jpo_mcp.models.common import Progress, Record, Registration
from jpo_mcp.numbers import Law


class GoodsServices(Record):
    """The goods or services of one class (指定商品・指定役務)."""

    goods_service_class: str | None = None
    goods_service_name: str | None = None
    similar_code: str | None = None

    @property
    def similar_codes(self) -> tuple[str, ...]:
        """The similar-group codes (類似群コード), which the JPO sends as one text."""
        return tuple((self.similar_code or "").split())


class TrademarkProgress(Progress):
    """The progress of a trademark application. `publication_date` is that of the application's gazette."""

    law: ClassVar[Law] = "trademark"

    trademark_for_display: str | None = None
    transliteration: tuple[str, ...] = ()
    vienna_class: tuple[str, ...] = ()
    goods_services: Annotated[tuple[GoodsServices, ...], Field(alias="goodsServiceInformation")] = ()


class TrademarkNumbers(Record):
    """The numbers of one case."""

    application_number: str | None = None
    registration_number: str | None = None


class TrademarkRegistration(Registration):
    """The trademark register."""

    trademark_for_display: str | None = None
    transliteration: tuple[str, ...] = ()
    vienna_class: tuple[str, ...] = ()
    goods_services: Annotated[tuple[GoodsServices, ...], Field(alias="goodsServiceInformation")] = ()
