'use strict';
// The page of a compiled model. All that is shown comes from the element `data`; names
// of the user go into the page as text only.

// A mistake of this page shows, to whoever looks and to the test.
window.addEventListener('error', event => {
  document.documentElement.dataset.error = event.message;
  document.getElementById('view').append(event.message);
});

const data = JSON.parse(document.getElementById('data').textContent);
const report = data.report;
const layers = new Map(report.layers.map(layer => [layer.name, layer]));
const byId = id => document.getElementById(id);
const count = value => value === null || value === undefined ? '?' : value.toLocaleString('en-US');

/** An element with properties, or attributes where a name has a dash, and children. */
function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties))
    name.includes('-') ? element.setAttribute(name, value) : element[name] = value;
  element.append(...children.flat().filter(child => child !== null && child !== undefined));
  return element;
}

//===------------------------------------------------------------------------===//
// Stages: lines, their owners, the functions they are in
//===------------------------------------------------------------------------===//

const opensFunction = /^ {2}(?:ingot\.entry|ingot\.model|func\.func|llvm\.func)\b[^@]*@("[^"]*"|[\w.$-]+)/;

for (const stage of data.stages) {
  stage.lines = stage.text.split('\n');
  delete stage.text;
  stage.functions = [];
  stage.lines.forEach((line, number) => {
    const match = opensFunction.exec(line);
    if (match)
      stage.functions.push({name: match[1].replace(/^"|"$/g, ''), line: number});
  });
  // Runs of [first line, number of lines, layer].
  stage.ofLayer = new Map();
  for (const [first, length, owner] of stage.owners) {
    const name = data.names[owner];
    if (!stage.ofLayer.has(name))
      stage.ofLayer.set(name, []);
    for (let i = 0; i < length; ++i)
      stage.ofLayer.get(name).push(first + i);
  }
}

function functionAt(stage, line) {
  let found = null;
  for (const candidate of stage.functions) {
    if (candidate.line > line)
      break;
    found = candidate;
  }
  return found;
}

/** "predict" of `mnist_predict_body` and of `mnist.predict`; variables are in none. */
function entryOf(name) {
  for (const entry of report.entries.map(entry => entry.name).sort((a, b) => b.length - a.length))
    if (name.endsWith('_' + entry + '_body') || name.endsWith('.' + entry) || name.endsWith('_' + entry))
      return entry;
  return null;
}

//===------------------------------------------------------------------------===//
// Where the page is: #layer=..., #stage=...&line=..., #report, #remarks
//===------------------------------------------------------------------------===//

function place() {
  const parameters = new URLSearchParams(location.hash.slice(1));
  return {
    layer: parameters.get('layer'), stage: parameters.get('stage'), line: Number(parameters.get('line') ?? -1),
    entry: parameters.get('entry'), tab: parameters.has('report') ? 'report' : parameters.has('remarks') ? 'remarks' : null,
  };
}
const hashOf = parameters => '#' + new URLSearchParams(parameters);
const go = parameters => { location.hash = hashOf(parameters); };
const link = (text, parameters) => make('a', {href: hashOf(parameters)}, text);

//===------------------------------------------------------------------------===//
// The picture: calls in ranks, inputs above
//===------------------------------------------------------------------------===//

const box = {width: 176, height: 50, gapX: 22, gapY: 34};

function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes))
    element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Nodes with ranks; an arrow over several ranks has a node without a box in each. */
function layOut(calls) {
  const nodes = calls.map((call, number) => ({call, number, rank: 0, from: []}));
  nodes.forEach((node, i) => {
    for (const input of calls[i].inputs)
      node.rank = Math.max(node.rank, nodes[input].rank + 1);
  });
  const all = [...nodes];
  nodes.forEach((node, i) => {
    for (const input of calls[i].inputs) {
      let last = nodes[input];
      for (let rank = last.rank + 1; rank < node.rank; ++rank) {
        const bend = {rank, from: [last]};
        all.push(bend);
        last = bend;
      }
      node.from.push(last);
    }
  });
  const ranks = [];
  for (const node of all)
    (ranks[node.rank] ??= []).push(node);
  // Each where its inputs are, on average.
  for (const rank of ranks) {
    for (const node of rank)
      node.wish = node.from.length ? node.from.reduce((sum, from) => sum + from.column, 0) / node.from.length : rank.indexOf(node);
    rank.sort((a, b) => a.wish - b.wish);
    rank.forEach((node, column) => { node.column = column; });
  }
  const widest = Math.max(...ranks.map(rank => rank.length));
  for (const rank of ranks)
    rank.forEach((node, column) => {
      node.x = (column + (widest - rank.length) / 2) * (box.width + box.gapX) + box.width / 2;
      node.y = node.rank * (box.height + box.gapY);
    });
  return {nodes, all, width: widest * (box.width + box.gapX) - box.gapX, height: ranks.length * (box.height + box.gapY) - box.gapY};
}

