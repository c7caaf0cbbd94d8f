"""CASES.md says which attack is tried where: what it names is there."""

import re
from pathlib import Path

from tests.api.attack import adobe_corpus, commercelayer_corpus, contract_corpus, corpus, vu_corpus

TABLE = Path(__file__).with_name("CASES.md")
TESTS = Path(__file__).parents[2]
CORPORA = {
    "dayzero": [*corpus.CORPUS, *contract_corpus.OF_A_CONTRACT],
    "adobe": adobe_corpus.CORPUS,
    "vu": vu_corpus.CORPUS,
    "commercelayer": commercelayer_corpus.CORPUS,
}
CASES = 68


def test_every_case_names_tests_and_attacks_that_exist() -> None:
    table = TABLE.read_text(encoding="utf-8")
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", table)
    attacks = re.findall(rf"`({'|'.join(CORPORA)}): ([^`]+)`", table)
    known = {(door, attack.name) for door, found in CORPORA.items() for attack in found}

    assert re.findall(r"^\| (A\d+) \|.*\| `.*\|$", table, re.MULTILINE) == [f"A{n}" for n in range(1, CASES + 1)]
    assert [name for name in named if f"\ndef {name[1]}(" not in (TESTS / name[0]).read_text(encoding="utf-8")] == []
    assert [attack for attack in attacks if (attack[0], attack[1].replace("\\u202e", "\u202e")) not in known] == []
