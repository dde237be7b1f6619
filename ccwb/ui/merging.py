"""Two people on one table or document: what each changed is kept; a field that both changed is chosen, side by side."""

from dataclasses import dataclass
from itertools import count
from typing import Any

GONE = object()  # what a key that a document does not have says
NUMBERED = (("id",), ("entry",))  # what the workbook itself gave a row: two that were added apart are two rows
# By the first of these that all items of a document's list have, they are told apart
KEYS = (*NUMBERED, ("project", "channel", "day"), ("project", "channel"), ("project",), ("key",))
SIGNED = ("by", "at")  # who wrote a row of a document last, and when


@dataclass(frozen=True)
class Both:
    """A field of one row that both changed. row : as it stands now, None where others took it away; field : its name,
    "" for the whole row; theirs, mine : what each made of it, None where they took it away.
    """

    row: dict | None
    field: str
    theirs: Any
    mine: Any


def merged(base, mine, theirs, *, key):
    """Return the rows of `theirs` with the changes that lead from `base` to `mine`; None where they collide.

    base, mine, theirs : lists of rows (dicts): as this page last knew them, as it has them now, as others saved them.
    key : names of what tells two rows apart. A changed row is one taken away and one added. The rows keep the order
    of `mine`, so that nothing moves under the hand that types; rows that others added come last.

    >>> base, mine = [{"n": 1, "v": 1}], [{"n": 1, "v": 1}, {"n": 2, "v": 5}]
    >>> merged(base, mine, [{"n": 1, "v": 3}], key=["n"])
    [{'n': 1, 'v': 3}, {'n': 2, 'v': 5}]
    >>> merged(base, [{"n": 1, "v": 2}], [{"n": 1, "v": 3}], key=["n"]) is None
    True
    """
    taken, added = changes(base, mine)
    rows = list(theirs)
    if any(_pop(rows, row) is None for row in taken):
        return None
    there = [[other.get(k) for k in key] for other in rows]
    if any([row.get(k) for k in key] in there for row in added):
        return None
    return _in_sight(rows, mine, added, _became(*changes(base, theirs), key=key))


def settled(base, mine, theirs, *, key, fits=lambda row: True):
    """Return (rows, both): `theirs` with all that can go in of what leads from `base` to `mine`, and what cannot.

    Rows are told apart by `key`, as in `merged`. Of a row that both changed, each field that only one of them changed
    is as they left it; a field that both made another is theirs in `rows`, and a Both.  fits(row) : whether a row put
    together so can be; where not, all that was changed here is to be chosen.

    >>> base, mine, theirs = ([{"n": 1, "v": v, "w": w}] for v, w in ((1, 1), (2, 5), (3, 1)))
    >>> rows, both = settled(base, mine, theirs, key=["n"])
    >>> rows, [(one.field, one.theirs, one.mine) for one in both]
    ([{'n': 1, 'v': 3, 'w': 5}], [('v', 3, 2)])
    """
    rows, both = list(theirs), []
    taken, added = changes(base, mine)
    my, their = (_became(*changes(base, other), key=key) for other in (mine, theirs))
    paired = [now for _was, now in my]
    for was in taken:
        now = next((now for before, now in my if before is was), None)
        other = next((there for before, there in their if same(before, was)), None)
        at = next((n for n, row in enumerate(rows) if same(row, other or was)), None)
        if at is None:  # others took it away
            both += [Both(None, "", None, now)] if now else []
        elif other is None:
            rows[at : at + 1] = [now] if now else []
        elif now is None:
            both.append(Both(other, "", other, None))
        else:
            rows[at], asked = _fields(was, now, other, fits)
            both += asked
    for row in added:
        there = next((n for n, o in enumerate(rows) if [o.get(k) for k in key] == [row.get(k) for k in key]), None)
        if any(row is one for one in paired):
            continue
        if there is None:
            rows.append(row)
        elif not same(rows[there], row):  # added apart under one key: one of them whole
            both.append(Both(rows[there], "", rows[there], row))
    return rows, both


