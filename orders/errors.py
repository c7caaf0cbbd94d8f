"""What the core refuses, each with a stable code, a sentence to act on, and the field of the command. No HTTP here."""

from customers.refusals import CoreRefusal


class OrderError(CoreRefusal):
    """Base of every refusal of the core."""

    code = "order_error"


class UnknownCustomer(OrderError):
    code = "unknown_customer"


class UnknownProject(OrderError):
    code = "unknown_project"


class UnknownItem(OrderError):
    code = "unknown_item"


class UnknownCurrency(OrderError):
    code = "unknown_currency"


class RefusedTerms(OrderError):
    """The terms contradict themselves (R17); `rule` says which promise they break."""

    code = "refused_terms"

    def __init__(self, message: str, *, field: str = "", rule: str = "") -> None:
        super().__init__(message, field=field)
        self.rule = rule


class ReferenceTaken(OrderError):
    """The number that a door's customer gives an order belongs to another one."""

    code = "reference_taken"


class TooManyLines(OrderError):
    code = "too_many_lines"


class TransitionNotAllowed(OrderError):
    """The order's state does not allow this action."""

    code = "transition_not_allowed"


class OfferExpired(TransitionNotAllowed):
    """The offer was valid up to a day that is over, and nobody signed it in time."""

    code = "offer_expired"


class FileRefused(OrderError):
    """A file that is empty, too large, or not what may be kept with an order."""

    code = "file_refused"


class CommentRefused(OrderError):
    code = "comment_refused"


class OnlyReads(OrderError):
    """Whoever may only read says nothing either: a word on an order is a change of its record."""

    code = "only_reads"


class StaleOrder(OrderError):
    """Somebody else changed the order since it was read."""

    code = "stale_order"


class OtherOrigin(OrderError):
    """A door changes the orders that came through it, and no others."""

    code = "other_origin"


class ApprovalNotPermitted(OrderError):
    """This actor may not approve this order: four eyes, role or limit."""

    code = "approval_not_permitted"


class NothingToReorder(OrderError):
    code = "nothing_to_reorder"


class SignatureInFuture(OrderError):
    code = "signature_in_future"


class UnknownLine(OrderError):
    """No line of this order has this name or id."""

    code = "unknown_line"


class LineNotReady(OrderError):
    """The line's own state does not allow this."""

    code = "line_not_ready"


class ShipsTooMuch(OrderError):
    """More would be shipped than was ordered."""

    code = "ships_too_much"


class LinesTracked(OrderError):
    """The lines are being made and shipped, so they no longer change."""

    code = "lines_tracked"


class DatesContradict(OrderError):
    code = "dates_contradict"


class TooManyTags(OrderError):
    code = "too_many_tags"


class ProjectOfAnotherCustomer(OrderError):
    code = "project_of_another_customer"


class UnknownOrderLine(OrderError):
    """The agreement has no such line."""

    code = "unknown_order_line"


class ValueDeltaDiffers(OrderError):
    """What a change order says it is worth is not what its lines come to."""

    code = "value_delta_differs"


class NothingToChange(OrderError):
    """A change order whose lines say nothing that could be billed."""

    code = "nothing_to_change"


class AmendmentWaiting(OrderError):
    """Another change of the same agreement is to be decided first."""

    code = "amendment_waiting"


class QuestionRefused(OrderError):
    """A question that asks nothing, or is not to be answered or settled by this person or any more."""

    code = "question_refused"


class ChangeOrderDecided(OrderError):
    """A change order is approved or rejected once."""

    code = "change_order_decided"


class OutOfStock(OrderError):
    """There is less of an item than is wanted."""

    code = "out_of_stock"


class NoPrice(OrderError):
    """The market's price list has no price for this item."""

    code = "no_price"


class UnknownCoupon(OrderError):
    """There is no such coupon, or its time or its uses are over."""

    code = "unknown_coupon"


class CountryLocked(OrderError):
    """The order ships to one country only, and this address is in another."""

    code = "country_locked"


class NotPlaceable(OrderError):
    """A part is missing before the order can be placed; `field` names the first one."""

    code = "not_placeable"


class OtherMarket(OrderError):
    """What was chosen is offered in another market."""

    code = "other_market"


class NeedsCustomer(OrderError):
    code = "needs_customer"


class OrderLocked(OrderError):
    """A placed order is cancelled, never deleted."""

    code = "order_locked"


class TooMuchTyped(OrderError):
    """More than is kept of a form that nobody has saved."""

    code = "too_much_typed"


class TemplateNameTaken(OrderError):
    code = "template_name_taken"


class TemplateWithoutName(OrderError):
    code = "template_without_name"


class GrantRefused(OrderError):
    """A client, secret, refresh token or market that opens nothing."""

    code = "grant_refused"


class UnusableView(OrderError):
    """A saved view without a name, too long, or of somebody else."""

    code = "unusable_view"


class UnusableAssignment(OrderError):
    """An order that is over, or assigned to somebody who does not work here."""

    code = "unusable_assignment"


class UnusableSnooze(OrderError):
    """An order put off for no reason, to no day of the coming year, or when it is over."""

    code = "unusable_snooze"


class UnusableRun(OrderError):
    """A bulk run that names no orders, too many, or lacks its reason or tag."""

    code = "unusable_run"


class PolicyRefused(OrderError):
    """A version of the approval policy that cannot be kept, or that is decided already."""

    code = "policy_refused"
