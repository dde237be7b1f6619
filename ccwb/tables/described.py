"""docs/tables.md, built from the tables."""

from ccwb.tables.known import TABLES


def as_markdown():
    """Return docs/tables.md: every table with its columns, as TABLES has them."""
    lines = [
        "# Tables",
        "",
        "Built from `ccwb.tables.TABLES`; a test holds it in step. Whatever flows from stage to stage is one of these",
        "tables; `ccwb.tables.check(table, name)` holds them at every door. Durations are seconds, shares fractions",
        "0..1; times inside a workbook carry the project's zone. A column with 'yes' is there and filled in every row;",
        "the others may be missing, as a whole or in a row. `>=` is the least value allowed.",
    ]
    for name, table in TABLES.items():
        key = ", ".join(f"`{column}`" for column in table.key)
        lines += ["", f"## {name}", "", f"{table.meaning} A row is named by {key}.", ""]
        lines += ["| column | kind | unit | required | meaning |", "|---|---|---|---|---|"]
        lines += [_markdown_row(column) for column in table.columns]
    return "\n".join(lines) + "\n"


def _markdown_row(column):
    least = "" if column.minimum is None else f" >= {column.minimum:g}"
    least += "" if column.maximum is None else f", <= {column.maximum:,.0f}"
    meaning = column.meaning.replace("|", "\\|")
    return (
        f"| `{column.name}` | {column.kind}{least} | {column.unit} | {'yes' if column.required else ''} | {meaning} |"
    )
