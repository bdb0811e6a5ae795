/* Adds to a page that is complete without it: the theme, values under the pointer, sorting. */
(function () {
  'use strict';
  var root = document.documentElement;

  function make(tag, name, text) {
    var e = document.createElement(tag);
    if (name) e.className = name;
    if (text) e.textContent = text;
    return e;
  }

  /* ---- theme: automatic, light, dark ---- */
  var themes = ['auto', 'light', 'dark'], bar = document.querySelector('.bar');
  if (bar) {
    var button = make('button');
    button.type = 'button';
    var stored = 'auto';
    try { stored = localStorage.getItem('headroom-theme') || 'auto'; } catch (e) { /* not on disk */ }
    var apply = function (theme) {
      if (theme === 'auto') root.removeAttribute('data-theme');
      else root.setAttribute('data-theme', theme);
      button.textContent = 'Theme: ' + theme;
      button.value = theme;
    };
    button.addEventListener('click', function () {
      var next = themes[(themes.indexOf(button.value) + 1) % themes.length];
      apply(next);
      try { localStorage.setItem('headroom-theme', next); } catch (e) { /* not on disk */ }
    });
    apply(themes.indexOf(stored) < 0 ? 'auto' : stored);
    bar.appendChild(button);
  }

  /* ---- values under the pointer: from the chart's own CSV ---- */
  function cells(line) {
    var out = [], re = /(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g, m;
    while (re.lastIndex <= line.length && (m = re.exec(line))) {
      out.push(m[1] !== undefined ? m[1].replace(/""/g, '"') : m[2]);
      if (m.index + m[0].length >= line.length) break;
      if (m[0] === '') re.lastIndex++;
    }
    return out;
  }

  function table(figure) {
    var link = figure.querySelector('a.csv'), tables = [], names = [];
    if (!link) return null;
    var lines = decodeURIComponent(link.href.replace(/^[^,]*,/, '')).split('\n');
    var head = cells(lines[0]);
    lines.slice(1).forEach(function (line) {
      var row = cells(line), at;
      if (row.length < 3) return;
      at = names.indexOf(row[1]);
      if (at < 0) { at = names.length; names.push(row[1]); tables.push([]); }
      tables[at].push(row);
    });
    return { head: head.slice(2), tables: tables };
  }

  function number(x, unit) {
    if (x === '' || x === undefined) return '\u2013';
    var v = +x;
    if (unit === 's') {
      return v >= 1 ? v.toPrecision(3) + ' s' : v >= 1e-3 ? (v * 1e3).toPrecision(3) + ' ms'
        : (v * 1e6).toPrecision(3) + ' \u00b5s';
    }
    return v >= 1000 ? Math.round(v) + ' /s' : v.toPrecision(3) + ' /s';
  }

  function moment(t) {
    var s = Math.round(t), two = function (x) { return (x < 10 ? '0' : '') + x; };
    return Math.floor(s / 3600) + ':' + two(Math.floor(s / 60) % 60) + ':' + two(s % 60);
  }

  function nearest(rows, t) {
    var lo = 0, hi = rows.length - 1, mid;
    while (lo < hi) {
      mid = (lo + hi + 1) >> 1;
      if (+rows[mid][0] <= t) lo = mid; else hi = mid - 1;
    }
    return rows[lo];
  }

  document.querySelectorAll('figure.chart').forEach(function (figure) {
    var svgs = figure.querySelectorAll('svg[data-key]'), data = null, shown = [];
    svgs.forEach(function (svg) {
      var box = svg.viewBox.baseVal, left = +svg.dataset.left, right = +svg.dataset.right;
      var lo = +svg.dataset.lo, hi = +svg.dataset.hi;
      var line = document.createElementNS(svg.namespaceURI, 'line');
      var out = make('output', 'readout');
      line.setAttribute('class', 'cursor');
      line.setAttribute('y1', 4);
      line.setAttribute('y2', box.height - 24);
      line.style.display = 'none';
      svg.appendChild(line);
      svg.parentNode.appendChild(out);
      shown.push({ svg: svg, line: line, out: out });
      svg.tabIndex = 0;
      var at = (lo + hi) / 2;
      var show = function (t) {
        data = data || table(figure);
        if (!data) return;
        at = Math.min(Math.max(t, lo), hi);
        shown.forEach(function (p) {
          var rows = data.tables[+p.svg.dataset.key], row = rows && nearest(rows, at);
          if (!row) return;
          var x = left + (at - lo) / (hi - lo) * (right - left);
          p.line.style.display = '';
          p.line.setAttribute('x1', x);
          p.line.setAttribute('x2', x);
          p.out.textContent = moment(+row[0]) + '  ' + data.head.map(function (name, i) {
            var unit = /_per_s$/.test(name) ? '/s' : 's';
            return name.replace(/_per_s$|_s$/, '') + ' ' + number(row[i + 2], unit);
          }).join(' \u00b7 ');
        });
      };
      var hide = function () {
        shown.forEach(function (p) { p.line.style.display = 'none'; p.out.textContent = ''; });
      };
      svg.addEventListener('pointermove', function (e) {
        var r = svg.getBoundingClientRect();
        var x = (e.clientX - r.left) / r.width * box.width;
        if (x < left || x > right) hide();
        else show(lo + (x - left) / (right - left) * (hi - lo));
      });
      svg.addEventListener('pointerleave', hide);
      svg.addEventListener('blur', hide);
      svg.addEventListener('keydown', function (e) {
        var step = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
        if (!step) return;
        e.preventDefault();
        show(at + step * (hi - lo) / 100);
      });
    });
  });

  /* ---- sortable tables ---- */
  var scale = { ns: 1e-9, '\u00b5s': 1e-6, us: 1e-6, ms: 1e-3, s: 1, m: 60, min: 60, h: 3600,
    'k': 1e3, 'M': 1e6, 'G': 1e9 };
  function key(text) {
    var m = /^(-?[\d,]*\.?\d+)\s*([a-z\u00b5]*)/i.exec(text);
    if (/^never|^not /.test(text)) return Infinity;
    return m ? +m[1].replace(/,/g, '') * (scale[m[2]] || scale[m[2].charAt(0)] || 1) : -Infinity;
  }
  document.querySelectorAll('table.sortable').forEach(function (t) {
    var heads = t.querySelectorAll('thead th');
    heads.forEach(function (th, column) {
      var b = make('button', '', th.textContent);
      b.type = 'button';
      th.textContent = '';
      th.appendChild(b);
      b.addEventListener('click', function () {
        var down = th.getAttribute('aria-sort') !== 'descending', body = t.tBodies[0];
        var rows = Array.prototype.slice.call(body.rows), numeric = th.classList.contains('n');
        rows.sort(function (a, b2) {
          var x = a.cells[column].textContent, y = b2.cells[column].textContent;
          var d = numeric ? key(x) - key(y) || 0 : x < y ? -1 : x > y ? 1 : 0;
          return (numeric ? down : !down) ? -d : d;
        });
        heads.forEach(function (h) { h.removeAttribute('aria-sort'); });
        th.setAttribute('aria-sort', down ? 'descending' : 'ascending');
        rows.forEach(function (r) { body.appendChild(r); });
      });
    });
  });
})();
