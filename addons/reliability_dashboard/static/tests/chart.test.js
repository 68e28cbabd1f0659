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

test("the day is whole, and what is to come is empty", async () => {
    await makeMockEnv();
    const slots = intervalsOf(chart());
    expect(slots).toHaveLength(24);
    expect(slots[1].point.failures).toBe(1);
    expect(slots[1].usual.done_high).toBe(8);
    expect(slots[2].point).toBe(null);
    expect(slots[1].end).toBe("2026-03-02 02:00:00");
});

test("the numbers are found whatever the digits of the user's language", async () => {
    await makeMockEnv();
    patchWithCleanup(luxon.Settings, { defaultNumberingSystem: "arab" });
    expect(intervalsOf(chart())[1].point.done).toBe(2);
});

test("the bars add up to the calls, the slow ones among those that were done", async () => {
    await makeMockEnv();
    const { data } = volumeConfig({ slots: intervalsOf(chart()), marks: [], color });
    const bars = Object.fromEntries(
        data.datasets.filter(({ key }) => key).map((set) => [set.key, set.data[1]])
    );
    expect(bars).toEqual({ on_time: 1, slow: 1, rejected: 0, failures: 1 });
});

test("each bar opens what it counts", async () => {
    await makeMockEnv();
    const { data } = volumeConfig({ slots: intervalsOf(chart()), marks: [], color });
    const opened = data.datasets.filter(({ key }) => key).map(({ key, which }) => [key, which]);
    expect(Object.fromEntries(opened)).toEqual({
        on_time: "all",
        slow: "slow",
        rejected: "rejected",
        failures: "failures",
    });
});

test("an upgrade is marked where it happened", async () => {
    await makeMockEnv();
    const [mark] = annotationsOf(chart());
    expect(mark.place).toBe(1.5);
    expect(mark.text).toBe("Sales 19.0.1.2 was upgraded");
});

test("the threshold is drawn only where durations come near it", async () => {
    await makeMockEnv();
    expect(isThresholdVisible(chart(), false)).toBe(false);
    expect(isThresholdVisible(chart(), true)).toBe(true);
});
