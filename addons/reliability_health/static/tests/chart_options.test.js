import { chartOptions } from "@reliability_health/chart_canvas/chart_options";
import { describe, expect, test } from "@odoo/hoot";
import { makeMockEnv } from "@web/../tests/web_test_helpers";

describe.current.tags("headless");

const options = () =>
    chartOptions((name) => name, {
        label: (index, width) => (width < 100 ? null : `label ${index}`),
        title: (index) => `title ${index}`,
        format: (value) => `${value} s`,
    });

test("labels depend on the width of the chart", () => {
    const { callback } = options().scales.x.ticks;
    expect(callback.call({ chart: { width: 300 } }, 0, 7)).toBe("label 7");
    expect(callback.call({ chart: { width: 90 } }, 0, 7)).toBe(null);
});

test("a tooltip has the title of its position, and the name of each value", async () => {
    await makeMockEnv(); // with translations
    const { title, label } = options().plugins.tooltip.callbacks;
    expect(title([{ dataIndex: 3 }])).toBe("title 3");
    expect(title([])).toBe("");
    expect(`${label({ dataset: { label: "Lag" }, raw: 75 })}`).toBe("Lag: 75 s");
});

test("axes are written in the format of the values, and may be changed for one chart", () => {
    const changed = options();
    changed.scales.y.max = 100;
    expect(changed.scales.y.ticks.callback(4)).toBe("4 s");
    expect(options().scales.y.max).toBe(undefined);
});
