// SPDX-License-Identifier: Apache-2.0
// Shares of a whole as bars: where the time of the chips went.
import { digits } from './figures.js';
import { axis, legend, textStyle, tip, tooltip } from './theme.js';

export function bars(spec, c) {
  const colours = [...c.palette, ...c.palette.map((colour) => `${colour}88`)];
  return {
    textStyle: textStyle(c),
    grid: { left: 8, right: 24, top: 8, bottom: 44, containLabel: true },
    legend: legend(c),
    tooltip: tooltip(c, {
      trigger: 'axis',
      axisPointer: { type: 'shadow' },
      formatter: (items) =>
        tip(spec.rows[items[0].dataIndex], items.filter((item) => item.value > 0).map((item) => [
          item.seriesName, `${digits(100 * item.value, 3)} %`, item.color])),
    }),
    xAxis: axis(c, {
      type: 'value',
      max: 1,
      axisLabel: { formatter: (value) => `${Math.round(100 * value)} %` },
    }),
    yAxis: axis(c, { type: 'category', data: spec.rows, inverse: true,
      axisLabel: { width: 200, overflow: 'truncate' } }),
    series: spec.parts.map((part, i) => ({
      type: 'bar',
      stack: 'all',
      name: part.name,
      color: colours[i % colours.length],
      barMaxWidth: 26,
      itemStyle: { borderColor: c.ground, borderWidth: 1 },
      data: part.values,
    })),
  };
}
