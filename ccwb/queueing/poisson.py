"""What the queueing formulas are made of: Poisson probabilities and incomplete gamma functions, over whole arrays.

Everything here takes float arrays of one shape, already checked, and neither overflows nor loops over agents.
"""

import numpy as np
from scipy.special import gammainc, gammaincc, gammaln, psi

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(36)
_NODES, _WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2  # moved from [-1, 1] to [0, 1]
_FADED = 42.0  # exp(-42) is 6e-19: what lies beyond adds nothing to a double


def probability(k, mean):
    """Poisson probability of `k`, any real k >= 0 and mean > 0: mean^k exp(-mean) / Gamma(k + 1); 0 where too small.

    The large terms are cancelled on paper first (Loader 2000, saddle-point form), so that k = 300,000 keeps 11 digits.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        away = (mean - k) / k
        log_large = -k * (away - np.log1p(away)) - 0.5 * np.log(2 * np.pi * k) - _stirling_rest(k)
        log_small = k * np.log(mean) - mean - gammaln(k + 1)
        return np.exp(np.where(k > 16, log_large, log_small))


def _stirling_rest(k):
    """log Gamma(k + 1) less Stirling's formula, for k > 16."""
    inverse = 1 / (k * k)
    return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - inverse / 1188) * inverse) * inverse) * inverse) / k


def blocking(load, lines):
    """Erlang B for load > 0 and whole lines >= 0, neither underflowing nor looping over lines.

    Through Poisson probability over Poisson sum; where the load is far above the lines both vanish and the continued
    fraction of the upper incomplete gamma function (DLMF 8.9.2) takes over.
    """
    flooded = load > lines + 3 * np.sqrt(lines) + 3
    if not flooded.any():
        return probability(lines, load) / gammaincc(lines + 1, load)
    out = np.empty(load.shape)
    out[flooded] = _blocking_flooded(load[flooded], lines[flooded])
    calm = ~flooded
    out[calm] = probability(lines[calm], load[calm]) / gammaincc(lines[calm] + 1, load[calm])
    return out


def _blocking_flooded(load, lines):
    rest = np.zeros(load.shape)
    spare = load - lines
    for k in range(40, 0, -1):
        rest = k * np.maximum(lines + 1 - k, 0) / (spare + 2 * k + rest)
    return (spare + rest) / load


def fraction(spare, x):
    """The rest R in f(s, x) = 1 / (spare + R), spare = s - x above 2 sqrt(s), or x < s / 100 (see `erlang._weights`).

    x / (spare+1 + 2x / (spare+2 + 3x / ...)): every term is positive, so nothing cancels. (The continued fraction of
    the lower incomplete gamma function; Gautschi 1979.)
    """
    rest = np.zeros(x.shape)
    for k in range(64, 0, -1):
        rest = k * x / (spare + k + rest)
    return rest


def between(k, low, high):
    """(P(k, low < Gamma < high), P(k, Gamma < high)): gamma probabilities without loss where they are close to 1."""
    upper = high > k
    lower = ~upper
    below_high, inside = np.empty(high.shape), np.empty(high.shape)
    if upper.any():
        above = gammaincc(k[upper], high[upper])
        below_high[upper] = 1 - above
        inside[upper] = gammaincc(k[upper], low[upper]) - above
    if lower.any():
        below_high[lower] = gammainc(k[lower], high[lower])
        inside[lower] = below_high[lower] - gammainc(k[lower], low[lower])
    return inside, below_high


def wait_moment(s, x, scale):
    """scale * x * integral over u > 0 of u exp(-(s+1) u + x (1 - exp(-u))), for `scale` the Poisson probability or 1.

    Where x > s + 1, `scale` must be probability(s, x): then the integral over all u is known and only its small lower
    part is added by quadrature. Gauss-Legendre on the stretch where the integrand is above exp(-42) of its height.
    """
    over = x > s + 1
    slope = np.abs(s + 1 - x)
    reach = np.where(over, _reach_over(slope, x), _reach_under(slope, x))
    parts = [_moment(over[i:j], slope[i:j], reach[i:j], x[i:j]) for i, j in _pieces(len(x))]
    total = np.concatenate(parts) if parts else np.zeros(x.shape)
    small = scale * x * reach * reach * total
    rest = np.log(np.where(over, x / (s + 1), 1.0)) + _log_less_psi(s + 1)
    return small + np.where(over, rest, 0.0)


def _pieces(length, size=128):
    """Ends of pieces small enough that a piece times the quadrature's points stays in the processor's cache."""
    return [(start, start + size) for start in range(0, length, size)]


def _moment(over, slope, reach, x):
    """Integral of z exp(-slope w - x bend(w)), w = reach z, over z in [0, 1]."""
    w = _NODES[:, None] * reach
    signed = np.where(over, w, -w)
    return (_WEIGHTS * _NODES) @ np.exp(-slope * w - x * (np.expm1(signed) - signed))


def _log_less_psi(z):
    """log z less the digamma function of z, without loss where they are close."""
    inverse = 1 / (z * z)
    large = (0.5 + (1 / 12 - (1 / 120 - (1 / 252 - inverse / 240) * inverse) * inverse) / z) / z
    return np.where(z > 20, large, np.log(z) - psi(z))


def _reach_over(slope, x):
    """Where slope w + x (e^w - 1 - w) has passed 42: a bound from the parabola, one from the exponential."""
    parabola = 2 * _FADED / (slope + np.sqrt(slope * slope + 2 * _FADED * x))
    with np.errstate(divide="ignore", over="ignore"):  # where x vanishes the parabola's bound is the one
        return np.minimum(parabola, np.log(3 + 2 * _FADED / x))


def _reach_under(slope, x):
    """Where slope w + x (e^-w - 1 + w) has passed 42, from e^-w - 1 + w >= w^2 / (2 + w)."""
    half = slope - _FADED / 2
    root = np.sqrt(half * half + 2 * _FADED * (slope + x))
    return np.where(half > 0, 2 * _FADED / (root + np.maximum(half, 0)), (root - half) / (slope + x))
