import { onMounted, useComponent, useExternalListener } from "@odoo/owl";
import { router } from "@web/core/browser/router";
import { useDebounced } from "@web/core/utils/timing";

const KEY = "reliability_cockpit"; // in the state of a history entry, not in its address
const SCROLL_DELAY = 200;

/** What identifies a control, although the numbers of the page may have changed. */
function identify(element, root) {
    const { tagName } = element;
    const label = labelOf(element);
    return { tagName, label, position: controls(root, tagName, label).indexOf(element) };
}

function labelOf(element) {
    return element.getAttribute("aria-label") || element.textContent.trim();
}

function controls(root, tagName, label) {
    return [...root.querySelectorAll(tagName)].filter((other) => labelOf(other) === label);
}

/**
 * Keeps what the user has chosen, the scroll position and the focus of a page in its entry of the
 * browser's history, and in the state for the breadcrumbs: "Back" shows the page as it was left.
 *
 * @param {{ el: HTMLElement | null }} rootRef
 * @param {() => object} getChoices what is to be kept besides
 * @returns {{ choices: object, restore: () => void, state: () => object }} what was kept;
 *  `restore` scrolls again when more of the page is there; `state` is for the breadcrumbs
 */
export function useRemembered(rootRef, getChoices) {
    const component = useComponent();
    router.hideKeyFromUrl(KEY);
    const { choices = {}, position = null } =
        component.props.state?.cockpit || router.current[KEY] || {};
    let pending = position; // until the user scrolls

    const scroller = () =>
        component.env.isSmall ? rootRef.el : rootRef.el?.querySelector(".o_content");

    function state() {
        const focused = document.activeElement;
        const isInside = rootRef.el?.contains(focused) && focused !== rootRef.el;
        return {
            choices: getChoices(),
            position: {
                top: scroller()?.scrollTop || 0,
                focused: isInside ? identify(focused, rootRef.el) : null,
            },
        };
    }

    function remember() {
        if (rootRef.el) {
            component.props.updateActionState?.({ [KEY]: state() });
        }
    }

    function restore() {
        if (!pending || !rootRef.el) {
            return;
        }
        const { top, focused } = pending;
        if (focused && document.activeElement === document.body) {
            const { tagName, label, position: index } = focused;
            controls(rootRef.el, tagName, label)[index]?.focus({ preventScroll: true });
        }
        scroller().scrollTop = top;
    }

    const rememberSoon = useDebounced(remember, SCROLL_DELAY);
    // Before the click opens another page, whose history entry follows.
    useExternalListener(window, "click", remember, { capture: true });
    useExternalListener(window, "scroll", rememberSoon, { capture: true, passive: true });
    for (const event of ["wheel", "touchmove", "keydown", "pointerdown"]) {
        useExternalListener(window, event, () => (pending = null), {
            capture: true,
            passive: true,
        });
    }
    onMounted(restore);
    return { choices, restore, state };
}
