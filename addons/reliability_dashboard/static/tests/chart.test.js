import { describe, expect, test } from "@odoo/hoot";
import { makeMockEnv, patchWithCleanup } from "@web/../tests/web_test_helpers";
import {
    isThresholdVisible,
    annotationsOf,
    intervalsOf,
    volumeConfig,
} from "@reliability_dashboard/chart/day_chart";
import { chart } from "./scenarios";

describe.current.tags("headless");

const color = (name) => name;

test("a chart has all intervals of the day; future ones are empty", async () => {
    await makeMockEnv();
    const intervals = intervalsOf(chart());
    expect(intervals).toHaveLength(24);
    expect(intervals[1].point.failures).toBe(1);
    expect(intervals[1].usual.done_high).toBe(8);
    expect(intervals[2].point).toBe(null);
    expect(intervals[1].end).toBe("2026-03-02 02:00:00");
});

test("points are found in languages with other digits", async () => {
    await makeMockEnv();
    patchWithCleanup(luxon.Settings, { defaultNumberingSystem: "arab" });
    expect(intervalsOf(chart())[1].point.done).toBe(2);
});

test("stacked bars add up to the number of calls", async () => {
    await makeMockEnv();
    const { data } = volumeConfig({ intervals: intervalsOf(chart()), annotations: [], color });
    const bars = Object.fromEntries(
        data.datasets.filter(({ key }) => key).map((set) => [set.key, set.data[1]])
    );
    expect(bars).toEqual({ on_time: 1, slow: 1, rejected: 0, failures: 1 });
});

test("each bar opens the calls that it counts", async () => {
    await makeMockEnv();
    const { data } = volumeConfig({ intervals: intervalsOf(chart()), annotations: [], color });
    const opened = data.datasets.filter(({ key }) => key).map(({ key, which }) => [key, which]);
    expect(Object.fromEntries(opened)).toEqual({
        on_time: "on_time",
        slow: "slow",
        rejected: "rejected",
        failures: "failures",
    });
});

test("a deployment is annotated at its time", async () => {
    await makeMockEnv();
    const [annotation] = annotationsOf(chart());
    expect(annotation.position).toBe(1.5);
    expect(annotation.text).toBe("Sales 19.0.1.2 was upgraded");
});

test("the threshold is drawn only if durations come near it", async () => {
    await makeMockEnv();
    expect(isThresholdVisible(chart(), false)).toBe(false);
    expect(isThresholdVisible(chart(), true)).toBe(true);
});
