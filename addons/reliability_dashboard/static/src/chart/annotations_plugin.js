/** Draws annotations, such as deployments, as vertical lines with a small flag at the top. */
export const annotationsPlugin = {
    id: "reliabilityAnnotations",
    afterDatasetsDraw({ ctx, chartArea, scales, options }) {
        const { annotations = [], color } = options.plugins.reliabilityAnnotations || {};
        const width = scales.x.width / Math.max(1, scales.x.ticks.length && scales.x.max + 1);
        ctx.save();
        ctx.strokeStyle = color;
        ctx.fillStyle = color;
        for (const { position } of annotations) {
            const x = chartArea.left + position * width;
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
