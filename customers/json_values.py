"""Free-form JSON that is stored and given back as it came: numbers keep their value, and never pass as strings."""

import json
from decimal import Decimal


class Encoder(json.JSONEncoder):
    """Writes a Decimal as the JSON number of the same value."""

    def default(self, o: object) -> object:
        if isinstance(o, Decimal):
            return int(o) if o == o.to_integral_value() else float(o)
        return super().default(o)


class Decoder(json.JSONDecoder):
    """Reads every fraction as the Decimal that was written."""

    def __init__(self) -> None:
        super().__init__(parse_float=Decimal)
