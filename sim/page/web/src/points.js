// SPDX-License-Identifier: Apache-2.0
// Results over two metrics, and those that no other beats.
import { figure, tick } from './figures.js';
import { axis, legend, scaled, symbols, textStyle, tip, tooltip } from './theme.js';

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

export const spansDecades = (values) => {
  const positive = values.filter((value) => value > 0);
  return positive.length === values.length && Math.max(...values) > 20 * Math.min(...values);
};

// An axis with room around the values, between round numbers where it is not logarithmic.
export function padded(values, isLog) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (!Number.isFinite(low)) {
    return { type: 'value' };
  }
  if (isLog) {
    return { type: 'log', min: low / 1.4, max: high * 1.4, ends: false };
  }
  const range = high - low || Math.abs(high) || 1;
  const power = 10 ** Math.floor(Math.log10(range / 4));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((each) => range / each <= 5);
  const min = Math.floor((low - 0.04 * range) / step) * step;
  return {
    type: 'value',
    min: low >= 0 ? Math.max(0, min) : min,
    max: Math.ceil((high + 0.04 * range) / step) * step,
    interval: step,
    ends: true,
  };
}

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
  const values = shown.map((point) => point.at);
  const best = mx.better && my.better ? frontier(values, mx.better, my.better) : [];
  if (best.length > 1) {
    lines.push({
      type: 'line',
      name: 'Pareto frontier',
      color: c.quiet,
      lineStyle: { type: 'dashed', width: 1.5 },
      symbol: 'none',
      silent: true,
      data: best.map((i) => values[i]),
    });
  }
  const word = (metric) =>
    metric.label + (metric.better ? (metric.better > 0 ? ' (more is better)' : ' (less is better)') : '');
  const room = (k, unit) => {
    const column = values.map((value) => value[k]);
    return scaled(padded(column, spansDecades(column)), (value) => tick(value, unit));
  };
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
      ...room(0, mx.unit),
      name: word(mx),
      nameLocation: 'middle',
      nameGap: 28,
    }),
    yAxis: axis(c, {
      ...room(1, my.unit),
      name: word(my),
      nameTextStyle: { align: 'left' },
    }),
    series: lines,
  };
}
