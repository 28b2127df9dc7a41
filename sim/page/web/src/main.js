// SPDX-License-Identifier: Apache-2.0
// The page comes alive: charts are drawn when they come near the screen, and all of them before
// the page is printed.
import { curves } from './curves.js';
import { bars } from './bars.js';
import { heat } from './heat.js';
import { init, connect } from './library.js';
import { lanes } from './lanes.js';
import { points } from './points.js';
import { quantiles } from './quantiles.js';
import { sankey } from './sankey.js';
import { rezoomed, series, zoomKeys, zoomTo } from './series.js';
import { colours, isDark, toggleTheme } from './theme.js';

const makers = { bars, curves, heat, lanes, points, quantiles, sankey, series };
const data = JSON.parse(document.getElementById('data').textContent);
const charts = new Map();
let isPrinting = false;

function option(chart) {
  chart.state.width = chart.instance.getWidth();
  const made = makers[chart.spec.kind](chart.spec, colours(isPrinting), chart.state, data);
  return { animation: false, useUTC: true, ...made };
}

function draw(chart) {
  if (chart.instance) {
    return;
  }
  const heightOf = chart.spec.height;
  if (heightOf) {
    chart.element.style.height = `${heightOf}px`;
  }
  chart.instance = init(chart.element, null, {
    renderer: 'canvas',
    devicePixelRatio: Math.max(2, window.devicePixelRatio || 1),
  });
  if (chart.spec.kind === 'series') {
    chart.instance.group = 'time';
    connect('time');
    chart.instance.on('datazoom', () => {
      const zoom = chart.instance.getOption().dataZoom[0];
      chart.state.window.start = zoom.start;
      chart.state.window.end = zoom.end;
      cancelAnimationFrame(chart.pending);
      chart.pending = requestAnimationFrame(() =>
        chart.instance.setOption(rezoomed(chart.spec, colours(isPrinting), chart.state, data), {
          replaceMerge: ['series'],
        }));
    });
  }
  chart.instance.setOption(option(chart));
  chart.element.dataset.drawn = 'true';
}

function redraw(chart) {
  if (chart.instance) {
    chart.instance.setOption(option(chart), true);
  }
}

const all = (what) => charts.forEach(what);
const window_ = { start: 0, end: 100 }; // of the run in percent, shared by all series

function collect() {
  for (const element of document.querySelectorAll('[data-chart]')) {
    const spec = data.charts[element.dataset.chart];
    charts.set(element.id, { element, spec, state: { window: window_ }, instance: null });
  }
}

function onControls() {
  for (const control of document.querySelectorAll('select[data-for]')) {
    const read = () => {
      for (const id of control.dataset.for.split(' ')) {
        const chart = charts.get(id);
        if (chart) {
          chart.state[control.dataset.key] = control.value;
          redraw(chart);
        }
      }
    };
    control.addEventListener('change', read);
    read();
  }
  for (const button of document.querySelectorAll('button[data-zoom]')) {
    button.addEventListener('click', () => zoomTo(button.dataset.zoom, window_, data, charts));
  }
  all((chart) => {
    if (chart.spec.kind === 'series') {
      chart.element.addEventListener('keydown', (event) =>
        zoomKeys(event, window_, data, charts));
    }
  });
  // A link to a folded table opens it.
  for (const link of document.querySelectorAll('.to-table a')) {
    link.addEventListener('click', () => {
      const target = document.getElementById(link.hash.slice(1));
      if (target instanceof HTMLDetailsElement) {
        target.open = true;
      }
    });
  }
}

function onTheme() {
  const button = document.getElementById('theme');
  const tell = () => button.setAttribute('aria-pressed', String(isDark()));
  button.hidden = false;
  button.addEventListener('click', () => {
    toggleTheme();
    tell();
    all(redraw);
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    tell();
    all(redraw);
  });
  tell();
}

function onPrint() {
  let opened = [];
  const printWidth = 700; // of A4 and Letter between their margins, in CSS pixels
  window.addEventListener('beforeprint', () => {
    isPrinting = true;
    opened = [...document.querySelectorAll('details:not([open]):not(.no-print)')];
    opened.forEach((each) => (each.open = true));
    all((chart) => {
      draw(chart);
      const width = Math.min(printWidth, chart.element.clientWidth || printWidth);
      chart.instance.resize({ width });
      redraw(chart);
    });
  });
  window.addEventListener('afterprint', () => {
    isPrinting = false;
    opened.forEach((each) => (each.open = false));
    all((chart) => {
      chart.instance.resize({ width: 'auto' });
      redraw(chart);
    });
  });
}

function onScreen() {
  const near = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (entry.isIntersecting) {
          near.unobserve(entry.target);
          draw(charts.get(entry.target.id));
        }
      }
    },
    { rootMargin: '300px' },
  );
  all((chart) => near.observe(chart.element));
  let pending = 0;
  window.addEventListener('resize', () => {
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(() => {
      if (!isPrinting) {
        all((chart) => {
          if (chart.instance) {
            chart.instance.resize();
            redraw(chart);
          }
        });
      }
    });
  });
}

collect();
onControls();
onTheme();
onPrint();
onScreen();
document.documentElement.dataset.scripts = 'true';
performance.mark('tokenfab-interactive');
