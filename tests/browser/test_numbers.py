"""What a person types as a number is read alike by the browser and by what reads a pasted block."""

from pathlib import Path

import pytest

from ccwb.messages import LANGUAGES, Catalogue
from ccwb.ui import base, text

COMMON = Path(base.STATIC, "common.js").read_text(encoding="utf-8")
TYPED = (
    *("0", "7", "-3", "+4", "−2", "1.5", "1,5", "0,25", ".5", "1.234", "1,234", "12.345", "12,345", "0.125", "0,125"),
    *("74%", "۷۴٪", "٪۷۴", "۷۴/۵", "74/5", "1/2/3", "1'234"),
    *("1.234,5", "1,234.5", "1.234.567", "1,234,567", "1 234", "1e3", "12 %", "۱۲٫۵", "۱٬۲۳۴", "1234.5678"),
    *("abc", "1.2.3", "1,2,3", "--1", "1-2", ".", "-"),
)


@pytest.fixture(scope="module")
def reads(browser):
    page = browser.new_page()
    yield lambda said, language, unit="": page.evaluate(
        "([code, said, language, unit]) => {"
        " const n = new Function(code + '; return parseNumber')()(said, language, unit);"
        " return Number.isNaN(n) ? 'no number' : n; }",
        [COMMON, said, language, unit],
    )
    page.close()


def read(said, language, unit=""):
    text.use(language)
    try:
        return text.read_number(said, unit)
    except ValueError:
        return "no number"
    finally:
        text.use("en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("said", TYPED)
def test_a_typed_number_means_what_the_same_number_pasted_means(reads, said, language):
    assert reads(said, language) == read(said, language)


UNITS = [
    *((said, "EUR") for said in ("30.000 €", "30.000 EUR", "€30", "EUR 30", "30 $", "30 s", "1:30", "eur")),
    *((f"30 {name}", unit) for _many, names in text.TIMES for name in names for unit in ("s", "minutes", "ساعت", "")),
    *((f"30 {sign}", currency.upper()) for currency, sign in text.CURRENCIES.items()),
    *((said, "s") for said in ("3:15", "3:75", "1:02:03", "28 sek.", "2.", "s", "۳:۱۵", "۲۸ ثانیه")),
    *(
        (said, "s")
        for said in ("3:15 min", "۳:۱۵ دقیقه", "3:15 h", "1 h 7 min", "2 jam 5 mnt", "۲ ساعت و ۵ دقیقه", "1 h 7")
    ),
    *((said, "%") for said in ("± 2.0", "±0", "±2,5", "± ۲")),
    *((said, "h a week") for said in ("40 h a week", "40 h", "40")),
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_with_its_unit_means_the_same_typed_and_pasted(reads, language):
    apart = [(said, unit) for said, unit in UNITS if reads(said, language, unit) != read(said, language, unit)]
    assert apart == []


def test_a_number_stands_with_its_fields_own_unit_and_with_no_other(reads):
    assert (reads("30.000 €", "de", "EUR"), reads("30 $", "de", "EUR")) == (30000, "no number")
    assert (reads("2 min", "en", "s"), reads("2 min", "en", "EUR"), reads("28 s", "en", "")) == (
        120,
        *["no number"] * 2,
    )
    assert (reads("۷۴٪", "fa"), reads("۷۴/۵", "fa"), reads("74/5", "en")) == (74, 74.5, "no number")


def test_a_decimal_point_stays_one_where_the_language_has_a_decimal_comma(reads):
    assert (reads("1.5", "de"), reads("1,5", "de"), reads("1.500", "de"), reads("1.500", "en")) == (1.5, 1.5, 1500, 1.5)


@pytest.mark.parametrize("language", ["en", "fa"])
def test_a_half_is_rounded_alike_in_a_field_and_in_a_sentence(browser, language):
    page, say = browser.new_page(), Catalogue(language)
    halves = [12.5, 13.5, 30000.5, 28.5, 72.5, 0.5, 2.5]
    code = "([code, n, l]) => n.map((one) => new Function(code + '; return formatNumber')()(one, l, 0))"
    assert page.evaluate(code, [COMMON, halves, language]) == [say.number(half) for half in halves]
    page.close()