const shorten = (text, length) => text.length <= length ? text : '…' + text.slice(text.length - length + 1);
const shapeOf = shape => '(' + shape.map(size => size === null ? 'None' : size).join(', ') + ')';

function drawArrow(from, to) {
  const x = from.x, y = from.y + (from.call ? box.height : box.height / 2), end = to.y + (to.call ? -2 : box.height / 2);
  const middle = (y + end) / 2;
  return svg('path', {d: `M${x},${y} C${x},${middle} ${to.x},${middle} ${to.x},${end}`, ...(to.call ? {'marker-end': 'url(#arrow)'} : {})});
}

function drawNode(node) {
  const layer = layers.get(node.call.layer);
  const weights = layer ? layer.parameters.trainable + layer.parameters.frozen : 0;
  const group = svg('g', {
    class: 'node' + (layer?.class === 'InputLayer' ? ' input' : weights ? ' weighted' : ''), tabindex: 0, role: 'button',
    transform: `translate(${node.x - box.width / 2},${node.y})`, 'data-layer': node.call.layer,
  });
  const text = (content, y, kind) => {
    const element = svg('text', {x: box.width / 2, y, 'text-anchor': 'middle', class: kind});
    element.textContent = content;
    return element;
  };
  const steps = node.call.steps > 1 ? ` × ${node.call.steps}` : '';
  const title = svg('title');
  title.textContent = node.call.layer;
  group.append(title, svg('rect', {width: box.width, height: box.height, rx: 7}), text(shorten(node.call.layer, 24), 20, 'name'),
               text(shorten(`${layer?.class ?? ''} ${node.call.output ? shapeOf(node.call.output) + steps : ''}`, 32), 38, 'small'));
  const select = () => go({layer: node.call.layer});
  group.addEventListener('click', select);
  group.addEventListener('keydown', event => { if (event.key === 'Enter') select(); });
  return group;
}

