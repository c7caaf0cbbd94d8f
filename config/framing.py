"""Whether a request has arrived whole, by its framing. It decides when a request is read, never what is read of it."""

import re
from dataclasses import dataclass, field

HEAD_END = b"\r\n\r\n"
LONGEST_HEAD = 1 << 20
CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})(?:;[^\r\n]*)?\r\n")
LONGEST_CHUNK_LINE = 4_096


@dataclass(slots=True)
class Framing:
    """What has come of a request so far. What is no proper HTTP counts as whole: whoever reads it refuses it."""

    received: bytearray = field(default_factory=bytearray)
    # How much it is in all, once that is known; -1: its chunks say so.
    length: int | None = None
    is_asking: bool = False
    # Where the next chunk begins, and how far the end of the head was looked for.
    _at: int = 0

    def add(self, data: bytes) -> None:
        self.received += data

    @property
    def is_whole(self) -> bool:
        if self.length is None:
            self._read_head()
        if self.length is None:
            return len(self.received) > LONGEST_HEAD
        return self._chunks_are_over() if self.length < 0 else len(self.received) >= self.length

    def _read_head(self) -> None:
        end = self.received.find(HEAD_END, max(0, self._at - len(HEAD_END)))
        self._at = len(self.received)
        if end < 0:
            return
        lengths, is_coded, is_chunked = set[bytes](), False, False
        for line in bytes(self.received[:end]).split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            match name.strip().lower():
                case b"content-length":
                    lengths.add(value.strip())
                case b"transfer-encoding":
                    is_coded, is_chunked = True, value.strip().lower() == b"chunked"
                case b"expect":
                    self.is_asking = value.strip().lower() == b"100-continue"
        self._at = end + len(HEAD_END)
        self.length = self._at
        if is_chunked and not lengths:
            self.length = -1
        elif not is_coded and len(lengths) == 1 and (text := lengths.pop()).isdigit() and len(text) < 16:
            self.length += int(text)

    def _chunks_are_over(self) -> bool:
        while True:
            found = CHUNK.match(self.received, self._at)
            if not found:
                rest = self.received[self._at : self._at + LONGEST_CHUNK_LINE]
                return b"\n" in rest or len(rest) == LONGEST_CHUNK_LINE
            size = int(found[1], 16)
            if not size:
                # Nothing but the end, or trailers and then the end.
                return self.received.find(HEAD_END, found.end() - 2) >= 0
            after = found.end() + size + 2
            if len(self.received) < after:
                return False
            self._at = after
