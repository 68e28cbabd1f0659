import { markup } from "@odoo/owl";

/**
 * An action that the server returned to a call, as `doAction` takes it: the help of an empty list
 * is HTML of the server, which Odoo would show as text.
 */
export function openable(action) {
    return action.help ? { ...action, help: markup(action.help) } : action;
}
