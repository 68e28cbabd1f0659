import { onWillDestroy, reactive } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

/**
 * @typedef {object} Summary the user's alerts, as `read_summary` returns them
 * @property {string} state the worst one
 * @property {number} count of alerts in trouble
 * @property {string} text of the first alert
 */

/** One for the tab: the cockpit and the systray icon share one summary. */
export const summaryService = {
    start() {
        return reactive({
            /** @type {Summary | null} */
            summary: null,
            /** @type {import("./cockpit_rpc").Problem | null} */
            problem: null, // why there is no newer summary
            publisher: null, // the open page that keeps the summary up to date
        });
    },
};

registry.category("services").add("reliability_dashboard.summary", summaryService);

/**
 * For a page whose numbers include the summary: while the page publishes it, the systray icon
 * calls nothing. When the page publishes `false`, or is left, the icon reads the summary again.
 *
 * @returns {(summary: Summary | false) => void}
 */
export function useSummaryPublisher() {
    const shared = useService("reliability_dashboard.summary");
    const publisher = Symbol("publisher");
    let isOpen = true;

    function publish(summary) {
        // An answer may arrive after the page was left.
        if (summary && isOpen) {
            Object.assign(shared, { summary, problem: null, publisher });
        } else if (shared.publisher === publisher) {
            shared.publisher = null;
        }
    }

    onWillDestroy(() => {
        isOpen = false;
        publish(false);
    });
    return publish;
}
