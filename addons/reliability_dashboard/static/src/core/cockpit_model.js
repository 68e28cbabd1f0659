import { _t } from "@web/core/l10n/translation";
import { ConnectionAbortedError, RPCError } from "@web/core/network/rpc";
import { useService } from "@web/core/utils/hooks";

const MODEL = "reliability.cockpit";

/**
 * @typedef {{ kind: "unreachable" | "logged_out" | "error", text: string }} Problem
 * @typedef {{ result?: any, problem: Problem | null, outrun: boolean }} Answer
 */

/** Why an answer did not come, for people. */
function problemOf(error) {
    if (!(error instanceof RPCError)) {
        return { kind: "unreachable", text: _t("The server cannot be reached.") };
    }
    if (error.exceptionName === "odoo.http.SessionExpiredException") {
        return { kind: "logged_out", text: _t("You are not logged in any more.") };
    }
    const text = error.data?.message || error.message;
    return { kind: "error", text: _t("The numbers could not be read: %s", text) };
}

/**
 * Ask the server without ever disturbing the user: no spinner, no dialog. What goes wrong is
 * part of the answer, for the screen to show where the numbers would have been.
 *
 * @returns {{ ask: (method: string, args?: any[]) => Promise<Answer> }} of two questions with the
 *  same method, the answer to the earlier one is `outrun`
 */
export function useCockpit() {
    const orm = useService("orm").silent;
    const latest = {};
    return {
        async ask(method, args = []) {
            const turn = (latest[method] = (latest[method] || 0) + 1);
            let result = null;
            let problem = null;
            try {
                result = await orm.call(MODEL, method, args);
            } catch (error) {
                if (error instanceof ConnectionAbortedError) {
                    return { problem, outrun: true };
                }
                problem = problemOf(error);
            }
            return { result, problem, outrun: turn !== latest[method] };
        },
    };
}
