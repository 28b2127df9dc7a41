// SPDX-License-Identifier: Apache-2.0
// Quantities of a site over the run; all of them zoom together.
import { figure, tick, unitName, unpack } from './figures.js';
import { axis, dashes, legend, textStyle, tip, tooltip } from './theme.js';

const dayMs = 86400e3;

function siteOf(spec, state, data) {
  const sites = data.series.sites;
  return sites.find((site) => site.site === state.site) ?? sites[0];
}

function datesOf(site, data) {
  const start = data.start_ms ?? 0;
  return Array.from({ length: site.count }, (_, i) =>
    start + 1000 * Math.min(site.end_s, site.first_s + i * site.step_s));
}

// Without a start there is no date to tell, only how far into the run.
export function dateText(ms, data) {
  return data.start_ms === null
    ? figure(ms / 1000, 's')
    : new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}

const pointsShownMax = 900; // of a line: about the pixels of a chart
const stretchesMost = 220;
const niceMs = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 10800, 21600, 43200,
  86400, 172800, 345600, 604800, 1209600].map((seconds) => 1000 * seconds);

// The part of a line within the window in percent, with a neighbour at both ends.
function cut(values, dates, zoom) {
  const [first, last] = [dates[0], dates[dates.length - 1]];
  const from = first + ((last - first) * zoom.start) / 100;
  const to = first + ((last - first) * zoom.end) / 100;
  const begin = Math.max(0, dates.findIndex((date) => date >= from) - 1);
  const after = dates.findIndex((date) => date > to);
  const end = after < 0 ? dates.length : after + 1;
  return { begin, end, count: end - begin };
}

