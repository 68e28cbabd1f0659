import { drawHtml, samples } from "@reliability/../tests/tours/contrast";

samples.add("what is left of an error budget", (target) => {
    for (const state of ["met", "burning", "spent"]) {
        drawHtml(
            target,
            `<div class="o_reliability_left o_reliability_left_${state}">
                <div class="o_reliability_left_part" data-bar="${state}"></div>
                <span class="o_reliability_left_number" ${state === "spent" ? "" : "data-grey"}>
                    41%
                </span>
            </div>`
        );
    }
});

samples.add("charts of an error budget", (target) => {
    const inside = document.createElement("div");
    inside.className = "o_reliability_slo_chart";
    target.append(inside);
    for (const color of ["left", "spent"]) {
        drawHtml(inside, `<i data-bar="${color}" style="background: var(--slo-${color})"/>`);
    }
    drawHtml(inside, `<ul class="o_reliability_slo_legend" data-grey><li>Goal met</li></ul>`);
});
