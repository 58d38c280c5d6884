"""A picture must be legible on any page: its color, width, ids and alternative text."""

import re
import xml.etree.ElementTree as ET

import pytest

from embedlab.pictures import INK, PALETTE, listing, new_figure, number, picture, quantity


def simple(alt: str = "A line from 0 to 1"):
    with new_figure(4.8, 3.6) as figure:
        axes = figure.add_subplot()
        axes.plot([0, 1], [0, 1], color=PALETTE[0])
        axes.set_title("Title")
        return picture(figure, alt)


def relative_luminance(color: str) -> float:
    """WCAG 2.2, relative luminance of an sRGB color."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    bright, dark = sorted((relative_luminance(first), relative_luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_svg_is_well_formed_and_says_what_it_shows():
    shown = simple()
    root = ET.fromstring(shown.svg)
    assert root.attrib["aria-label"] == shown.alt
    assert root.attrib["role"] == "img"
    assert "viewBox" in root.attrib


def test_width_follows_the_page_and_never_exceeds_the_design():
    root = ET.fromstring(simple().svg)
    assert "width" not in root.attrib
    assert "height" not in root.attrib
    assert root.attrib["style"] == "width:100%;max-width:480px;height:auto"


def test_text_takes_the_color_of_the_page():
    svg = simple().svg
    assert "currentColor" in svg
    assert INK not in svg
    # Matplotlib's default black would vanish in dark mode.
    assert not re.search(r"(fill|stroke): ?(#000000|black)", svg)


def test_negative_control_a_plain_matplotlib_figure_is_black():
    from matplotlib.figure import Figure

    figure = Figure()
    figure.add_subplot().set_title("Title")
    assert "currentColor" not in picture(figure, "An empty chart").svg


def test_ids_of_two_pictures_on_a_page_are_distinct():
    first, second = (set(re.findall(r'\bid="([^"]+)"', simple(alt).svg)) for alt in ("One", "Two"))
    assert first
    assert not first & second


def test_every_reference_leads_to_an_id():
    svg = simple().svg
    ids = set(re.findall(r'\bid="([^"]+)"', svg))
    referred = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', svg))
    assert referred
    assert referred <= ids


def test_two_builds_give_the_same_bytes():
    assert simple().svg == simple().svg


def test_alt_text_is_escaped():
    shown = simple('cos < 1 & "unit"')
    assert ET.fromstring(shown.svg).attrib["aria-label"] == 'cos < 1 & "unit"'


def test_empty_alt_is_refused():
    with pytest.raises(ValueError, match="alt must say what the figure shows"):
        simple("  ")


@pytest.mark.parametrize("background", ["#ffffff", "#121212"])
@pytest.mark.parametrize("color", PALETTE)
def test_palette_has_the_contrast_that_graphics_need(color, background):
    # WCAG 2.2, success criterion 1.4.11: 3:1. The theme's two page colors.
    assert contrast(color, background) >= 3.0


def test_negative_control_contrast_rejects_pale_yellow():
    assert contrast("#F0E442", "#ffffff") < 3.0


@pytest.mark.parametrize(
    ("value", "text"), [(1.0, "1"), (0.5, "0.5"), (-0.0001, "0"), (2 / 3, "0.667")]
)
def test_number(value, text):
    assert number(value) == text


def test_quantity_groups_thousands():
    assert quantity(1234567.0) == "1,234,567"
    assert quantity(12.5) == "12.5"


def test_listing():
    assert listing(["a"]) == "a"
    assert listing(["a", "b", "c"]) == "a, b and c"