// Means and extremes of equal stretches, [date, mean, low, high]. Long ones are whole days, so that
// the course of a day does not beat against them.
function stretchesOf(values, dates, part) {
  const length = dates[part.end - 1] - dates[part.begin];
  const width = niceMs.find((each) => length / each <= stretchesMost) ?? length / stretchesMost;
  const rows = [];
  for (let begin = part.begin; begin < part.end;) {
    const edge = (Math.floor(dates[begin] / width) + 1) * width;
    let end = begin;
    let [sum, count, low, high] = [0, 0, Infinity, -Infinity];
    for (; end < part.end && (dates[end] < edge || end === begin); ++end) {
      const value = values[end];
      if (value !== null) {
        sum += value;
        count += 1;
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    const middle = (dates[begin] + dates[end - 1]) / 2;
    rows.push(count === 0 ? [middle, null, null, null] : [middle, sum / count, low, high]);
    begin = end;
  }
  return rows;
}

// The range of each stretch behind its mean.
function band(name, colour, rows) {
  return {
    type: 'custom',
    name,
    silent: true,
    color: colour,
    data: rows.filter((row) => row[1] !== null).map(([date, , low, high]) => [date, low, high]),
    encode: { x: 0, y: [1, 2], tooltip: [] },
    tooltip: { show: false },
    clip: true,
    z: 1,
    renderItem: (params, api) => {
      if (params.dataIndex !== 0) {
        return null;
      }
      const known = rows.filter((row) => row[1] !== null);
      const points = [
        ...known.map((row) => api.coord([row[0], row[3]])),
        ...known.reverse().map((row) => api.coord([row[0], row[2]])),
      ];
      return { type: 'polygon', shape: { points }, style: { fill: colour, opacity: 0.2 } };
    },
  };
}

// A line as it is where it fits, else as means within the band of its extremes.
function drawLine(column, i, values, dates, zoom, c) {
  const part = cut(values, dates, zoom);
  const colour = c.palette[i % c.palette.length];
  const common = {
    type: 'line',
    name: column.label,
    color: colour,
    lineStyle: { width: 1.7, type: dashes[i % dashes.length] },
    symbol: 'none',
    connectNulls: false,
    z: 3,
  };
  if (part.count <= pointsShownMax) {
    const rows = [];
    for (let k = part.begin; k < part.end; ++k) {
      rows.push([dates[k], values[k]]);
    }
    return [{ ...common, data: rows }];
  }
  const rows = stretchesOf(values, dates, part);
  return [band(column.label, colour, rows), { ...common, data: rows }];
}

function linesOf(spec, c, state, data) {
  const site = siteOf(spec, state, data);
  const panel = data.series.panels.find((each) => each.id === spec.panel);
  const dates = datesOf(site, data);
  return panel.columns
    .filter((column) => site.lines[column.name])
    .flatMap((column, i) =>
      drawLine(column, i, unpack(site.lines[column.name], site.count), dates, state.window, c));
}

// What a zoom changes: whether lines are drawn as they are.
export function rezoomed(spec, c, state, data) {
  return { series: linesOf(spec, c, state, data) };
}

export function series(spec, c, state, data) {
  const site = siteOf(spec, state, data);
  const panel = data.series.panels.find((each) => each.id === spec.panel);
  const dates = datesOf(site, data);
  const unit = panel.unit;
  const lines = linesOf(spec, c, state, data);
  const isFirst = data.series.panels[0].id === panel.id;
  const isSingle = new Set(lines.map((line) => line.name)).size === 1;
  const zoom = { start: state.window.start, end: state.window.end, filterMode: 'none' };
  const value = (item) => {
    const [, mean, low, high] = item.value;
    return high === undefined ? figure(mean, unit)
      : `${figure(mean, unit)} (${figure(low, unit, 3)} to ${figure(high, unit, 3)})`;
  };
  return {
    textStyle: textStyle(c),
    grid: { left: 12, right: 20, top: 30, bottom: (isSingle ? 8 : 32) + (isFirst ? 36 : 0),
      containLabel: true },
    legend: legend(c, { bottom: isFirst ? 34 : 0, type: 'scroll', show: !isSingle }),
    tooltip: tooltip(c, {
      trigger: 'axis',
      formatter: (items) =>
        tip(dateText(items[0].value[0], data), items
          .filter((item) => item.seriesType === 'line')
          .map((item) => [item.seriesName, value(item), item.color])),
    }),
    xAxis: axis(c, {
      type: data.start_ms === null ? 'value' : 'time',
      min: dates[0],
      max: dates[dates.length - 1],
      axisLabel: data.start_ms === null ? { formatter: (ms) => figure(ms / 1000, 's') } : {},
    }),
    yAxis: axis(c, {
      type: 'value',
      scale: true,
      min: ({ min, max }) => (min >= -1e-6 * max && min < 0.4 * max ? 0 : null),
      name: unitName(unit),
      nameTextStyle: { align: 'left' },
      axisLabel: { formatter: (value_) => tick(value_, unit) },
    }),
    dataZoom: [
      // The wheel alone scrolls the page.
      { type: 'inside', zoomOnMouseWheel: 'ctrl', moveOnMouseMove: true, ...zoom },
      ...(isFirst ? [{
        type: 'slider',
        height: 18,
        bottom: 8,
        showDetail: false,
        showDataShadow: false,
        brushSelect: false,
        borderColor: c.line,
        textStyle: textStyle(c),
        ...zoom,
      }] : []),
    ],
    series: lines,
  };
}

function show(start, end, shared, charts) {
  const width = Math.min(100, Math.max(0.02, end - start));
  shared.start = Math.min(100 - width, Math.max(0, start));
  shared.end = shared.start + width;
  charts.forEach((chart) => {
    if (chart.spec.kind === 'series' && chart.instance) {
      chart.instance.dispatchAction({
        type: 'dataZoom', start: shared.start, end: shared.end, escapeConnect: true,
      });
    }
  });
}

// Where the site's power is highest, in percent of the run.
function peakOf(data, charts) {
  const power = [...charts.values()].find((chart) => chart.spec.panel === 'power');
  const site = siteOf(null, power ? power.state : {}, data);
  const line = site.lines.site_power_w ?? site.lines.it_power_w;
  if (!line) {
    return 0;
  }
  const values = unpack(line, site.count);
  let best = 0;
  values.forEach((value, i) => {
    best = value !== null && value > values[best] ? i : best;
  });
  return (100 * best) / Math.max(1, values.length - 1);
}

export function zoomTo(what, shared, data, charts) {
  const site = data.series.sites[0];
  const lengthMs = 1000 * (site.end_s - site.first_s) || 1;
  const share = (ms) => (100 * ms) / lengthMs;
  const centre = what === 'peak' ? peakOf(data, charts) : (shared.start + shared.end) / 2;
  const width = { all: 100, week: share(7 * dayMs), day: share(dayMs),
    peak: Math.min(share(dayMs), 10) }[what];
  show(centre - width / 2, centre + width / 2, shared, charts);
}

export function zoomKeys(event, shared, data, charts) {
  const width = shared.end - shared.start;
  const moves = {
    ArrowLeft: [-width / 4, -width / 4],
    ArrowRight: [width / 4, width / 4],
    '+': [width / 4, -width / 4],
    '-': [-width / 2, width / 2],
    Home: [-shared.start, 100 - shared.end],
  };
  const move = moves[event.key];
  if (move && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    show(shared.start + move[0], shared.end + move[1], shared, charts);
  }
}
