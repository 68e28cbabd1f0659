/** Draws what changed, such as upgrades, as vertical lines with a small flag at the top. */
export const marksPlugin = {
    id: "reliabilityMarks",
    afterDatasetsDraw({ ctx, chartArea, scales, options }) {
        const { marks = [], color } = options.plugins.reliabilityMarks || {};
        const slot = scales.x.width / Math.max(1, scales.x.ticks.length && scales.x.max + 1);
        ctx.save();
        ctx.strokeStyle = color;
        ctx.fillStyle = color;
        for (const { place } of marks) {
            const x = chartArea.left + place * slot;
            ctx.setLineDash([3, 3]);
            ctx.beginPath();
            ctx.moveTo(x, chartArea.top);
            ctx.lineTo(x, chartArea.bottom);
            ctx.stroke();
            ctx.setLineDash([]);
            ctx.beginPath();
            ctx.moveTo(x - 5, chartArea.top);
            ctx.lineTo(x + 5, chartArea.top);
            ctx.lineTo(x, chartArea.top + 7);
            ctx.fill();
        }
        ctx.restore();
    },
};
