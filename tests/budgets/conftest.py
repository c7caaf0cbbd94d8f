from tests.commands.conftest import manage

__all__ = ["manage"]