def _fields(was, now, other, fits):
    """Return (row, both): one row with the fields of both, and those to choose."""
    changed = [f for f in {**was, **now} if not same({f: now.get(f)}, {f: was.get(f)})]
    asked = [f for f in changed if not same({f: other.get(f)}, {f: was.get(f)})]
    row = other | {f: now.get(f) for f in changed if f not in asked}
    if not fits(row):
        row, asked = other, changed
    asked = [f for f in asked if not same({f: other.get(f)}, {f: now.get(f)})]
    return row, [Both(row, f, other.get(f), now.get(f)) for f in asked]


@dataclass(frozen=True)
class Clash:
    """A field of a document that both changed, or a row that both added and that can be there only once.

    path : what leads to it: keys, in a list of rows the pairs (name, value) that tell the row apart.  theirs, mine :
    GONE if taken away.
    """

    path: tuple
    theirs: Any
    mine: Any


def settled_document(base, mine, theirs, path=()):
    """Return (document, clashes): what both made of it together; where both changed one field, theirs.

    base, mine, theirs : what JSON knows. Dicts are put together key by key. So are lists of rows (dicts) that one of
    KEYS tells apart; rows without such a key are put together as wholes. Any other list is one field. Of two rows that
    were added apart under one number, mine gets another number; under one name, it is a clash of the whole row. A row
    that both wrote in is signed by mine, the later.

    >>> settled_document({"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 3})
    ({'a': 2, 'b': 3}, [])
    >>> document, (clash,) = settled_document({"a": {"b": 1}}, {"a": {"b": 2}}, {"a": {"b": 3}})
    >>> document, clash
    ({'a': {'b': 3}}, Clash(path=('a', 'b'), theirs=3, mine=2))
    >>> settled_document([], [{"id": "a", "v": 5}], [{"id": "b", "v": 9}])
    ([{'id': 'b', 'v': 9}, {'id': 'a', 'v': 5}], [])
    """
    if mine in (base, theirs):
        return theirs, []
    if theirs == base:
        return mine, []
    if path[-1:] and path[-1] in SIGNED and isinstance(path[-2:][0], tuple):
        return mine, []
    if all(isinstance(side, list) and all(isinstance(one, dict) for one in side) for side in (mine, theirs)):
        return _settled_rows(base if isinstance(base, list) else [], mine, theirs, path)
    if not (isinstance(mine, dict) and isinstance(theirs, dict)):
        return theirs, [Clash(path, theirs, mine)]
    return _settled_keys(base if isinstance(base, dict) else {}, mine, theirs, path)


def _settled_keys(base, mine, theirs, path):
    """Return (dict, clashes) of two dicts, put together key by key; those of `theirs` come first."""
    out, clashes = {}, []
    for key in [*theirs, *(key for key in mine if key not in theirs)]:
        found, more = settled_document(*(side.get(key, GONE) for side in (base, mine, theirs)), (*path, key))
        out |= {} if found is GONE else {key: found}
        clashes += more
    return out, clashes


def _settled_rows(base, mine, theirs, path):
    """Return (rows, clashes) of two lists of rows that both changed."""
    names = _key_of(base, mine, theirs)
    if names is None:
        taken, added = changes(base, mine)
        return _without(theirs, taken) + added, []
    base, mine, theirs = ({_at(row, names): row for row in side} for side in (base, mine, theirs))
    if names in NUMBERED:
        mine = _numbered_anew(base, mine, theirs, names)
    apart = [at for at in mine if at in theirs and at not in base and mine[at] != theirs[at]]
    clashes = [Clash((*path, at), theirs[at], mine[at]) for at in apart]
    rows, more = _settled_keys(base, {at: row for at, row in mine.items() if at not in apart}, theirs, path)
    return list(rows.values()), clashes + more


def _numbered_anew(base, mine, theirs, names):
    """Return `mine` with another number for each row that others added another row under."""
    (name,), out, used = names, {}, {*base, *mine, *theirs}
    for at, row in mine.items():
        number = row[name]
        if at not in base and theirs.get(at, row) != row:
            more = (number + n if isinstance(number, int) else f"{number}-{n + 1}" for n in count(1))
            number = next(one for one in more if ((name, one),) not in used)
        used.add(((name, number),))
        out[((name, number),)] = row | {name: number}
    return out


