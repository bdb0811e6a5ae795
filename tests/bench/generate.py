#!/usr/bin/env python3
"""Scenarios that are too large to write by hand, on standard output.

    generate.py instances N   a balancer before one service of N instances
    generate.py targets N     the same with least_outstanding, at the same load of each target
    generate.py components N  N services: a balancer before half of them, each calls its own other
    generate.py in_flight N   N requests wait at a third party at any time
    generate.py objects N     a cache that holds N objects, as warm as its load makes it
    generate.py lines N       N lines of components and operations, for `headroom check`

The horizon gives each about REQUESTS requests (second argument after N; default 1000000).
"""
import sys

HEAD = """headroom: 1
name: {what} {n}
question: What does one of {n} {what} cost?
horizon: {horizon}
warmup: {warmup}
drain: 0s
"""
TRAFFIC = """traffic:
  users: {{ to: {to}, rate: {rate}/s, mix: {{ {mix}: 100% }}, source: by definition }}
"""


def head(what, n, rate, requests, warmup="0s"):
    horizon = max(requests / rate, 1e-3)
    return HEAD.format(what=what, n=n, horizon=f"{horizon * 1e6:.0f}us", warmup=warmup)


def instances(n, requests, policy="round_robin"):
    rate = 50 * n  # half of what n cores can do
    return head("instances", n, rate, requests) + TRAFFIC.format(to="front", rate=rate, mix="page") + f"""components:
  front: {{ kind: load_balancer, targets: app, policy: {policy} }}
  app:
    kind: service
    instances: {n}
    cores: 1
    operations:
      page: [ {{ work: exponential(10ms), source: by definition }} ]
"""


def targets(n, requests):
    return instances(n, requests, "least_outstanding")


def components(n, requests):
    pairs = n // 2
    rate = 50 * pairs
    names = ", ".join(f"a{i}" for i in range(pairs))
    text = head("components", n, rate, requests) + TRAFFIC.format(to="front", rate=rate, mix="page")
    text += f"components:\n  front: {{ kind: load_balancer, targets: [ {names} ] }}\n"
    for i in range(pairs):
        text += f"""  a{i}:
    kind: service
    operations:
      page: [ {{ work: exponential(5ms), source: by definition }}, {{ call: b{i}.read }} ]
  b{i}:
    kind: service
    operations:
      read: [ {{ work: exponential(5ms), source: by definition }} ]
"""
    return text


def in_flight(n, requests):
    rate = max(n // 10, 1)  # each stays ten seconds
    return (head("requests in flight", n, rate, requests, "30s")
            + TRAFFIC.format(to="far", rate=rate, mix="get") + """components:
  far: { kind: third_party, latency: { value: exponential(10s), source: by definition } }
""")


def objects(n, requests):
    return (head("objects", n, 100000, requests) + TRAFFIC.format(to="shop", rate=100000, mix="get") + f"""keys:
  object: {{ count: {n}, popularity: {{ value: zipf(0.5), source: by definition }}, size: 100B }}
components:
  shop:
    kind: service
    cores: 1000
    operations:
      get: [ {{ work: 1ms, source: by definition }}, {{ call: items.get, key: object, when: {{ miss: [ {{ call: items.set, key: object }} ] }} }} ]
  items: {{ kind: cache, memory: {100 * n}B }}
""")


def lines(n, _):
    text = head("lines", n, 1, 1) + TRAFFIC.format(to="s0", rate=1, mix="o0") + "components:\n"
    services, operations = max((n - 9) // 30, 1), 9
    for s in range(services):
        text += f"  s{s}:\n    kind: service\n    operations:\n"
        for o in range(operations):
            call = f"{{ call: s{s + 1}.o{o} }}" if s + 1 < services else "{ wait: 1ms }"
            text += f"      o{o}:\n        - work: lognormal(p50={o + 1}ms p99=60ms)\n        - {call}\n"
    return text


if __name__ == "__main__":
    kinds = {f.__name__: f for f in (instances, targets, components, in_flight, objects, lines)}
    if len(sys.argv) not in (3, 4) or sys.argv[1] not in kinds:
        sys.exit(__doc__)
    requests = float(sys.argv[3]) if len(sys.argv) == 4 else 1e6
    sys.stdout.write(kinds[sys.argv[1]](int(sys.argv[2]), requests))
