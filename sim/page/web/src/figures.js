// SPDX-License-Identifier: Apache-2.0
// Numbers with units, as the program writes them.
const steps = {
  W: [[1e9, 'GW'], [1e6, 'MW'], [1e3, 'kW'], [1, 'W']],
  J: [[3.6e12, 'GWh'], [3.6e9, 'MWh'], [3.6e6, 'kWh'], [1e3, 'kJ'], [1, 'J']],
  s: [[172800, 'days', 86400], [7200, 'h', 3600], [180, 'min', 60], [1, 's'], [1e-3, 'ms'],
    [0, '\u00b5s', 1e-6]],
  l: [[1e3, 'm\u00b3'], [0, 'l', 1]],
};

export function digits(value, count = 4) {
  if (value === null || !Number.isFinite(value)) {
    return '\u2013';
  }
  const size = Math.abs(value);
  if (size >= 1e9) {
    return compact(value);
  }
  if (size >= 1000) {
    return Math.round(value).toLocaleString('en-US');
  }
  return String(Number(value.toPrecision(count)));
}

export function compact(value) {
  for (const [step, letter] of [[1e15, 'P'], [1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e3, 'k']]) {
    if (Math.abs(value) >= step) {
      return `${Number((value / step).toPrecision(3))}${letter}`;
    }
  }
  return String(Number(value.toPrecision(3)));
}

export function figure(value, unit, count = 4) {
  if (value === null || !Number.isFinite(value)) {
    return '\u2013';
  }
  if (steps[unit]) {
    const size = Math.abs(value);
    const found = steps[unit].find(([least]) => size >= least) ?? steps[unit].at(-1);
    return `${digits(value / (found[2] ?? found[0]), count)} ${found[1]}`;
  }
  switch (unit) {
    case 'share':
      return `${digits(100 * value, count)} %`;
    case 'USD':
      return `$${digits(value, count)}`;
    case 'USD/kWh':
      return `$${digits(value, count)}/kWh`;
    case '1/s':
      return `${digits(value, count)}/s`;
    case 'degC':
      return `${digits(value, count)} \u00b0C`;
    case '1':
    case '':
      return digits(value, count);
    default:
      return `${digits(value, count)} ${unit}`;
  }
}

// Of an axis: fewer digits.
export function tick(value, unit) {
  if (unit === '1' || unit === '') {
    return Math.abs(value) >= 1e4 ? compact(value) : digits(value);
  }
  if (unit === '1/s') {
    return Math.abs(value) >= 1e4 ? compact(value) : digits(value);
  }
  // The name of the axis says the unit of these.
  return unitName(unit) ? digits(value) : figure(value, unit, 4);
}

export const unitName = (unit) =>
  ({ 1: '', '1/s': 'per second', USD: 'USD', s: '', W: '', J: '', share: '', degC: '' })[unit] ??
  unit;

// {"offset", "scale", "steps"} as numbers; unknown ones are null.
export function unpack(line, count) {
  if (line.steps === '') {
    return new Array(count).fill(line.offset);
  }
  const bytes = atob(line.steps);
  const values = new Array(bytes.length / 2);
  for (let i = 0; i < values.length; ++i) {
    const step = bytes.charCodeAt(2 * i) | (bytes.charCodeAt(2 * i + 1) << 8);
    values[i] = step === 65535 ? null : line.offset + line.scale * step;
  }
  return values;
}
