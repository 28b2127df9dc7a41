// SPDX-License-Identifier: Apache-2.0
// Bundles src into dist/page.js and dist/page.css; the same input gives the same bytes.
// node build.mjs [OUTPUT_FOLDER]
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';

const out = process.argv[2] ?? 'dist';
const version = (name) =>
  JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version;

// What is in the bundle and under which terms: it travels with every report.
const banner = `/*!
Tokenfab, Apache-2.0. This script contains Apache ECharts ${version('echarts')} (Apache-2.0,
Copyright The Apache Software Foundation; this product includes software developed at The Apache
Software Foundation, www.apache.org), tslib (0BSD, Copyright Microsoft Corporation), and zrender
${version('zrender')}:
${readFileSync('node_modules/zrender/LICENSE', 'utf8').trim()}
*/`;

await build({
  entryPoints: { page: 'src/main.js' },
  outdir: out,
  bundle: true,
  minify: true,
  format: 'iife',
  target: ['es2020'],
  charset: 'ascii',
  legalComments: 'none',
  banner: { js: banner },
  define: { 'process.env.NODE_ENV': '"production"' },
});
await build({
  entryPoints: { page: 'src/page.css' },
  outdir: out,
  bundle: true,
  minify: true,
  charset: 'ascii',
});
