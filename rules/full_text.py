"""What the quality of a full text allows (全文质量): silence in a text that could not be read proves nothing."""

from models.evidence import Evidence
from models.vocabulary import Effect

POOR_BELOW = 0.85
"""A page of less quality is poorly read: of recognised text the mean confidence, of a text layer its legible share."""
RULE_ID = "full-text.poor"


def is_poor(quality: float | None) -> bool:
    """Whether "no rule matched" in a text of this quality is no evidence (全文质量是否太差)."""
    return quality is not None and quality < POOR_BELOW


def poor_text(quality: float) -> Evidence:
    """Why such an item is not suggested open (全文识别质量差的说明): shown, never a vote for restricting."""
    return Evidence(
        source="full_text",
        rule_id=RULE_ID,
        effect=Effect.MARK,
        field="text",
        start=0,
        end=0,
        text="",
        explanation=f"全文有的页识别质量差（最低 {quality:.2f}）：没有命中不能说明没有问题，不据此建议开放，请看原文",
    )
