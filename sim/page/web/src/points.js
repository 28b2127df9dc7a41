// SPDX-License-Identifier: Apache-2.0
// Results over two metrics, and those that no other beats.
import { figure, tick } from './figures.js';
import { axis, legend, symbols, textStyle, tip, tooltip } from './theme.js';

// Indices of the points that no other is better than in one metric and as good in the other.
export function frontier(values, betterX, betterY) {
  const order = values
    .map((_, i) => i)
    .sort((a, b) => betterX * (values[b][0] - values[a][0]) || betterY * (values[b][1] - values[a][1]));
  const kept = [];
  let best = -Infinity;
  for (const i of order) {
    const y = betterY * values[i][1];
    if (y > best) {
      kept.push(i);
      best = y;
    }
  }
  return kept.sort((a, b) => values[a][0] - values[b][0]);
}

const spansDecades = (values) => {
  const positive = values.filter((value) => value > 0);
  return positive.length === values.length && Math.max(...values) > 20 * Math.min(...values);
};

export function points(spec, c, state) {
  const x = Number(state.x ?? 0);
  const y = Number(state.y ?? Math.min(1, spec.metrics.length - 1));
  const [mx, my] = [spec.metrics[x], spec.metrics[y]];
  const shown = spec.points
    .map((point) => ({ ...point, at: [point.values[x], point.values[y]] }))
    .filter((point) => point.at[0] !== null && point.at[1] !== null);
  const names = [...new Set(shown.map((point) => point.series))];
  const lines = names.map((name, i) => ({
    type: 'scatter',
    name,
    symbol: symbols[i % symbols.length],
    symbolSize: 11,
    color: c.palette[i % c.palette.length],
    data: shown
      .filter((point) => point.series === name)
      .map((point) => ({ value: point.at, label_: point.label })),
  }));
  if (mx.better && my.better && shown.length > 1) {
    const values = shown.map((point) => point.at);
    lines.push({
      type: 'line',
      name: 'Pareto frontier',
      color: c.quiet,
      lineStyle: { type: 'dashed', width: 1.5 },
      symbol: 'none',
      silent: true,
      data: frontier(values, mx.better, my.better).map((i) => values[i]),
    });
  }
  const word = (metric) =>
    metric.label + (metric.better ? (metric.better > 0 ? ' (more is better)' : ' (less is better)') : '');
  const kind = (k) => (spansDecades(shown.map((point) => point.at[k])) ? 'log' : 'value');
  return {
    textStyle: textStyle(c),
    grid: { left: 12, right: 24, top: 36, bottom: 64, containLabel: true },
    legend: legend(c, { type: 'scroll' }),
    tooltip: tooltip(c, {
      trigger: 'item',
      formatter: ({ data, color }) =>
        tip(data.label_ ?? '', [
          [mx.label, figure(data.value[0], mx.unit), color],
          [my.label, figure(data.value[1], my.unit), color],
        ]),
    }),
    xAxis: axis(c, {
      type: kind(0),
      scale: true,
      name: word(mx),
      nameLocation: 'middle',
      nameGap: 28,
      axisLabel: { formatter: (value) => tick(value, mx.unit) },
    }),
    yAxis: axis(c, {
      type: kind(1),
      scale: true,
      name: word(my),
      nameTextStyle: { align: 'left' },
      axisLabel: { formatter: (value) => tick(value, my.unit) },
    }),
    series: lines,
  };
}
