import { _t } from "@web/core/l10n/translation";
import { ConnectionAbortedError, RPCError } from "@web/core/network/rpc";
import { useService } from "@web/core/utils/hooks";

const MODEL = "reliability.cockpit";

/**
 * @typedef {{ kind: "unreachable" | "logged_out" | "error", text: string }} Problem
 * @typedef {{ result?: any, problem: Problem | null, superseded: boolean }} Outcome
 */

/** Why a call failed, as a kind and a sentence for the user. */
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
 * Calls of the server without a spinner or an error dialog. An error is part of the outcome: the
 * screen shows it in place of the numbers.
 *
 * @returns {{ call: (method: string, args?: any[]) => Promise<Outcome> }} the outcome of a call is
 *  `superseded` if the same method was called again meanwhile
 */
export function useCockpit() {
    const orm = useService("orm").silent;
    const latest = {};
    return {
        async call(method, args = []) {
            const number = (latest[method] = (latest[method] || 0) + 1);
            let result = null;
            let problem = null;
            try {
                result = await orm.call(MODEL, method, args);
            } catch (error) {
                if (error instanceof ConnectionAbortedError) {
                    return { problem, superseded: true };
                }
                problem = problemOf(error);
            }
            return { result, problem, superseded: number !== latest[method] };
        },
    };
}
