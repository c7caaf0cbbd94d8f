"""Who is logged in, with their place in a business, in one statement."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from customers.models import User


class StaffBackend(ModelBackend):
    def get_user(self, user_id: Any) -> User | None:
        """The person of a session with the member of staff and the business that every page asks for."""
        people = User.objects.select_related("staff_member__business")
        user = people.filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
