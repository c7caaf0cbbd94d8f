"""Three versions of a draft as texts, and what comes of them."""

from orders.line_moves import lines_that_moved, state_at
from orders.merging import Draft, Merged, Side, Texts, merge

A, B, C, NEW = "a", "b", "c", "+0"


def draft(*lines: str, **header: str) -> Draft:
    """A draft whose lines are named by their ids."""
    return Draft(header=header, lines={uid: {"description": uid} for uid in lines})


def ids(merged: Merged) -> list[str]:
    assert merged.draft.lines is not None
    return list(merged.draft.lines)


def merged(base: Draft | None, theirs: Draft, yours: Draft, **picks: Side) -> Merged:
    return merge(base=base, theirs=theirs, yours=yours, picks=picks)


def test_the_order_is_that_of_whoever_moved_lines_about() -> None:
    assert ids(merged(draft(A, B, C), draft(A, B, C), draft(C, A, B))) == [C, A, B]
    assert ids(merged(draft(A, B, C), draft(B, C, A), draft(A, B, C))) == [B, C, A]


def test_theirs_is_the_order_when_both_moved_lines_about() -> None:
    assert ids(merged(draft(A, B, C), draft(B, A, C), draft(C, B, A))) == [B, A, C]


def test_an_added_line_stands_behind_its_neighbour() -> None:
    assert ids(merged(draft(A, B), draft(A, C, B), draft(A, B, NEW))) == [A, C, B, NEW]


def test_a_line_that_both_removed_is_gone() -> None:
    assert ids(merged(draft(A, B), draft(A), draft(A))) == [A]


def test_without_a_base_a_line_that_only_one_has_is_asked() -> None:
    asked = merged(None, draft(A, B), draft(A))

    assert [difference.key for difference in asked.conflicts] == [B]
    assert not asked.is_settled
    assert ids(merged(None, draft(A, B), draft(A), b=Side.YOURS)) == [A]
    assert ids(merged(None, draft(A, B), draft(A), b=Side.THEIRS)) == [A, B]


def test_without_a_base_a_line_that_was_never_stored_is_yours() -> None:
    assert ids(merged(None, draft(A), draft(A, NEW))) == [A, NEW]


def test_until_somebody_chooses_yours_stands() -> None:
    asked = merged(draft(term="3"), draft(term="6"), draft(term="9"))

    assert asked.draft.header == {"term": "9"}
    assert [difference.key for difference in asked.conflicts] == ["header-term"]


def test_a_form_without_lines_leaves_them_alone() -> None:
    header_only = Draft(header={"term": "9"}, lines=None)

    assert merged(draft(A, term="3"), draft(A, B, term="3"), header_only).draft == header_only


def line(uid: str, position: int, qty: str = "1") -> Texts:
    return {"uid": uid, "position": str(position), "qty": qty}


def test_a_version_comes_back_by_undoing_each_later_change() -> None:
    first = {"version": 1, "term_months": 3, "lines": [line(A, 0), line(B, 1)]}
    second = {"version": 2, "term_months": 6, "lines": [line(B, 0)]}
    third = {"version": 3, "term_months": 6, "lines": [line(B, 0, "5"), line(C, 1)]}
    events = [lines_that_moved(second, third), lines_that_moved(first, second)]

    assert state_at(version=3, now=third, events=events) == third
    assert state_at(version=2, now=third, events=events) == second
    assert state_at(version=1, now=third, events=events) == first


def test_a_version_that_the_ledger_does_not_have_is_not_made_up() -> None:
    now = {"version": 3, "lines": [line(A, 0)]}
    without_ids = ({"version": 2, "lines": [{"qty": "1"}]}, {"version": 3, "lines": [{"qty": "2"}]})

    assert state_at(version=1, now=now, events=[]) is None
    assert state_at(version=2, now=now, events=[without_ids]) is None
