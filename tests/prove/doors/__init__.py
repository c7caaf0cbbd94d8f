"""The five doors as the fuzzer sees them: a scene, valid requests about it, and how the door refuses."""

from tests.prove.doors import adobe, bitbybit, commercelayer, dayzero, vu
from tests.prove.doors.door import Door

DOORS: dict[str, Door] = {
    door.name: door for door in (dayzero.DOOR, adobe.DOOR, vu.DOOR, commercelayer.DOOR, bitbybit.DOOR)
}
