"""The people and companies of the sandbox. All are made up; none is meant to resemble anybody."""

from __future__ import annotations

from jpo_mcp.sandbox.life import Party

KAKU = Party("000999001", "架空電機株式会社")
KAKU_FORMERLY = Party("519999001", "架空電機株式会社")
"""The same name under a second code, as happens after a move or a merger."""
MIHON_CHEMICAL = Party("000999002", "見本化学工業株式会社")
SOZO = Party("500999003", "想像精密㈱")
ROBOTICS = Party("520999004", "ＫＡＫＵＵ　ロボティクス　株式会社")
REIJI_FOODS = Party("505999005", "例示食品株式会社")
KASO_MOTOR = Party("000999006", "仮想自動車株式会社")
TAKASAKI = Party("521999007", "髙﨑　花子")
SAMPLE_INC = Party("515999008", "サンプル　インコーポレイテッド")
MUSTER = Party("516999009", "ムスター・フィクティフ・ゲゼルシャフト")
RIVAL = Party("507999010", "例題化成株式会社")

TARO = Party("100999101", "見本　太郎")
HANAKO = Party("100999102", "見本　花子")
MIHON_FIRM = Party("110999103", "特許業務法人見本特許事務所")
JIRO = Party("100999104", "例示　次郎")
