// SPDX-License-Identifier: Apache-2.0
// Flows of energy or money from the left to the right.
import { textStyle, tip, tooltip } from './theme.js';

export function sankey(spec, c, state) {
  const narrow = state.width < 760; // names then leave no room for amounts
  const nodes = spec.nodes.map((node, i) => ({
    id: String(i),
    name: node.name,
    depth: node.column,
    text: node.text,
    itemStyle: { color: c.groups[node.group] ?? c.groups.loss, borderWidth: 0 },
  }));
  const label = (node) => (narrow ? node.name : `${node.name}  {q|${node.text}}`);
  return {
    tooltip: tooltip(c, {
      trigger: 'item',
      formatter: ({ dataType, data }) =>
        dataType === 'edge'
          ? tip(`${spec.nodes[data.from].name} \u2192 ${spec.nodes[data.to].name}`, [
              ['', data.text],
              ['of what leaves the first', data.share],
            ])
          : tip(data.name, [['', data.text]]),
    }),
    series: [
      {
        type: 'sankey',
        left: 4,
        right: narrow ? 110 : 170,
        top: 8,
        bottom: 8,
        nodeWidth: 12,
        nodeGap: 16,
        nodeAlign: 'left',
        draggable: false,
        layoutIterations: 64,
        emphasis: { focus: 'adjacency' },
        data: nodes,
        links: spec.links.map((link) => ({
          source: link.from,
          target: link.to,
          from: link.from,
          to: link.to,
          value: link.amount,
          text: link.text,
          share: link.share,
        })),
        lineStyle: { color: 'source', opacity: c.dark ? 0.35 : 0.28, curveness: 0.5 },
        label: {
          ...textStyle(c),
          textBorderColor: c.ground,
          textBorderWidth: 3,
          rich: { q: { color: c.quiet, textBorderColor: c.ground, textBorderWidth: 3 } },
          formatter: ({ data }) => label(data),
        },
      },
    ],
  };
}
