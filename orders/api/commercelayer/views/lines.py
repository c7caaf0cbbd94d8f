"""Line items: into the cart, more of them, out of it."""

from http import HTTPStatus
from typing import Any

from customers.permissions import Permission
from orders import services, store_queries
from orders.api.commercelayer import faults, inputs, translate
from orders.api.commercelayer.documents import Document
from orders.api.commercelayer.door import Action, ResourceViews, existing
from orders.api.commercelayer.resources import lines
from orders.api.commercelayer.resources.orders import ORDERS
from orders.api.endpoint import Values


class LineItemViews(ResourceViews):
    resource = lines.LINE_ITEMS

    @Action(permission=Permission.DRAFT, writes=inputs.LINE_CREATE, status=HTTPStatus.CREATED)
    def create(self, values: Values) -> object:
        """Add a sku to an order at its market's price; `_update_quantity` adds to the line that is there."""
        document: Document = values["document"]
        targets = self.pointed_at(document)
        sent = document.attributes()
        self.check_filled(targets["order"])
        item = targets.get("item") or self._sku(sent)
        words = translate.line(sent)
        line = services.add_line(
            order=targets["order"],
            item=item,
            sku_code=item.sku_code,
            quantity=int(str(words.pop("quantity"))),
            is_more_of_it=bool(sent.get("_update_quantity")),
            words={name: value for name, value in words.items() if value},
            by=self.actor,
            at=self.now,
        )
        return self._shown(line)

    @Action(permission=Permission.DRAFT, writes=inputs.LINE_UPDATE)
    def update(self, values: Values, key: str) -> object:
        document: Document = values["document"]
        order, line_id = self._goods(key)
        changes = translate.line(document.attributes())
        line = services.change_line(order=order, line_id=line_id, changes=changes, by=self.actor, at=self.now)
        return self._shown(line)

    @Action(permission=Permission.DRAFT, status=HTTPStatus.NO_CONTENT)
    def destroy(self, values: Values, key: str) -> object:
        order, line_id = self._goods(key)
        services.remove_line(order=order, line_id=line_id, by=self.actor, at=self.now)
        return None

    def _goods(self, key: str) -> tuple[Any, int]:
        """The order of a line of goods, and the line's own id: lines of other kinds follow from the order."""
        line_id = self.scope.decode(self.resource.type, key)
        if line_id is None:
            self.row(key)
            raise faults.unprocessable([faults.attribute("item_type", "cannot be changed", "invalid")])
        order = existing(ORDERS.only(self.scope, cart__lines=line_id))
        self.check_filled(order)
        return order, line_id

    def _sku(self, sent: dict[str, Any]) -> Any:
        code = sent.get("sku_code")
        if not code:
            raise faults.unprocessable([faults.relationship("item", "can't be blank", "blank")])
        found = store_queries.sku(business=self.business, code=code)
        if found is None:
            raise faults.unprocessable([faults.attribute("sku_code", "is invalid", "invalid", value=code)])
        return found

    def _shown(self, line: Any) -> object:
        """A line that was just written; it is read anew only where more than itself is asked for."""
        if "include" in self.params:
            return self.answer(self.row(self.scope.encode("line_items", line.pk)))
        return self.answer(lines.listed(line))
