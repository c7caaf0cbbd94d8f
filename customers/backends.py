"""Who is logged in, with their place in a business, in one statement."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from customers import sessions_sql, wall
from customers.models import User


class StaffBackend(ModelBackend):
    """Whoever is known stands within their business from then on."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """The person with this name and password."""
        user = super().authenticate(request, username=username, password=password, **kwargs)
        return self.get_user(user.pk) if user is not None else None

    def get_user(self, user_id: Any) -> User | None:
        """The person of a session with the member of staff and the business that every page asks for."""
        with wall.knocking(user=user_id):
            user = sessions_sql.person(user=user_id)
        if user is None or not self.user_can_authenticate(user):
            return None
        if hasattr(user, "staff_member"):
            wall.enter(user.staff_member.business_id)
        return user
