from orders.models.access import AccessToken
from orders.models.approvals import ApprovalPolicy, OrderApproval, PolicyRule
from orders.models.bulk import BulkResult, BulkRun
from orders.models.calendar import LeadTime, TransitTime
from orders.models.carts import Cart, CartLine, PaymentSource
from orders.models.change_approvals import ChangeOrderApproval
from orders.models.change_orders import ChangeOrder, ChangeOrderLine
from orders.models.drafts import Autosave, DraftTemplate
from orders.models.files import FileKind, OrderFile
from orders.models.licensing import LicenceAccount, LicenceLine, LicenceOrder, Subscription
from orders.models.lines import Line, Party
from orders.models.mentions import Mention
from orders.models.order import Order
from orders.models.programmes import LicenceProgramme
from orders.models.questions import Question
from orders.models.replay import ReplayRecord
from orders.models.saved_views import SavedView, ViewPin
from orders.models.shipments import DateChange, LineProgress, Shipment, ShipmentLine
from orders.models.snoozes import Snooze

__all__ = [
    "AccessToken",
    "ApprovalPolicy",
    "Autosave",
    "BulkResult",
    "BulkRun",
    "Cart",
    "CartLine",
    "ChangeOrder",
    "ChangeOrderApproval",
    "ChangeOrderLine",
    "DateChange",
    "DraftTemplate",
    "FileKind",
    "LeadTime",
    "LicenceAccount",
    "LicenceLine",
    "LicenceOrder",
    "LicenceProgramme",
    "Line",
    "LineProgress",
    "Mention",
    "Order",
    "OrderApproval",
    "OrderFile",
    "Party",
    "PaymentSource",
    "PolicyRule",
    "Question",
    "ReplayRecord",
    "SavedView",
    "Shipment",
    "ShipmentLine",
    "Snooze",
    "Subscription",
    "TransitTime",
    "ViewPin",
]
