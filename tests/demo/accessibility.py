"""Accessibility of a page: names, contrast, touch targets and width."""

import json

from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

CONTROLS = {
    *("button", "checkbox", "combobox", "link", "listbox", "menuitem", "radio"),
    *("searchbox", "slider", "spinbutton", "switch", "tab", "textbox"),
}
IMAGES = {"image", "img"}

# A button whose ::after covers its card has a larger target than its own box.
_SMALL_TARGETS = """
(root, least) => [...root.querySelectorAll("a[href], button, input, select, textarea")]
    .filter((control) =>
        control.checkVisibility({ visibilityProperty: true }) && !control.disabled)
    .map((control) => [control, control.getBoundingClientRect()])
    .filter(([control, box]) => box.width && !(
        getComputedStyle(control, "::after").position === "absolute" &&
        getComputedStyle(control, "::after").content !== "none"
    ))
    .filter(([, box]) => box.width < least - 0.5 || box.height < least - 0.5)
    .map(([control, box]) =>
        `${control.innerText || control.ariaLabel || control.className}: ` +
        `${Math.round(box.width)} x ${Math.round(box.height)}`)
"""

# Transparent backgrounds are blended down to the first opaque one. Large text, as WCAG
# defines it, needs less contrast.
_LOW_CONTRAST = """
(root) => {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d");
    const rgba = (color) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
        return [r, g, b, a / 255];
    };
    const over = ([r, g, b, a], below) =>
        [r, g, b].map((value, n) => value * a + below[n] * (1 - a));
    const backgroundOf = (element) => {
        if (!element) {
            return [255, 255, 255];
        }
        const color = rgba(getComputedStyle(element).backgroundColor);
        return color[3] === 1
            ? color.slice(0, 3)
            : over(color, backgroundOf(element.parentElement));
    };
    const luminance = (color) => {
        const [r, g, b] = color
            .map((value) => value / 255)
            .map((value) =>
                value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (one, other) => {
        const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
        return (light + 0.05) / (dark + 0.05);
    };
    const found = [];
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const element = texts.currentNode.parentElement;
        const text = texts.currentNode.data.trim();
        const isShown = element.checkVisibility({ visibilityProperty: true });
        const isExempt = element.closest(":disabled, option, .visually-hidden");
        if (!text || !isShown || isExempt) {
            continue;
        }
        const style = getComputedStyle(element);
        const background = backgroundOf(element);
        const ratio = contrast(over(rgba(style.color), background), background);
        const size = parseFloat(style.fontSize);
        const isLarge = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
        if (ratio < (isLarge ? 3 : 4.5)) {
            found.push(`${text.slice(0, 40)}: ${ratio.toFixed(2)}, ${style.color}`);
        }
    }
    return [...new Set(found)];
}
"""


def unnamed_elements(page, inside):
    """Return the controls and images without a name for screen readers.

    :param inside: a selector of one element
    """
    session = page.context.new_cdp_session(page)
    expression = f"document.querySelector({json.dumps(inside)})"
    root = session.send("Runtime.evaluate", {"expression": expression})["result"]
    tree = session.send("Accessibility.queryAXTree", {"objectId": root["objectId"]})
    return [
        node
        for node in tree["nodes"]
        if not node["ignored"]
        and node["role"]["value"] in CONTROLS | IMAGES
        and not node.get("name", {}).get("value", "").strip()
    ]


def small_targets(page, inside, least=44):
    """Return controls that are narrower or lower than a number of pixels."""
    return page.locator(inside).evaluate(_SMALL_TARGETS, least)


def low_contrast_texts(page, inside):
    """Return the texts whose contrast is below WCAG's level AA.

    :param inside: a selector of elements
    """
    elements = page.locator(inside).all()
    found = [element.evaluate(_LOW_CONTRAST) for element in elements]
    return sorted({text for texts in found for text in texts})


def is_wider_than_screen(page):
    """Whether the page scrolls horizontally, also once its charts are drawn."""
    try:
        page.wait_for_function(
            "[document.documentElement, ...document.querySelectorAll('.o_content')]"
            ".every((element) => element.scrollWidth <= element.clientWidth + 1)",
            timeout=5_000,
        )
    except PlaywrightTimeoutError:
        return True
    return False
