import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";

/** Milliseconds between two looks: doubled where there is nothing new, up to the longest. */
const PAUSE = 2000;
const LONGEST = 15000;
const REMEMBERED = "reliability_integration.asked_at";

/**
 * Tells a user how far Odoo is with what he let it ask again, wherever he is meanwhile.
 *
 * It is looked up, and not sent, so that it does not depend on a websocket; and who closes his
 * browser meanwhile finds it again. Nothing is looked up while the tab is hidden.
 */
export const progressService = {
    dependencies: ["action", "notification", "orm"],

    start(env, { action, notification, orm }) {
        let note = null;
        let timer = null;
        let pause = PAUSE;
        let done = null; // as it was when last looked up
        let missed = null; // what was to be looked up while the tab was hidden

        /** Follow what has just been asked for, instead of what was before. */
        function begin(progress) {
            note?.close();
            note = null;
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
                browser.localStorage.removeItem(REMEMBERED);
            } else {
                browser.localStorage.setItem(REMEMBERED, progress.asked_at);
                lookLater(progress.asked_at);
            }
            const isToBeSeen = isOver ? progress.total : !note?.isClosed;
            if (isToBeSeen) {
                replaceNote(progress, isOver);
            }
        }

        function replaceNote(progress, isOver) {
            const before = note;
            const now = { isClosed: false };
            note = now;
            before?.close();
            now.close = notification.add(say(progress), {
                title: isOver ? _t("Asked again") : _t("Asking again"),
                type: progress.failed ? "warning" : isOver ? "success" : "info",
                sticky: !isOver || Boolean(progress.failed),
                onClose: () => (now.isClosed = true),
                buttons: [{ name: _t("Show"), onClick: () => open(progress) }],
            });
        }

        function lookLater(asked_at) {
            browser.clearTimeout(timer);
            timer = browser.setTimeout(() => look(asked_at), pause);
            pause = Math.min(2 * pause, LONGEST);
        }

        async function look(asked_at) {
            if (document.hidden) {
                missed = asked_at;
                return;
            }
            try {
                show(await orm.silent.call("reliability.exchange", "read_progress", [asked_at]));
            } catch (error) {
                if (error instanceof ConnectionLostError) {
                    lookLater(asked_at);
                } else {
                    browser.localStorage.removeItem(REMEMBERED); // it is not his any more
                }
            }
        }

        function onVisible() {
            if (!document.hidden && missed) {
                const asked_at = missed;
                missed = null;
                look(asked_at);
            }
        }

        async function open({ asked_at }) {
            const exchanges = await action.loadAction(
                "reliability_integration.reliability_exchange_action"
            );
            const domain = [
                ["asked_by_id", "=", user.userId],
                ["asked_at", "=", asked_at],
            ];
            return action.doAction({ ...exchanges, domain, context: {} });
        }

        document.addEventListener("visibilitychange", onVisible);
        const remembered = browser.localStorage.getItem(REMEMBERED);
        if (remembered) {
            look(remembered);
        }
        return { begin };
    },
};

function say({ done, total, failed }) {
    return failed
        ? _t("%(done)s of %(total)s, %(failed)s failed", { done, total, failed })
        : _t("%(done)s of %(total)s", { done, total });
}

registry.category("services").add("reliability_integration.progress", progressService);

/** What the button of the window that asks again answers with. */
registry.category("actions").add("reliability_integration.progress", (env, { params }) => {
    env.services["reliability_integration.progress"].begin(params);
    return { type: "ir.actions.act_window_close" };
});
