"""The colours of outcomes can be read by everybody (WCAG 2.2, level AA)."""

import re
from collections import defaultdict
from pathlib import Path
from unittest import TestCase

from ...telemetry.events import OUTCOMES

FOLDER = Path(__file__).parents[2] / "static" / "src" / "outcomes"
COLOR = re.compile(r"--reliability-(\w+)-(solid|ink|tint): (#[0-9a-f]{6});")
PAGES = {"outcomes.scss": "#ffffff", "outcomes.dark.scss": "#1b1d26"}
"""File → the background of a page in its colour scheme."""
TEXT, GRAPHICS = 4.5, 3.0
"""The lowest contrasts: of text (1.4.3), and of parts of graphics (1.4.11)."""
WEIGHTS = (0.2126, 0.7152, 0.0722)
"""Of red, green and blue in the luminance of a colour."""


def luminance(color):
    channels = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    ]
    return sum(part * share for part, share in zip(linear, WEIGHTS, strict=True))


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


class TestPalette(TestCase):
    def palettes(self):
        for name, page in PAGES.items():
            colors = defaultdict(dict)
            for outcome, part, color in COLOR.findall((FOLDER / name).read_text()):
                colors[outcome][part] = color
            yield name, page, colors

    def test_each_outcome_has_colours_in_each_scheme(self):
        for name, _page, colors in self.palettes():
            self.assertEqual(colors.keys(), {*OUTCOMES, "slow"}, name)

    def test_words_are_legible_on_their_badges(self):
        for name, _page, colors in self.palettes():
            for outcome, color in colors.items():
                found = contrast(color["ink"], color["tint"])
                self.assertGreaterEqual(found, TEXT, (name, outcome))

    def test_bars_and_lines_are_visible_on_the_page(self):
        for name, page, colors in self.palettes():
            for outcome, color in colors.items():
                found = contrast(color["solid"], page)
                self.assertGreaterEqual(found, GRAPHICS, (name, outcome))

    def test_no_two_outcomes_have_the_same_colour(self):
        for name, _page, colors in self.palettes():
            solids = [color["solid"] for color in colors.values()]
            self.assertEqual(len(set(solids)), len(solids), name)
