"""What a page is to who cannot see it well, or touches it with a thumb."""

import json

CONTROLS = {
    *("button", "checkbox", "combobox", "link", "listbox", "menuitem", "radio"),
    *("searchbox", "slider", "spinbutton", "switch", "tab", "textbox"),
}
PICTURES = {"image", "img"}

# The box that answers to a click is larger than its button where the latter covers its
# card.
_SMALL = """
(root, least) => [...root.querySelectorAll("a[href], button, input, select, textarea")]
    .filter((of) => of.checkVisibility({ visibilityProperty: true }) && !of.disabled)
    .map((of) => [of, of.getBoundingClientRect()])
    .filter(([of, box]) => box.width && !(
        getComputedStyle(of, "::after").position === "absolute" &&
        getComputedStyle(of, "::after").content !== "none"
    ))
    .filter(([, box]) => box.width < least - 0.5 || box.height < least - 0.5)
    .map(([of, box]) =>
        `${of.innerText || of.ariaLabel || of.className}: ` +
        `${Math.round(box.width)} x ${Math.round(box.height)}`)
"""

# Backgrounds are laid over each other down to the first that hides what is below. Large
# text, as WCAG defines it, needs less contrast.
_FAINT = """
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


def nameless(page, inside):
    """Return the controls and pictures that Chromium tells screen readers no name of.

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
        and node["role"]["value"] in CONTROLS | PICTURES
        and not node.get("name", {}).get("value", "").strip()
    ]


def small_targets(page, inside, least=44):
    """Return what is to be touched and smaller than so many pixels."""
    return page.locator(inside).evaluate(_SMALL, least)


def faint_texts(page, inside):
    """Return the texts whose contrast is below WCAG's level AA.

    :param inside: a selector of elements
    """
    found = [of.evaluate(_FAINT) for of in page.locator(inside).all()]
    return sorted({text for texts in found for text in texts})


def is_wider_than_screen(page):
    """Say whether somebody has to scroll sideways to read it."""
    return page.evaluate(
        "[document.documentElement, ...document.querySelectorAll('.o_content')]"
        ".some((of) => of.scrollWidth > of.clientWidth + 1)"
    )
