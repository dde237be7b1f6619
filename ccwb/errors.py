"""The one error that a user can cause."""

from functools import partial


class PlanError(Exception):
    """Something in the user's data or wishes that cannot be done, said in words that help.

    A message says what, where, what was found and what to do. It is written as a template with named places, so that
    the page can show it in the reader's language: `message` is the English template, `values` fill its places.

    >>> str(PlanError("The {table} table has no rows. Import a history first.", table="history"))
    'The history table has no rows. Import a history first.'
    """

    def __init__(self, message, **values):
        super().__init__(message, values)
        self.message = message
        self.values = values

    def __str__(self):
        return (
            self.message.format(**{name: _plain(v) for name, v in self.values.items()}) if self.values else self.message
        )

    def __reduce__(self):  # another process hands it back whole
        return partial(type(self), self.message, **self.values), ()


def _plain(value):
    """Return a value as English text: reasons one after the other, other lists with commas."""
    if not isinstance(value, (list, tuple)):
        return value
    return (" " if any(hasattr(one, "message") for one in value) else ", ").join(map(str, value))
