import { draw, drawHtml, samples } from "@reliability/../tests/tours/contrast";
import { StateMark } from "@reliability_dashboard/core/state_mark";
import { STATES, TROUBLED } from "@reliability_dashboard/core/states";

const GREY = ["no_data", "stale"];
const BARS = ["done", "slow", "rejected", "failed"];

function container(target, className, isGrey = false) {
    const element = document.createElement("div");
    element.className = className;
    if (isGrey) {
        element.dataset.grey = "";
    }
    target.append(element);
    return element;
}

samples.add("states", async (target) => {
    for (const state of Object.keys(STATES)) {
        for (const className of ["o_rel_cockpit", "o_rel_menu", "o_rel_cockpit o_rel_outdated"]) {
            const inside = container(target, className, GREY.includes(state));
            await draw(StateMark, inside, { state });
            await draw(StateMark, inside, { state, iconOnly: true });
        }
    }
});

samples.add("words in the colour of a state", (target) => {
    const inside = container(target, "o_rel_cockpit");
    for (const state of TROUBLED) {
        const card = container(inside, `o_rel_card o_rel_${state}`);
        drawHtml(card, `<p class="o_rel_card_text">Why</p>`);
        drawHtml(card, `<p class="o_rel_regression">Slower</p>`);
    }
    drawHtml(inside, `<span class="o_rel_card_failures">3 failed</span>`);
    drawHtml(inside, `<span class="o_rel_card_slow">2 slow</span>`);
});

samples.add("the icon of the headline", (target) => {
    const inside = container(target, "o_rel_cockpit");
    for (const [state, { icon }] of Object.entries(STATES)) {
        const headline = container(inside, `o_rel_headline o_rel_${state}`, GREY.includes(state));
        drawHtml(headline, `<span class="o_rel_headline_icon"><i class="fa ${icon}"/></span>`);
    }
});

samples.add("the number in the navigation bar", (target) => {
    const inside = container(target, "o_main_navbar");
    drawHtml(inside, `<div class="o_menu_systray"></div>`);
    const count = `<span class="o_rel_summary_count badge rounded-pill text-bg-danger">7</span>`;
    drawHtml(inside.firstElementChild, count);
});

samples.add("bars of charts", (target) => {
    for (const className of ["o_rel_cockpit", "o_rel_cockpit o_rel_outdated"]) {
        const inside = container(target, className, className.includes("outdated"));
        for (const bar of BARS) {
            drawHtml(inside, `<i data-bar="${bar}" style="background: var(--rel-${bar})"/>`);
        }
    }
});
