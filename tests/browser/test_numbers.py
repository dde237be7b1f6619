"""What a person types as a number is read alike by the browser and by what reads a pasted block."""

from pathlib import Path

import pytest

from ccwb.messages import LANGUAGES
from ccwb.ui import text, widgets

COMMON = Path(widgets.STATIC, "common.js").read_text(encoding="utf-8")
TYPED = (
    *("0", "7", "-3", "+4", "−2", "1.5", "1,5", "0,25", ".5", "1.234", "1,234", "12.345", "12,345", "0.125", "0,125"),
    *("1.234,5", "1,234.5", "1.234.567", "1,234,567", "1 234", "1e3", "12 %", "۱۲٫۵", "۱٬۲۳۴", "1234.5678"),
    *("abc", "1.2.3", "1,2,3", "--1", "1-2", ".", "-"),
)


@pytest.fixture(scope="module")
def reads(browser):
    page = browser.new_page()
    yield lambda said, language: page.evaluate(
        "([code, said, language]) => { const n = new Function(code + '; return parseNumber')()(said, language);"
        " return Number.isNaN(n) ? 'no number' : n; }",
        [COMMON, said, language],
    )
    page.close()


def read(said, language):
    text.use(language)
    try:
        return text.read_number(said)
    except ValueError:
        return "no number"
    finally:
        text.use("en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("said", TYPED)
def test_a_typed_number_means_what_the_same_number_pasted_means(reads, said, language):
    assert reads(said, language) == read(said, language)


def test_a_decimal_point_stays_one_where_the_language_has_a_decimal_comma(reads):
    assert (reads("1.5", "de"), reads("1,5", "de"), reads("1.500", "de"), reads("1.500", "en")) == (1.5, 1.5, 1500, 1.5)
