// SPDX-License-Identifier: Apache-2.0
// Cost against interactivity: the frontier of every chip, its other points faint behind it.
import { digits } from './figures.js';
import { frontier, padded, spansDecades } from './points.js';
import { axis, dashes, legend, scaled, symbols, textStyle, tip, tooltip } from './theme.js';

const costs = { output: 1, input: 2, total: 3 };
const names = {
  output: 'USD per million output tokens',
  input: 'USD per million input tokens',
  total: 'USD per million tokens',
};

export function curves(spec, c, state) {
  const view = spec.views.find((each) => each.name === state.view) ?? spec.views[0];
  const tokens = state.tokens ?? 'output';
  const isEnergy = view.name === 'energy';
  const column = isEnergy ? 4 : costs[tokens];
  const yName = isEnergy ? 'J per output token' : names[tokens];
  const series = view.lines.flatMap((line, i) => {
    const shown = line.points.filter((point) => point[column] > 0 && point[0] > 0);
    const values = shown.map((point) => [point[0], point[column]]);
    const kept = new Set(frontier(values, 1, -1));
    const item = (k) => ({ value: values[k], text: shown[k][5] });
    const colour = c.palette[i % c.palette.length];
    const common = { name: line.label, color: colour, symbol: symbols[i % symbols.length] };
    const indices = values.map((_, k) => k);
    return [
      {
        ...common,
        type: 'line',
        symbolSize: 7,
        lineStyle: { type: dashes[i % dashes.length], width: 2 },
        data: [...kept].sort((a, b) => values[a][0] - values[b][0]).map(item),
      },
      {
        ...common,
        type: 'scatter',
        symbolSize: 5,
        itemStyle: { opacity: 0.3 },
        data: indices.filter((k) => !kept.has(k)).map(item),
      },
    ];
  });
  const range = (k) => {
    const values = view.lines.flatMap((line) => line.points.map((point) => point[k]))
      .filter((value) => value > 0);
    return scaled(padded(values, k !== 0 && spansDecades(values)), (value) => digits(value));
  };
  return {
    textStyle: textStyle(c),
    grid: { left: 12, right: 24, top: 36, bottom: 64 + 18 * Math.floor(view.lines.length / 3),
      containLabel: true },
    legend: legend(c),
    tooltip: tooltip(c, {
      trigger: 'item',
      formatter: ({ data, seriesName, color }) =>
        tip(seriesName, [
          ['', data.text],
          ['tokens/s per user', digits(data.value[0]), color],
          [yName, digits(data.value[1]), color],
        ]),
    }),
    xAxis: axis(c, {
      ...range(0),
      name: 'interactivity: output tokens per second and user (more is better)',
      nameLocation: 'middle',
      nameGap: 28,
    }),
    yAxis: axis(c, {
      ...range(column),
      name: `${yName} (less is better)`,
      nameTextStyle: { align: 'left' },
    }),
    series,
  };
}
