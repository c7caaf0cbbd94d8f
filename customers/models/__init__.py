from customers.models.business import Business
from customers.models.credentials import ApiCredential, RequestCount
from customers.models.credit import CreditLimit
from customers.models.identity import GuessCount, RecoveryCode, SecondFactor
from customers.models.ledger import Event, EventSeal
from customers.models.legal import LegalDetails
from customers.models.merges import CustomerMerge
from customers.models.parties import Address, Customer, CustomerCode, CustomerStatus, Project
from customers.models.staff import ApprovalLimit, Delegation, StaffMember, User

__all__ = [
    "Address",
    "ApiCredential",
    "ApprovalLimit",
    "Business",
    "CreditLimit",
    "Customer",
    "CustomerCode",
    "CustomerMerge",
    "CustomerStatus",
    "Delegation",
    "Event",
    "EventSeal",
    "GuessCount",
    "LegalDetails",
    "Project",
    "RecoveryCode",
    "RequestCount",
    "SecondFactor",
    "StaffMember",
    "User",
]