function drawGraph() {
  // Without tier 1 there are layers, but nobody knows what calls what.
  const calls = data.calls.length ? data.calls : report.layers.map((layer, i) => ({layer: layer.name, inputs: i ? [i - 1] : []}));
  if (!calls.length)
    return byId('graph').append('no layers');
  const drawing = layOut(calls), margin = 6;
  const picture = svg('svg', {
    width: drawing.width + 2 * margin, height: drawing.height + 2 * margin, role: 'img', 'aria-label': 'the graph of the model',
    viewBox: `${-margin} ${-margin} ${drawing.width + 2 * margin} ${drawing.height + 2 * margin}`,
  });
  picture.append(svg('defs', {}, svg('marker', {id: 'arrow', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto'},
                                     svg('path', {d: 'M0,0 L8,4 L0,8 z'}))));
  if (data.calls.length)
    for (const node of drawing.all)
      for (const from of node.from)
        picture.append(drawArrow(from, node));
  for (const node of drawing.nodes)
    picture.append(drawNode(node));
  // A wide graph is made smaller as long as it can be read.
  picture.style.minWidth = `${0.62 * drawing.width}px`;
  byId('graph').append(picture);
}

function markGraph(selected, filter) {
  for (const node of document.querySelectorAll('.node')) {
    const isSelected = node.dataset.layer === selected;
    if (isSelected && !node.classList.contains('selected'))
      node.scrollIntoView({block: 'nearest', inline: 'nearest'});
    node.classList.toggle('selected', isSelected);
    const words = `${node.dataset.layer} ${layers.get(node.dataset.layer)?.class ?? ''}`.toLowerCase();
    node.classList.toggle('faded', !words.includes(filter));
  }
}

//===------------------------------------------------------------------------===//
// Parts of views
//===------------------------------------------------------------------------===//

/** A line with its number; names of functions lead to them. */
function lineRow(stage, number, className = '') {
  const row = make('span', {className: 'row ' + className}, make('i', {}, String(number + 1)));
  let rest = stage.lines[number];
  const call = /(?:call|ingot\.call) @([\w.$-]+)/.exec(rest);
  const target = call && stage.functions.find(candidate => candidate.name === call[1]);
  if (target) {
    const at = rest.indexOf('@', call.index);
    row.append(rest.slice(0, at), link('@' + call[1], {stage: stage.name, line: target.line}));
    rest = rest.slice(at + 1 + call[1].length);
  }
  row.append(rest);
  return row;
}

function remarkList(remarks, withLayer) {
  return make('ul', {}, remarks.map(remark => make('li', {className: remark.kind},
    make('span', {className: 'tag'}, remark.kind === 'done' ? remark.decision : 'not ' + remark.decision),
    make('span', {}, withLayer && layers.has(remark.layer) ? [link(remark.layer, {layer: remark.layer}), ': '] : [], prose(remark.message),
         make('span', {className: 'faint'}, `  ${remark.category}${remark.entries.length ? ', in ' + remark.entries.join(', ') : ''}`)))));
}

/** Text with what is in backquotes as code. */
const prose = text => text.split('`').map((part, i) => i % 2 ? make('code', {}, part) : part);

const fact = (value, label) => make('div', {className: 'fact'}, make('b', {}, value), make('span', {}, label));

function sourceView(layer) {
  const places = [];
  for (const call of layer.calls)
    if (call.file && !places.some(known => known.file === call.file && known.line === call.line))
      places.push(call);
  return places.map(({file, line, column}) => {
    const head = make('div', {className: 'faint source-line'}, `${file}:${line}:${column}`);
    const text = data.sources[file]?.split('\n');
    if (!text || !text[line - 1])
      return [head];
    const from = Math.max(0, line - 3), rows = [];
    for (let number = from; number < Math.min(text.length, line + 2); ++number)
      rows.push(make('span', {className: 'row' + (number === line - 1 ? ' mark' : '')}, make('i', {}, String(number + 1)), text[number]));
    return [head, make('pre', {className: 'source'}, rows)];
  }).flat();
}

const firstLines = 300;

/** What a stage has of a layer, under the functions that it is in. */
function stageColumn(stage, name, entry) {
  let numbers = stage.ofLayer.get(name) ?? [];
  const all = numbers.length;
  if (entry)
    numbers = numbers.filter(number => {
      const inside = functionAt(stage, number);
      return !inside || entryOf(inside.name) === entry || entryOf(inside.name) === null;
    });
  const body = make('div', {className: 'code'});
  const fill = limit => {
    body.replaceChildren();
    let last = null, before = -1;
    for (const number of numbers.slice(0, limit)) {
      const inside = functionAt(stage, number);
      if (inside !== last) {
        if (inside)
          body.append(make('span', {className: 'where'}, inside.name));
        last = inside;
      } else if (before >= 0 && number !== before + 1) {
        body.append(make('span', {className: 'row gap'}, '⋯'));
      }
      body.append(lineRow(stage, number));
      before = number;
    }
    if (numbers.length > limit)
      body.append(make('button', {className: 'more', onclick: () => fill(numbers.length)}, `${count(numbers.length - limit)} more lines`));
  };
  fill(firstLines);
  return make('article', {className: 'column', 'data-stage': stage.name, 'data-lines': all},
              make('header', {}, make('b', {}, link(stage.name, {stage: stage.name, line: numbers[0] ?? 0})),
                   make('span', {className: 'faint'}, numbers.length === 1 ? '1 line' : `${count(numbers.length)} lines`)), body);
}

//===------------------------------------------------------------------------===//
// Views
//===------------------------------------------------------------------------===//

function layerView(name, entry) {
  const layer = layers.get(name);
  if (!layer)
    return [make('p', {}, `There is no layer ${name}.`)];
  const entries = report.entries.map(one => one.name).filter(one => !one.startsWith('init'));
  const remarks = report.remarks.filter(remark => remark.layer === name);
  const weights = layer.parameters.trainable + layer.parameters.frozen;
  const choice = make('select', {'aria-label': 'entry', onchange: () => go({layer: name, entry: choice.value})},
                      make('option', {value: ''}, 'all entries'), entries.map(one => make('option', {value: one, selected: one === entry}, one)));
  return [
    make('h2', {}, name),
    make('div', {className: 'faint'}, `${layer.class ?? 'layer'}${layer.calls.length ? ', ' + layer.calls.map(call =>
      shapeOf(call.output) + (call.steps > 1 ? ` × ${call.steps} steps` : '')).join(', ') : ''}`),
    make('div', {className: 'facts'},
         fact(count(layer.macs.forward), 'MACs forward'), fact(count(layer.macs.backward), 'MACs backward'),
         fact(count(weights), layer.parameters.frozen ? `parameters, ${count(layer.parameters.frozen)} frozen` : 'parameters'),
         fact(count(layer.bytes.weights), 'bytes of weights'), fact(count(layer.bytes.activations), 'bytes of output a sample'),
         fact(count(layer.bytes.gradients), 'bytes of gradients'), fact(count(layer.bytes.slots), 'bytes of optimizer slots')),
    make('h3', {}, layer.calls.length > 1 ? `source, ${layer.calls.length} calls` : 'source'), ...sourceView(layer),
    make('div', {className: 'bar'}, make('h3', {}, 'in every stage'), choice),
    make('div', {className: 'columns'}, data.stages.map(stage => stageColumn(stage, name, entry))),
    remarks.length ? make('h3', {}, 'remarks') : null, remarks.length ? remarkList(remarks, false) : null,
  ];
}

function table(heads, rows) {
  return make('div', {className: 'tables'}, make('table', {},
    make('thead', {}, make('tr', {}, heads.map((head, i) => make('th', {className: rows[0]?.children[i]?.className ?? ''}, head)))), make('tbody', {}, rows)));
}
const tableRow = (cells, name) => {
  const row = make('tr', {className: name ? 'link' : ''}, cells.map(cell => make('td', {className: /^[\d,]+$|^\?$/.test(cell) ? '' : 'left'}, cell)));
  if (name)
    row.addEventListener('click', () => go({layer: name}));
  return row;
};

function reportView() {
  const costs = layer => [count(layer.macs.forward), count(layer.macs.backward), count(layer.parameters.trainable + layer.parameters.frozen),
    count(layer.bytes.weights), count(layer.bytes.activations), count(layer.bytes.gradients), count(layer.bytes.slots)];
  return [
    make('h2', {}, 'Report'),
    make('div', {className: 'faint'}, `numerics ${report.numerics}, for ${report.cpu} of ${report.triple}`),
    make('h3', {}, 'layers'),
    table(['layer', 'class', 'MACs forward', 'backward', 'parameters', 'weights', 'output', 'gradients', 'slots'],
          [...report.layers.map(layer => tableRow([layer.name, layer.class ?? '?', ...costs(layer)], layer.name)),
           tableRow(['all', '', ...costs(report.total)])]),
    make('h3', {}, 'entries'),
    table(['entry', 'max batch', 'arena', 'lower bound', 'for packing', 'own code', 'shared code', 'fullest at', 'live there'],
          report.entries.map(entry => tableRow([entry.name, count(entry.max_batch), count(entry.arena_bytes), count(entry.lower_bound),
            count(entry.packing_bytes), count(entry.own_code_bytes), count(entry.shared_code_bytes), entry.peak.layer,
            entry.peak.live.slice(0, 3).map(live => `${live.layer} ${count(live.bytes)}`).join(', ')]))),
    report.code ? make('h3', {}, `functions that entries share, of ${count(report.code.text_bytes)} bytes of code`) : null,
    report.code ? table(['function', 'bytes', 'entries'], report.code.shared.map(shared =>
      tableRow([shared.name, count(shared.bytes), shared.entries.join(', ')]))) : null,
  ];
}

function remarksView() {
  const list = make('div', {});
  const filter = make('input', {type: 'search', placeholder: 'Filter', oninput: () => show()});
  const kind = make('select', {onchange: () => show(), 'aria-label': 'kind'}, ['all', 'done', 'missed'].map(value => make('option', {value}, value)));
  const show = () => {
    const words = filter.value.toLowerCase();
    const found = report.remarks.filter(remark => (kind.value === 'all' || remark.kind === kind.value) &&
      `${remark.layer} ${remark.category} ${remark.decision} ${remark.message}`.toLowerCase().includes(words));
    list.replaceChildren(make('p', {className: 'faint'}, `${found.length} of ${report.remarks.length}`), remarkList(found, true));
  };
  show();
  return [make('h2', {}, 'Remarks'), make('div', {className: 'bar'}, filter, kind), list];
}

/** The text of a stage: a window of it that grows, or the lines that have a word. */
function stageView(name, line) {
  const stage = data.stages.find(one => one.name === name) ?? data.stages[0];
  if (!stage)
    return [make('p', {}, 'There are no stages.')];
  const text = make('pre', {className: 'text'}), window = 2000;
  const filter = make('input', {type: 'search', placeholder: 'Lines with', oninput: () => show()});
  const jump = make('select', {'aria-label': 'function', onchange: () => go({stage: stage.name, line: Number(jump.value)})},
                    make('option', {value: 0}, `${stage.functions.length} functions`),
                    stage.functions.map(one => make('option', {value: one.line, selected: one.line === line}, one.name)));
  let first = Math.max(0, line - 20), last = Math.min(stage.lines.length, first + window);
  const show = () => {
    const words = filter.value.toLowerCase();
    if (words) {
      const found = [];
      for (let i = 0; i < stage.lines.length && found.length < window; ++i)
        if (stage.lines[i].toLowerCase().includes(words))
          found.push(i);
      text.replaceChildren(...found.map(number => lineRow(stage, number)));
      return;
    }
    const rows = [];
    for (let number = first; number < last; ++number)
      rows.push(lineRow(stage, number, number === line ? 'mark' : ''));
    text.replaceChildren(
      ...(first ? [make('button', {className: 'more', onclick: () => { first = Math.max(0, first - window); show(); }}, `lines before ${count(first + 1)}`)] : []),
      ...rows,
      ...(last < stage.lines.length ? [make('button', {className: 'more', onclick: () => { last = Math.min(stage.lines.length, last + window); show(); }}, `${count(stage.lines.length - last)} more lines`)] : []));
  };
  show();
  return [make('h2', {}, stage.name),
          make('div', {className: 'bar'}, data.stages.map(one => make('button', {'aria-current': one === stage, onclick: () => go({stage: one.name})},
            `${one.name}  ${count(one.lines.length)}`))), make('div', {className: 'bar'}, filter, jump), text];
}

//===------------------------------------------------------------------------===//
// The page
//===------------------------------------------------------------------------===//

const tabs = [['layer', 'Layer'], ['report', 'Report'], ['remarks', 'Remarks'], ['stage', 'Stages']];
let lastLayer = (report.layers.find(layer => layer.parameters.trainable + layer.parameters.frozen) ?? report.layers[0])?.name;

function show() {
  const at = place();
  const tab = at.tab ?? (at.stage ? 'stage' : 'layer');
  if (at.layer)
    lastLayer = at.layer;
  byId('view').replaceChildren(...(tab === 'report' ? reportView() : tab === 'remarks' ? remarksView() :
    tab === 'stage' ? stageView(at.stage, at.line) : layerView(lastLayer, at.entry ?? training?.name)).filter(part => part));
  byId('tabs').replaceChildren(...tabs.map(([name, title]) => make('button', {'aria-current': name === tab,
    onclick: () => go(name === 'layer' ? {layer: lastLayer} : name === 'stage' ? {stage: data.stages[0]?.name ?? ''} : {[name]: ''})}, title)));
  markGraph(tab === 'layer' ? lastLayer : null, byId('search').value.toLowerCase());
  byId('view').scrollTop = 0;
  document.querySelector('.row.mark')?.scrollIntoView({block: 'nearest'});
}

byId('model').textContent = report.model;
const training = report.entries.find(entry => entry.name === 'train_step') ?? report.entries.find(entry => entry.name === 'predict');
byId('totals').append(...[
  ['parameters', count(report.total.parameters.trainable + report.total.parameters.frozen)],
  ['MACs a sample', count(report.total.macs.forward)],
  [training ? `arena of ${training.name}` : 'arena', training ? count(training.arena_bytes) + ' B' : '?'],
  ['code', report.code ? count(report.code.text_bytes) + ' B' : '?'],
].map(([label, value]) => make('div', {}, make('dt', {}, label), make('dd', {}, value))));
byId('search').addEventListener('input', () => markGraph(lastLayer, byId('search').value.toLowerCase()));
byId('search').addEventListener('keydown', event => {
  const found = document.querySelector('.node:not(.faded)');
  if (event.key === 'Enter' && found)
    go({layer: found.dataset.layer});
});
byId('theme').addEventListener('click', () => {
  const root = document.documentElement;
  const isDark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = isDark ? 'light' : 'dark';
});
window.addEventListener('hashchange', show);
drawGraph();
show();
document.documentElement.dataset.ready = Math.round(performance.now());