def with_field(document, path, value):
    """Return the document with the field at the end of a clash's path so; GONE takes it away.

    >>> with_field({"projects": [{"project": "a", "label": "A"}]}, ("projects", (("project", "a"),), "label"), "B")
    {'projects': [{'project': 'a', 'label': 'B'}]}
    """
    if not path:
        return value
    if isinstance(document, list):
        names = [name for name, _value in path[0]]
        return list(with_field({_at(one, names): one for one in document}, path, value).values())
    changed = with_field(document.get(path[0], {}), path[1:], value)
    if changed is GONE:
        return {key: one for key, one in document.items() if key != path[0]}
    return document | {path[0]: changed}


def _at(row, names):
    return tuple((name, row.get(name)) for name in names)


def _key_of(*lists):
    """Return the first of KEYS that all rows of the lists have, if it tells them apart; else None."""
    for names in KEYS:
        if all(all(isinstance(row.get(name), str | int) for name in names) for rows in lists for row in rows):
            return names if all(len({_at(row, names) for row in rows}) == len(rows) for rows in lists) else None
    return None


def followed(rows, bases, now):
    """Return the bases of the rows `now`, which one edit made of `rows`: what is new has none.

    >>> followed(["a", "b", "c"], [1, 2, 3], ["a", "c"]), followed(["a", "b"], [1, 2], ["a", "x", "y"])
    ([1, 3], [1, 2, None])
    """
    shorter = min(len(rows), len(now))
    head = next((n for n in range(shorter) if rows[n] != now[n]), shorter)
    tail = next((n for n in range(shorter - head) if rows[-1 - n] != now[-1 - n]), shorter - head)
    middle = len(now) - head - tail
    stay = bases[head : len(bases) - tail][:middle]
    return [*bases[:head], *stay, *[None] * (middle - len(stay)), *bases[len(bases) - tail :]]


def in_sight(stored, unfinished):
    """Return (rows, bases): the stored rows, each unfinished one in the place of its base, new ones last."""
    rows, bases, left = [], list(stored), list(unfinished)
    for base in stored:
        at = next((n for n, (_row, other) in enumerate(left) if other is not None and same(base, other)), None)
        rows.append(base if at is None else left.pop(at)[0])
    return rows + [row for row, _base in left], bases + [None] * len(left)


def _in_sight(rows, mine, added, became):
    """Return `rows` and `added` in the order of `mine`; became : pairs (row as it was, as others left it)."""
    rows, added, became, out = list(rows), list(added), list(became), []
    for row in mine:
        if _pop(added, row) is not None:
            out.append(row)
            continue
        now = _pop(rows, row)
        if now is None:  # others changed it, or took it away
            at = next((n for n, (was, _now) in enumerate(became) if same(was, row)), None)
            now = _pop(rows, became.pop(at)[1]) if at is not None else None
        if now is not None:
            out.append(now)
    return out + rows


def _became(taken, added, *, key):
    """Return pairs (row taken away, row that stands for it now): the same key, else most fields alike.

    >>> _became([{"n": 1, "v": 1, "w": 2}], [{"n": 7, "v": 9, "w": 9}, {"n": 8, "v": 1, "w": 2}], key=["n"])
    [({'n': 1, 'v': 1, 'w': 2}, {'n': 8, 'v': 1, 'w': 2})]
    """
    pairs, left = [], list(added)
    for row in sorted(taken, key=lambda row: not any(_alike(row, other, key) == len(key) for other in added)):
        likeness = [(_alike(row, o, key) == len(key), _alike(row, o, row)) for o in left]
        best = max(likeness, default=(False, 0))
        if best[0] or 2 * best[1] > len(row):
            pairs.append((row, left.pop(likeness.index(best))))
    return pairs


def _alike(one, other, fields):
    one, other = _plain(one), _plain(other)
    return sum(one.get(field) == other.get(field) for field in fields)


def _pop(rows, row):
    """Take the row that says the same out of `rows` and return it; None where there is none."""
    at = next((n for n, other in enumerate(rows) if same(other, row)), None)
    return None if at is None else rows.pop(at)


def changes(base, mine):
    """Return (rows of `base` that `mine` has no more, rows that `mine` has anew)."""
    return _without(base, mine), _without(mine, base)


def same(one, other):
    """Return whether two rows say the same; an empty text is as good as nothing."""
    return _plain(one) == _plain(other)


def equal(some, others):
    """Return whether two lists hold the same rows, in whatever order."""
    return changes(some, others) == ([], [])


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
