import { drawHtml, samples } from "@reliability/../tests/tours/contrast";

samples.add("attempts", (target) => {
    for (const tone of ["good", "bad", "unknown", "quiet"]) {
        drawHtml(
            target,
            `<ol class="o_reliability_attempts">
                <li class="o_reliability_attempt o_reliability_${tone}">
                    <i class="o_reliability_attempt_mark fa fa-check"></i>
                    <dl class="o_reliability_attempt_sides">
                        <div><dd class="o_reliability_${tone}">${tone}</dd></div>
                    </dl>
                    <p class="o_reliability_attempt_orphan">orphan</p>
                </li>
            </ol>`
        );
    }
});

samples.add("the day of a system", (target) => {
    const bars = ["fine", "some", "most"].map(
        (heat) => `<span class="o_reliability_heat_${heat}" data-bar="${heat}"></span>`
    );
    drawHtml(target, `<div class="o_reliability_heat_strip">${bars.join("")}</div>`);
});
