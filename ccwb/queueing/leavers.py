"""Agents who go while they still handle a contact: they take it out of the centre's chain, and may come back with it.

Where agents fall, idle ones go first; what the others hold leaves the line's world with them and ends by itself. Only
the number of those contacts is kept, as a distribution, taken as independent of who is in the centre. Where agents rise
again, those come first who have not finished.
"""

import numpy as np

_RARE = 1e-10  # chance of the greatest numbers, together, that is left out


def changed(state, gone, earlier, now):
    """What a new number of agents makes of the chances: (of those in the centre, of those gone, of those who return).

    state : chances of each number in the centre; gone : of each number of contacts with agents who have left; both day
    x number.  earlier, now : the stretches before and from then on.
    """
    rise, days = np.maximum(now.slots - earlier.slots, 0).astype(int), range(len(state))
    back = _trimmed(_rows([_at_most(gone[day], rise[day]) for day in days]))
    rest = [gone[day, rise[day] :] if rise[day] < gone.shape[1] else np.ones(1) for day in days]
    rest = [np.append(1 - part[1:].sum(), part[1:]) for part in rest]
    stay, most = _staying(state.shape[1], earlier, now), len(now.pace) - 1
    leave = np.arange(state.shape[1]) - stay
    fewest = leave.max() + 2 if most > 1 else leave.max() + 1
    new = [_spread(leave[day], state[day], int(fewest)) for day in days]
    left = [_spread(stay[day], state[day], state.shape[1] + 1) for day in days]
    state = _rows([np.convolve(left[day], back[day]) for day in days])
    return state, _trimmed(_rows([np.convolve(rest[day], new[day]) for day in days])), back


def _at_most(chances, most):
    """Chances of the lesser of a number and `most`."""
    if most >= len(chances) - 1:
        return chances
    return np.append(chances[:most], chances[most:].sum())


def _staying(size, earlier, now):
    """Contacts that stay of 0, 1, .. in the centre, day x number: all, but for those held by busy agents who go.

    Nobody leaves the line. Where agents hold several at once (alike), those who go take their part of all.
    """
    j, most = np.arange(size, dtype=float), len(now.pace) - 1
    before, after = earlier.slots[:, None], np.minimum(now.slots, earlier.slots)[:, None]
    agents = before / most  # slots, in agents
    part = np.divide(after, before, out=np.ones(before.shape), where=before > 0)
    in_hand = np.where(j <= agents, np.minimum(j, after / most), j * part)
    return np.where(j >= before, j - before + after, in_hand)


def _spread(places, chances, size):
    """Chances of numbers: each of the chances goes to its place, one between two numbers in part to both."""
    low = np.floor(places + 1e-9).astype(int)
    part = np.maximum(places - low, 0)
    return np.bincount(low, chances * (1 - part), size) + np.bincount(low + 1, chances * part, size + 1)[:size]


def _rows(parts):
    out = np.zeros((len(parts), max(len(part) for part in parts)))
    for row, part in zip(out, parts, strict=True):
        row[: len(part)] = part
    return out


def _trimmed(chances):
    """Without the greatest numbers that are next to impossible; their chance goes to 0."""
    tail = np.cumsum(chances[:, ::-1], axis=1)[:, ::-1].max(axis=0)
    kept = chances[:, : max(int((tail > _RARE).sum()), 1)].copy()
    kept[:, 0] = 1 - kept[:, 1:].sum(axis=1)
    return kept


def finished(gone, now):
    """(Chances of each number of contacts with agents who have left at the end of a stretch, slots used, there).

    Each contact ends by itself. used, there : slots x seconds in the stretch. Who holds several at once is taken to go
    with hands full, which empty one by one.
    """
    held = np.arange(1, len(now.pace))
    each_s = now.aht_s * (held / now.pace[1:]).mean()
    still = np.exp(-now.length_s / each_s)
    used = gone @ np.arange(gone.shape[1]) * each_s * (1 - still)
    spent = used, used * len(held) * (1 / now.pace[1:]).sum() / (held / now.pace[1:]).sum()
    size = gone.shape[1]
    if size == 1:
        return gone, spent
    # generating function at the roots of one: of the thinned number at z it is that of the number at 1 - q + q z
    z = 1 - still[:, None] * (1 - np.exp(-2j * np.pi * np.arange(size) / size))
    told = np.zeros(z.shape, dtype=complex)
    for number in reversed(range(size)):
        told = told * z + gone[:, number, None]
    return _trimmed(np.maximum(np.fft.ifft(told, axis=1).real, 0)), spent


def before_them(later, earlier, now, back):
    """What becomes of a place in line just before agents change, from what becomes of it just after.

    later : arrays day x contacts ahead; back : chances of the number of contacts that return ahead of the line.
    """
    size = later[0].shape[1]
    fall = np.maximum(earlier.slots - now.slots, 0).astype(int)
    ahead, out = np.maximum(np.arange(size) - fall[:, None], 0), [0.0, 0.0]
    for number in range(back.shape[1]):
        at = np.minimum(ahead + number, size - 1)
        for k in (0, 1):
            out[k] = out[k] + back[:, number, None] * np.take_along_axis(later[k], at, axis=1)
    return tuple(out)
