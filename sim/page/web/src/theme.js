// SPDX-License-Identifier: Apache-2.0
// Colours: those of Okabe and Ito, told apart by colour-blind readers, on a light and a dark
// ground. Lines differ in their dashes too.
const root = document.documentElement;

export function isDark() {
  const chosen = root.dataset.theme;
  return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

export function toggleTheme() {
  root.dataset.theme = isDark() ? 'light' : 'dark';
}

const onLight = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'];
const onDark = ['#56b4e9', '#e69f00', '#2fc49b', '#e19bc3', '#f0e442', '#ff8a3d', '#f2f2f2'];
export const dashes = ['solid', 'solid', 'dashed', 'dotted', 'dashed', 'dotted', 'solid'];
export const symbols = ['circle', 'diamond', 'triangle', 'rect', 'pin', 'roundRect', 'arrow'];

const layersOnLight = {
  energy: '#e69f00',
  chips: '#0072b2',
  infrastructure: '#009e73',
  models: '#cc79a7',
  applications: '#56b4e9',
  total: '#555555',
  service: '#56b4e9',
  job: '#cc79a7',
  product: '#d55e00',
  loss: '#999999',
};
const layersOnDark = {
  ...layersOnLight,
  chips: '#4ba3db',
  infrastructure: '#2fc49b',
  total: '#bbbbbb',
  product: '#ff8a3d',
  loss: '#808890',
};

export function colours(isPrinting) {
  const dark = isDark() && !isPrinting;
  return {
    dark,
    text: dark ? '#e8eaed' : '#1c2126',
    quiet: dark ? '#a9b1ba' : '#59636e',
    line: dark ? '#3d444d' : '#d5dade',
    ground: dark ? '#161a1f' : '#ffffff',
    palette: dark ? onDark : onLight,
    groups: dark ? layersOnDark : layersOnLight,
    // Cividis (Nunez, Anderton and Renslow, PLOS ONE 2018): reads the same to all eyes.
    ramp: ['#00224e', '#35456c', '#666970', '#948e77', '#c8b866', '#fee838'],
  };
}

const font = 'system-ui, "Segoe UI", "Liberation Sans", "DejaVu Sans", sans-serif';

export function textStyle(c, size = 12) {
  return { color: c.text, fontFamily: font, fontSize: size };
}

export function axis(c, more = {}) {
  return {
    axisLine: { show: true, lineStyle: { color: c.quiet } },
    axisLabel: { color: c.quiet, fontFamily: font, hideOverlap: true, ...more.axisLabel },
    splitLine: { lineStyle: { color: c.line } },
    minorSplitLine: { show: false },
    nameTextStyle: { color: c.quiet, fontFamily: font, ...more.nameTextStyle },
    ...Object.fromEntries(
      Object.entries(more).filter(([key]) => key !== 'axisLabel' && key !== 'nameTextStyle'),
    ),
  };
}

// A padded range as options of an axis; the ends of a logarithmic one are no round numbers.
export function scaled({ ends, ...range }, formatter) {
  return {
    ...range,
    axisLabel: { formatter, showMinLabel: ends, showMaxLabel: ends },
  };
}

export function legend(c, more = {}) {
  return {
    type: 'plain',
    bottom: 0,
    textStyle: textStyle(c),
    inactiveColor: c.line,
    itemWidth: 22,
    itemHeight: 10,
    ...more,
  };
}

// As elements: a policy that allows no inline styles allows no markup with them.
export function tip(title, rows) {
  const box = document.createElement('div');
  const head = document.createElement('strong');
  head.textContent = title;
  box.append(head);
  for (const [name, value, colour] of rows) {
    const line = document.createElement('div');
    line.className = 'tip-row';
    if (colour) {
      const dot = document.createElement('i');
      dot.style.background = colour;
      line.append(dot);
    }
    const label = document.createElement('span');
    label.textContent = name;
    const figure = document.createElement('b');
    figure.textContent = value;
    line.append(label, figure);
    box.append(line);
  }
  return box;
}

export function tooltip(c, more) {
  return {
    confine: true,
    backgroundColor: c.ground,
    borderColor: c.line,
    textStyle: textStyle(c),
    transitionDuration: 0,
    ...more,
  };
}
