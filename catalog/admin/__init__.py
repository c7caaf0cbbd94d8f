from catalog.admin import items, stores

__all__ = ["items", "stores"]
