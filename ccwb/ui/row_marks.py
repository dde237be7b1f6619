"""Which row of a table is which, while its page changes, adds and sorts the rows under the hand that types."""

import itertools

_numbers = itertools.count(1)


def new_mark():
    """Return a mark that no row had before."""
    return f"r{next(_numbers)}"


def followed(before, marks, after, columns):
    """Return the marks of rows that a page gives in place of others: a row that is one of those keeps its mark.

    before, after : lists of rows (dicts).  marks : of `before`.  columns : as a Grid has them. A row is known by its
    `id`; where it has none by what it says, at its place first, or by its place and what can be changed in it. One
    that was begun and has an id now is the one that says most of what it said.

    >>> columns = [{"key": "n", "kind": "number"}]
    >>> followed([{"n": 1}, {"n": 2}], ["a", "b"], [{"n": 2, "id": 7}, {"n": 1}], columns)
    ['b', 'a']
    """
    every, typed = [c["key"] for c in columns], [c["key"] for c in columns if c["kind"] != "static"]
    left, out = list(range(len(before))), [None] * len(after)

    def take(fits):
        for n, row in enumerate(after):
            found = next((m for m in left if out[n] is None and fits(n, m, row, before[m])), None)
            if found is not None:
                left.remove(found)
                out[n] = marks[found]

    take(lambda _n, _m, row, was: row.get("id") is not None and row["id"] == was.get("id"))
    take(lambda n, m, row, was: n == m and _alike(row, was, every))
    take(lambda _n, _m, row, was: _alike(row, was, every))
    take(lambda n, m, row, was: n == m and _alike(row, was, typed))
    take(lambda _n, _m, row, was: "id" in row and _alike(row, was, typed))
    for m in [m for m in left if before[m].get("id") is None]:
        fits = {n: _shared(row, before[m], typed) for n, row in enumerate(after) if out[n] is None and "id" in row}
        if fits and max(fits.values()):
            out[max(fits, key=fits.get)] = marks[m]
    return [mark or new_mark() for mark in out]


def _said(row, keys):
    said = ["" if row.get(key) is None else row[key] for key in keys]
    return [one.strip() if isinstance(one, str) else one for one in said]


def _alike(row, was, keys):
    """Return whether two rows say the same and can be one: they have not two different ids."""
    return (row.get("id") is None or was.get("id") is None) and _said(row, keys) == _said(was, keys)


def _shared(row, was, keys):
    return sum(one == other != "" for one, other in zip(_said(row, keys), _said(was, keys), strict=True))
