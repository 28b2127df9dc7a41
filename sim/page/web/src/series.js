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

export function series(spec, c, state, data) {
  const site = siteOf(spec, state, data);
  const panel = data.series.panels.find((each) => each.id === spec.panel);
  const dates = datesOf(site, data);
  const unit = panel.unit;
  const lines = panel.columns
    .filter((column) => site.lines[column.name])
    .map((column, i) => {
      const values = unpack(site.lines[column.name], site.count);
      return {
        type: 'line',
        name: column.label,
        color: c.palette[i % c.palette.length],
        lineStyle: { width: 1.4, type: dashes[i % dashes.length] },
        symbol: 'none',
        sampling: 'minmax',
        connectNulls: false,
        data: values.map((value, k) => [dates[k], value]),
      };
    });
  const zoom = { start: state.window.start, end: state.window.end, filterMode: 'none' };
  return {
    textStyle: textStyle(c),
    grid: { left: 12, right: 20, top: 30, bottom: 84, containLabel: true },
    legend: legend(c, { bottom: 36, type: 'scroll' }),
    tooltip: tooltip(c, {
      trigger: 'axis',
      formatter: (items) =>
        tip(dateText(items[0].value[0], data), items.map((item) => [
          item.seriesName, figure(item.value[1], unit), item.color])),
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
      name: unitName(unit),
      nameTextStyle: { align: 'left' },
      axisLabel: { formatter: (value) => tick(value, unit) },
    }),
    dataZoom: [
      // The wheel alone scrolls the page.
      { type: 'inside', zoomOnMouseWheel: 'ctrl', moveOnMouseMove: true, ...zoom },
      {
        type: 'slider',
        height: 18,
        bottom: 8,
        showDetail: false,
        brushSelect: false,
        borderColor: c.line,
        textStyle: textStyle(c),
        ...zoom,
      },
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
