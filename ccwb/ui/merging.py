"""Two people on one table: what each of them changed is kept, and only the same row changed twice is refused."""

from ccwb.messages import N_

TWICE = N_(
    "{by} saved this table at {at}, after you opened it, and changed the same row. The table now shows theirs. "
    "What you typed was not kept: {typed}. Type it again if it still holds."
)


def merged(base, mine, theirs, *, key):
    """Return the rows of `theirs` with the changes that lead from `base` to `mine`; None where they collide.

    base, mine, theirs : lists of rows (dicts): as this page last knew them, as it has them now, as others saved them.
    key : names of what tells two rows apart. A changed row is one taken away and one added.

    >>> base, mine = [{"n": 1, "v": 1}], [{"n": 1, "v": 1}, {"n": 2, "v": 5}]
    >>> merged(base, mine, [{"n": 1, "v": 3}], key=["n"])
    [{'n': 1, 'v': 3}, {'n': 2, 'v': 5}]
    >>> merged(base, [{"n": 1, "v": 2}], [{"n": 1, "v": 3}], key=["n"]) is None
    True
    """
    taken, added = changes(base, mine)
    rows = list(theirs)
    for row in taken:
        at = next((n for n, other in enumerate(rows) if same(other, row)), None)
        if at is None:
            return None
        rows.pop(at)
    there = [[other.get(k) for k in key] for other in rows]
    if any([row.get(k) for k in key] in there for row in added):
        return None
    return rows + added


def changes(base, mine):
    """Return (rows of `base` that `mine` has no more, rows that `mine` has anew)."""
    return _without(base, mine), _without(mine, base)


def same(one, other):
    """Return whether two rows say the same; an empty text is as good as nothing."""
    return _plain(one) == _plain(other)


def equal(some, others):
    """Return whether two lists hold the same rows, in whatever order."""
    return changes(some, others) == ([], [])


def typed(base, mine, columns):
    """Return in words what this page changed: the rows it has anew, else those it took away."""
    taken, added = changes(base, mine)
    told = [" · ".join(str(row[c]) for c in columns if row.get(c) not in (None, "")) for row in added or taken]
    return "; ".join(told)


def _without(rows, others):
    left = [_plain(row) for row in others]
    out = []
    for row in rows:
        if (plain := _plain(row)) in left:
            left.remove(plain)
        else:
            out.append(row)
    return out


def _plain(row):
    return {k: None if v == "" else round(v, 6) if isinstance(v, float) else v for k, v in row.items()}
