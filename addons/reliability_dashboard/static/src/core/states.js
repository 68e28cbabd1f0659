import { _t } from "@web/core/l10n/translation";

/**
 * How a service can be doing. Each state has a shape and a word of its own, so that nobody needs
 * to tell colours apart.
 */
export const STATES = {
    fine: { icon: "fa-check-circle", word: _t("Fine") },
    degraded: { icon: "fa-exclamation-triangle", word: _t("Degraded") },
    interrupted: { icon: "fa-times-circle", word: _t("Interrupted") },
    no_data: { icon: "fa-circle-o", word: _t("No data") },
    stale: { icon: "fa-clock-o", word: _t("Out of date") },
};

/** States that somebody should look into, the worst first. */
export const TROUBLE = ["interrupted", "degraded"];

/**
 * What may be shown of a state whose numbers are old: an old "fine" says nothing about now.
 *
 * @param {keyof STATES} state
 * @param {boolean} outdated
 * @returns {keyof STATES}
 */
export function shownState(state, outdated) {
    return outdated && state !== "no_data" ? "stale" : state;
}
