import { browser } from "@web/core/browser/browser";
import { useBus, useService } from "@web/core/utils/hooks";
import { onWillDestroy, useExternalListener } from "@odoo/owl";

/** Bus message after each health evaluation; without data, since each user may see other parts. */
export const EVALUATED = "reliability/evaluated";

/** Milliseconds. */
export const MAX_JITTER = 5000; // so that open screens do not all call in the same instant
export const REFRESH_INTERVAL = 90000; // without bus messages
export const RETRY_INTERVAL = 15000; // while the server does not answer

/**
 * Refreshes after each health evaluation, and periodically. A hidden tab does not refresh; it does
 * at once when it becomes visible again. The same holds after the user was logged out, since he may
 * have logged in again in another tab.
 *
 * @param {() => Promise<import("./cockpit_rpc").Problem | null>} refresh returns why it failed; it
 *  does not raise
 * @returns {() => Promise<void>} refreshes now
 */
export function useLive(refresh) {
    let timer = null;
    let due = Infinity;
    let isMissed = false;
    let isLoggedOut = false;
    let isAlive = true;

    function schedule(delay) {
        browser.clearTimeout(timer);
        due = Date.now() + delay;
        timer = browser.setTimeout(refreshNow, delay);
    }

    async function refreshNow() {
        browser.clearTimeout(timer);
        due = Infinity;
        if (document.hidden) {
            isMissed = true;
            return;
        }
        isMissed = false;
        const problem = await refresh();
        isLoggedOut = problem?.kind === "logged_out";
        if (isLoggedOut) {
            isMissed = true;
        } else if (isAlive && due === Infinity) {
            schedule(problem ? RETRY_INTERVAL : REFRESH_INTERVAL);
        }
    }

    function refreshSoon() {
        if (isLoggedOut) {
            return;
        }
        const delay = Math.random() * MAX_JITTER;
        // Further messages do not postpone a refresh that is already scheduled.
        if (Date.now() + delay < due) {
            schedule(delay);
        }
    }

    function onVisibilityChange() {
        if (!document.hidden && isMissed) {
            refreshNow();
        }
    }

    const bus = useService("bus_service");
    bus.subscribe(EVALUATED, refreshSoon);
    // The server may have become unreachable, or reachable again.
    useBus(bus, "BUS:DISCONNECT", refreshSoon);
    useBus(bus, "BUS:RECONNECT", refreshSoon);
    useExternalListener(document, "visibilitychange", onVisibilityChange);
    useExternalListener(window, "online", refreshNow);
    schedule(REFRESH_INTERVAL);
    // Not onWillUnmount: a page that is left before its first answer was never mounted.
    onWillDestroy(() => {
        isAlive = false;
        browser.clearTimeout(timer);
        bus.unsubscribe(EVALUATED, refreshSoon);
    });
    return refreshNow;
}
