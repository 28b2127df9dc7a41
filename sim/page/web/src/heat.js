// SPDX-License-Identifier: Apache-2.0
// Groups of replicas over time.
import { figure, unpack } from './figures.js';
import { dateText } from './series.js';
import { axis, textStyle, tip, tooltip } from './theme.js';

export function heat(spec, c, state, data) {
  const quantity = spec.quantities[Number(state.quantity ?? 0)];
  const width = spec.end_s / spec.stretches;
  const startMs = data.start_ms ?? 0;
  const cells = [];
  let high = 0;
  quantity.lines.forEach((line, row) =>
    unpack(line, spec.stretches).forEach((value, i) => {
      if (value !== null) {
        cells.push([i, row, value]);
        high = Math.max(high, value);
      }
    }),
  );
  const date = (i) => dateText(startMs + 1000 * i * width, data);
  return {
    textStyle: textStyle(c),
    grid: { left: 8, right: 16, top: 8, bottom: 76, containLabel: true },
    tooltip: tooltip(c, {
      trigger: 'item',
      formatter: ({ value }) =>
        tip(spec.rows[value[1]], [
          [`${date(value[0])} to ${date(value[0] + 1)}`, ''],
          [quantity.label, figure(value[2], quantity.unit)],
        ]),
    }),
    xAxis: axis(c, {
      type: 'category',
      data: Array.from({ length: spec.stretches }, (_, i) => date(i)),
      splitLine: { show: false },
      axisLabel: { formatter: (text) => text.replace(/^\d{4}-/, '') },
    }),
    yAxis: axis(c, {
      type: 'category',
      data: spec.rows,
      inverse: true,
      splitLine: { show: false },
      axisLabel: { width: 220, overflow: 'truncate' },
    }),
    visualMap: {
      type: 'continuous',
      min: 0,
      max: quantity.unit === 'share' ? 1 : high || 1,
      orient: 'horizontal',
      left: 'center',
      bottom: 0,
      itemHeight: 220,
      itemWidth: 12,
      text: [figure(quantity.unit === 'share' ? 1 : high, quantity.unit), '0'],
      textStyle: textStyle(c),
      inRange: { color: c.ramp },
    },
    series: [{ type: 'heatmap', data: cells, progressive: 0,
      emphasis: { itemStyle: { borderColor: c.text, borderWidth: 1 } } }],
  };
}
