import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";

/** Milliseconds between two requests: doubled while nothing changes, up to the maximum. */
const PAUSE = 2000;
const MAX_PAUSE = 15000;
const STORAGE_KEY = "reliability_integration.retry_requested_at";

/**
 * Shows the progress of the retries that a user has requested, on every screen.
 *
 * It polls instead of using the bus, so that it does not depend on a websocket. The time of the
 * request is in the local storage: the progress is shown again after the browser was closed.
 * Nothing is requested while the tab is hidden.
 */
export const progressService = {
    dependencies: ["action", "notification", "orm"],

    start(env, { action, notification, orm }) {
        let current = null; // the notification that is shown
        let timer = null;
        let pause = PAUSE;
        let done = null; // number of finished retries at the last request
        let missed = null; // the retry to be requested when the tab is visible again

        /** Show the progress of a new retry instead of an earlier one. */
        function begin(progress) {
            current?.close();
            current = null;
            done = missed = null;
            show(progress);
        }

        function show(progress) {
            if (progress.done !== done) {
                done = progress.done;
                pause = PAUSE;
            }
            const isOver = progress.done >= progress.total;
            if (isOver) {
                browser.localStorage.removeItem(STORAGE_KEY);
            } else {
                browser.localStorage.setItem(STORAGE_KEY, progress.requested_at);
                scheduleRequest(progress.requested_at);
            }
            const isShown = isOver ? progress.total : !current?.isClosed;
            if (isShown) {
                replaceNotification(progress, isOver);
            }
        }

        function replaceNotification(progress, isOver) {
            const before = current;
            const now = { isClosed: false };
            current = now;
            before?.close();
            now.close = notification.add(summary(progress), {
                title: isOver ? _t("Retried") : _t("Retrying"),
                type: progress.failed ? "warning" : isOver ? "success" : "info",
                sticky: !isOver || Boolean(progress.failed),
                onClose: () => (now.isClosed = true),
                buttons: [{ name: _t("Show"), onClick: () => open(progress) }],
            });
        }

        function scheduleRequest(requestedAt) {
            browser.clearTimeout(timer);
            timer = browser.setTimeout(() => request(requestedAt), pause);
            pause = Math.min(2 * pause, MAX_PAUSE);
        }

        async function request(requestedAt) {
            if (document.hidden) {
                missed = requestedAt;
                return;
            }
            try {
                show(await orm.silent.call("reliability.exchange", "read_progress", [requestedAt]));
            } catch (error) {
                if (error instanceof ConnectionLostError) {
                    scheduleRequest(requestedAt);
                } else {
                    browser.localStorage.removeItem(STORAGE_KEY); // the user may not read it
                }
            }
        }

        function onVisible() {
            if (!document.hidden && missed) {
                const requestedAt = missed;
                missed = null;
                request(requestedAt);
            }
        }

        async function open({ requested_at }) {
            const exchanges = await action.loadAction(
                "reliability_integration.reliability_exchange_action"
            );
            const domain = [
                ["retry_requested_by_id", "=", user.userId],
                ["retry_requested_at", "=", requested_at],
            ];
            return action.doAction({ ...exchanges, domain, context: {} });
        }

        document.addEventListener("visibilitychange", onVisible);
        const stored = browser.localStorage.getItem(STORAGE_KEY);
        if (stored) {
            request(stored);
        }
        return { begin };
    },
};

function summary({ done, total, failed }) {
    return failed
        ? _t("%(done)s of %(total)s, %(failed)s failed", { done, total, failed })
        : _t("%(done)s of %(total)s", { done, total });
}

registry.category("services").add("reliability_integration.progress", progressService);

/** The client action that the *Retry* button of the window returns. */
registry.category("actions").add("reliability_integration.progress", (env, { params }) => {
    env.services["reliability_integration.progress"].begin(params);
    return { type: "ir.actions.act_window_close" };
});
