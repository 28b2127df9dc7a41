// SPDX-License-Identifier: Apache-2.0
// The share of requests that were served within a time.
import { digits, figure } from './figures.js';
import { axis, dashes, legend, textStyle, tip, tooltip } from './theme.js';

export function quantiles(spec, c) {
  const series = spec.lines.map((line, i) => {
    const colour = c.palette[i % c.palette.length];
    const limit = line.limit === null ? undefined : {
      symbol: 'none',
      silent: true,
      lineStyle: { color: colour, type: 'dashed', width: 1.5 },
      label: { show: true, position: 'insideStartTop', color: c.text, textBorderColor: c.ground,
        textBorderWidth: 2, formatter: 'service level' },
      data: [{ xAxis: line.limit }],
    };
    return {
      type: 'line',
      name: line.name,
      color: colour,
      symbol: line.is_of_rows ? 'none' : 'circle',
      symbolSize: 8,
      lineStyle: { width: 2, type: dashes[i % dashes.length] },
      data: line.points.filter((point) => point[0] > 0),
      markLine: limit,
    };
  });
  const limits = spec.lines.map((line) => line.limit).filter((limit) => limit !== null);
  const times = spec.lines.flatMap((line) => line.points.map((point) => point[0]))
    .filter((value) => value > 0);
  const low = Math.min(...times);
  const high = Math.max(...times, ...limits);
  return {
    textStyle: textStyle(c),
    grid: { left: 8, right: 20, top: 28, bottom: spec.lines.length > 1 ? 58 : 34,
      containLabel: true },
    legend: legend(c, { type: 'scroll', show: spec.lines.length > 1 }),
    tooltip: tooltip(c, {
      trigger: 'axis',
      axisPointer: { type: 'line', axis: 'x' },
      formatter: (items) =>
        tip(figure(items[0].value[0], 's'), items.map((item) => [
          item.seriesName, `${digits(100 * item.value[1])} %`, item.color])),
    }),
    xAxis: axis(c, {
      type: high > 3 * low ? 'log' : 'value',
      min: (extent) => (high > 3 * low ? Math.min(extent.min, low) * 0.9 : undefined),
      max: high * 1.15,
      scale: true,
      name: 'at most',
      nameLocation: 'middle',
      nameGap: 26,
      axisLabel: { formatter: (value) => figure(value, 's', 2) },
    }),
    yAxis: axis(c, {
      type: 'value',
      min: 0,
      max: 1,
      name: 'share of requests',
      nameTextStyle: { align: 'left' },
      axisLabel: { formatter: (value) => `${Math.round(100 * value)} %` },
    }),
    series,
  };
}
