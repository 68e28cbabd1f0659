import { onWillDestroy, reactive } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

/**
 * @typedef {object} Summary what of all that is the user's needs him
 * @property {string} state
 * @property {number} count
 * @property {string} text
 */

/** One for the tab, so that what one part of the screen was told, no other asks for. */
export const summaryService = {
    start() {
        return reactive({
            /** @type {Summary | null} */
            summary: null,
            /** @type {import("./cockpit_model").Problem | null} */
            problem: null, // why there is none newer
            teller: null, // the page that keeps it up to date, if one is open
        });
    },
};

registry.category("services").add("reliability_dashboard.summary", summaryService);

/**
 * For a page whose numbers come with the summary: while it is told here, the icon at the top
 * asks nothing. Once the page is left, or told `false`, the icon asks for itself again.
 *
 * @returns {(summary: Summary | false) => void}
 */
export function useSummaryTeller() {
    const shared = useService("reliability_dashboard.summary");
    const teller = Symbol("teller");
    let isOpen = true;

    function tell(summary) {
        // An answer may come after the page was left.
        if (summary && isOpen) {
            Object.assign(shared, { summary, problem: null, teller });
        } else if (shared.teller === teller) {
            shared.teller = null;
        }
    }

    onWillDestroy(() => {
        isOpen = false;
        tell(false);
    });
    return tell;
}
