// SPDX-License-Identifier: Apache-2.0
// What broke, tripped, throttled or was scaled, and when.
import { dateText } from './series.js';
import { figure } from './figures.js';
import { axis, textStyle, tip, tooltip } from './theme.js';

export function lanes(spec, c, state, data) {
  const startMs = data.start_ms ?? 0;
  const at = (s) => startMs + 1000 * s;
  const items = spec.lanes.flatMap((lane, row) =>
    lane.stretches.map(([begin, end, count]) => ({
      value: [at(begin), at(end), row, count],
      lane,
    })),
  );
  const render = (params, api) => {
    const row = api.value(2);
    const lane = spec.lanes[row];
    const from = api.coord([api.value(0), row]);
    const to = api.coord([api.value(1), row]);
    const height = Math.min(22, api.size([0, 1])[1] * 0.62);
    const colour = c.palette[row % c.palette.length];
    const style = { fill: colour, opacity: 0.35 + (0.65 * api.value(3)) / lane.most };
    if (lane.is_momentary) {
      const size = height / 2;
      const [x, y] = from;
      return { type: 'polygon', style: { ...style, opacity: 0.9 },
        shape: { points: [[x, y - size], [x + size, y], [x, y + size], [x - size, y]] } };
    }
    const left = Math.max(from[0], params.coordSys.x);
    const right = Math.min(to[0], params.coordSys.x + params.coordSys.width);
    return { type: 'rect', style,
      shape: { x: left, y: from[1] - height / 2, width: Math.max(1.5, right - left), height } };
  };
  return {
    textStyle: textStyle(c),
    grid: { left: 8, right: 24, top: 8, bottom: 56, containLabel: true },
    tooltip: tooltip(c, {
      trigger: 'item',
      formatter: ({ data: item }) => {
        const [begin, end, , count] = item.value;
        return tip(item.lane.label, item.lane.is_momentary
          ? [['at', dateText(begin, data)], ['times', String(count)]]
          : [['from', dateText(begin, data)], ['for', figure((end - begin) / 1000, 's')],
            ['at once', String(count)]]);
      },
    }),
    xAxis: axis(c, {
      type: data.start_ms === null ? 'value' : 'time',
      min: at(0),
      max: at(spec.end_s),
      axisLabel: data.start_ms === null ? { formatter: (ms) => figure(ms / 1000, 's') } : {},
    }),
    yAxis: axis(c, {
      type: 'category',
      data: spec.lanes.map((lane) => lane.label),
      inverse: true,
      splitLine: { show: true, lineStyle: { color: c.line } },
      axisLabel: { hideOverlap: false },
    }),
    dataZoom: [
      { type: 'inside', zoomOnMouseWheel: 'ctrl', filterMode: 'weakFilter' },
      { type: 'slider', height: 18, bottom: 8, showDetail: false, brushSelect: false,
        borderColor: c.line, filterMode: 'weakFilter' },
    ],
    series: [{ type: 'custom', renderItem: render, encode: { x: [0, 1], y: 2 }, data: items,
      clip: true }],
  };
}
