"""What a change is called, and what will happen by it, in plain words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.template.defaultfilters import pluralize

from billing.engine import periods
from billing.models import AgreementChange, AgreementLine
from billing.states import ChangeKind, ChangePurpose
from customers.templatetags import desk as faces
from orders.models import ChangeOrder, ChangeOrderLine

Lines = Sequence[ChangeOrderLine]


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """How a page speaks of a purpose: `name` of the change, `verb` of the button, `done` once it is approved."""

    name: str
    verb: str
    lead: str
    done: str


WORDS = {
    ChangePurpose.AMEND: Words(
        name="amendment",
        verb="Amend",
        lead="Quantities, prices, added lines, or the end of the agreement.",
        done="the agreement bills it from now on",
    ),
    ChangePurpose.PAUSE: Words(
        name="pause",
        verb="Pause",
        lead="Bill no period that begins from a day on, until it is resumed.",
        done="the agreement is paused until somebody resumes it",
    ),
    ChangePurpose.RESUME: Words(
        name="end of the pause",
        verb="Resume",
        lead="End the pause; what was billed of its periods comes back.",
        done="the agreement bills again",
    ),
    ChangePurpose.RENEW: Words(
        name="renewal",
        verb="Renew",
        lead="Let the term go on, on the same days of the month.",
        done="the term goes on",
    ),
    ChangePurpose.CREDIT: Words(
        name="credit",
        verb="Credit lines",
        lead="Take one-off lines back whole, with a credit note for what was billed.",
        done="the next billing run credits what was billed",
    ),
}
END = Words(
    name="end",
    verb="End",
    lead="The first day without service, and what is credited beyond it.",
    done="the agreement ends by it",
)


def of(change_order: ChangeOrder) -> Words:
    return END if change_order.ends else WORDS[ChangePurpose(change_order.purpose)]


def happens(change_order: ChangeOrder, lines: Lines) -> str:
    """What will happen once it is approved; nothing to say of amended lines, which stand there themselves."""
    day, sentence = change_order.effective_date, _SENTENCES.get(change_order.purpose)
    if change_order.ends:
        return f"The agreement ends: {faces.day(day)} is the first day without service."
    return sentence(change_order, lines, day) if day and sentence else ""


def _pause(change_order: ChangeOrder, lines: Lines, day: date) -> str:
    return (
        f"No period that begins on {faces.day(day)} or later is billed until somebody resumes the agreement; the "
        f"first of them begins on {faces.day(_first_from(change_order, day))}. The end of the term stays. What is "
        "billed of such periods already stands while the pause lasts, and comes back when it ends."
    )


def _resumption(change_order: ChangeOrder, lines: Lines, day: date) -> str:
    return (
        f"The pause ends on {faces.day(day)}: the first period that is billed again begins on "
        f"{faces.day(_first_from(change_order, day))}. The periods that began in the pause are never billed, and what "
        "was billed of them before comes back on a credit note. The end of the term stays."
    )


def _renewal(change_order: ChangeOrder, lines: Lines, day: date) -> str:
    anchor, months = change_order.agreement.anchor_date, change_order.term_months or 0
    end = periods.boundary(anchor=anchor, k=periods.period_index(anchor=anchor, on=day) + months)
    return (
        f"The term goes on for {months} month{pluralize(months)}, from {faces.day(day)} until "
        f"{faces.day(end - timedelta(days=1))}, at the terms in force. What is billed once is not repeated, and the "
        "contract discount is not extended."
    )


def _credit(change_order: ChangeOrder, lines: Lines, day: date) -> str:
    day = max(day, change_order.requested_date or day)
    what = "This line owes" if len(lines) == 1 else "These lines owe"
    told = (
        f"{what} nothing any more. What was billed comes back on a credit note of {faces.day(day)}, at the tax rate it "
        "was charged at; what is not billed yet never is."
    )
    if _is_all(change_order, lines):
        told += (
            " Nothing else is left of the agreement: it is over with it, and its order cancelled. If all of its "
            "invoices are open and nothing of them is paid, they are void instead."
        )
    return told


def _is_all(change_order: ChangeOrder, lines: Lines) -> bool:
    """Whether nothing is left beside these lines and those that came back before."""
    agreement = change_order.agreement
    before = AgreementChange.objects.for_business(agreement.business).filter(
        agreement=agreement, kind=ChangeKind.GIVE_BACK
    )
    left = AgreementLine.objects.for_business(agreement.business).filter(agreement=agreement)
    left = left.exclude(position__in=before.values("line_position"))
    return not left.exclude(pk__in=[line.agreement_line_id for line in lines if line.agreement_line_id]).exists()


def _first_from(change_order: ChangeOrder, day: date) -> date:
    anchor = change_order.agreement.anchor_date
    return periods.boundary(anchor=anchor, k=max(0, periods.first_from(anchor=anchor, day=day)))


_SENTENCES: Mapping[str, Callable[[ChangeOrder, Lines, date], str]] = {
    ChangePurpose.PAUSE: _pause,
    ChangePurpose.RESUME: _resumption,
    ChangePurpose.RENEW: _renewal,
    ChangePurpose.CREDIT: _credit,
}
