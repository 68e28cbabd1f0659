import { browser } from "@web/core/browser/browser";
import { useBus, useService } from "@web/core/utils/hooks";
import { onWillDestroy, useExternalListener } from "@odoo/owl";

/** The server judged the services anew; it says no more, since each user sees his own part. */
export const JUDGED = "reliability/judged";

/** Milliseconds. */
export const SPREAD = 5000; // twenty open screens must not ask in the same instant
export const QUIET = 90000; // without news that long, ask without being told to
export const RETRY = 15000; // while the server does not answer

/**
 * Ask again whenever there is news, and now and then without. Nothing is asked while the tab is
 * hidden; when it is looked at again, what was missed is asked for at once. So it is for whoever
 * was logged out: he may have logged in again in another tab.
 *
 * @param {() => Promise<import("./cockpit_model").Problem | null>} refresh tells what kept the
 *  answer away; it does not raise
 * @returns {() => Promise<void>} to ask right now
 */
export function useLive(refresh) {
    let timer = null;
    let due = Infinity;
    let missed = false;
    let isLoggedOut = false;
    let alive = true;

    function plan(delay) {
        browser.clearTimeout(timer);
        due = Date.now() + delay;
        timer = browser.setTimeout(ask, delay);
    }

    async function ask() {
        browser.clearTimeout(timer);
        due = Infinity;
        if (document.hidden) {
            missed = true;
            return;
        }
        missed = false;
        const problem = await refresh();
        isLoggedOut = problem?.kind === "logged_out";
        if (isLoggedOut) {
            missed = true;
        } else if (alive && due === Infinity) {
            plan(problem ? RETRY : QUIET);
        }
    }

    function onNews() {
        if (isLoggedOut) {
            return;
        }
        const delay = Math.random() * SPREAD;
        // News upon news does not postpone what is planned already.
        if (Date.now() + delay < due) {
            plan(delay);
        }
    }

    function onVisible() {
        if (!document.hidden && missed) {
            ask();
        }
    }

    const bus = useService("bus_service");
    bus.subscribe(JUDGED, onNews);
    // Whether the server is still there, and whether it is there again.
    useBus(bus, "BUS:DISCONNECT", onNews);
    useBus(bus, "BUS:RECONNECT", onNews);
    useExternalListener(document, "visibilitychange", onVisible);
    useExternalListener(window, "online", ask);
    plan(QUIET);
    // Also of a page that was left before its first answer, and so was never mounted.
    onWillDestroy(() => {
        alive = false;
        browser.clearTimeout(timer);
        bus.unsubscribe(JUDGED, onNews);
    });
    return ask;
}
