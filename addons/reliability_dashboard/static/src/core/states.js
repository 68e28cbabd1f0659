import { _t } from "@web/core/l10n/translation";

/**
 * The states of a service. Each has an icon and a word of its own, so that nobody has to
 * distinguish colours.
 */
export const STATES = {
    fine: { icon: "fa-check-circle", label: _t("Fine") },
    degraded: { icon: "fa-exclamation-triangle", label: _t("Degraded") },
    interrupted: { icon: "fa-times-circle", label: _t("Interrupted") },
    no_data: { icon: "fa-circle-o", label: _t("No data") },
    stale: { icon: "fa-clock-o", label: _t("Out of date") },
};

/** States that need attention, the worst first. */
export const TROUBLED = ["interrupted", "degraded"];

/**
 * The state to show: with outdated numbers, "fine" says nothing about the present.
 *
 * @param {keyof STATES} state
 * @param {boolean} outdated
 * @returns {keyof STATES}
 */
export function shownState(state, outdated) {
    return outdated && state !== "no_data" ? "stale" : state;
}
