#!/usr/bin/env python3
"""A scenario as a company of many teams would write it, of about as many lines as asked for.

    large_scenario.py LINES > large.yaml

Each team has a group of instances, a database, a cache, a queue and a function that empties it;
its operations call each other inside of the team, and those of other teams.  Designs change something in every fourth team.
"""
import sys

FRONT = 24  # teams with customers of their own
DESIGNS = 2  # beside the base
TEAM = """\
  shop{n}:
    kind: autoscaling_group
    product: aws.ec2.m5.{size}
    instances: {{ min: 3, max: 12 }}
    workers: 64
    queue: 200
    source: "assumed: measure it"
    scaling:
      - track: {{ measure: cpu, at: 60% }}
    operations:
      home{n}:
        bytes: {{ request: 1kB, response: lognormal(p50=24kB p99=120kB) }}
        steps:
          - work: lognormal(p50=8ms p99=40ms)
          - call: shop{n}_items.get
            key: product
            when: {{ miss: [ {{ call: shop{n}_db.read }}, {{ call: shop{n}_items.set }} ] }}
{calls}
      order{n}:
        bytes: {{ request: 2kB, response: 4kB }}
        steps:
          - work: lognormal(p50=12ms p99=60ms)
          - together:
              - {{ call: shop{n}_db.write, timeout: 2s, retry: {{ attempts: 2 }} }}
              - {{ call: bank.charge, timeout: 3s }}
          - send: shop{n}_mails
  shop{n}_items: {{ kind: cache, product: aws.elasticache.redis.cache.r6g.large, nodes: 2, key: product, ttl: 10m }}
  shop{n}_db:
    kind: database
    product: aws.rds.mysql.db.m5.large
    standby: true
    connections: 600
    storage: {{ size: 200GiB, type: gp3 }}
    source: "assumed: take them from the slow-query log"
    operations:
      read: {{ work: lognormal(p50=1ms p99=8ms), reads: 3 }}
      write: {{ work: lognormal(p50=2ms p99=12ms), reads: 3, writes: 2 }}
  shop{n}_mails: {{ kind: queue, product: aws.sqs.standard, visibility: 60s }}
  shop{n}_mailer:
    kind: function
    product: aws.lambda.python3.12
    timeout: 30s
    from: {{ queue: shop{n}_mails, batch: 10, wait: 2s, concurrency: 20 }}
    do: [ {{ work: lognormal(p50=25ms p99=120ms) }} ]
"""
WEB = """\
  shop{n}_web: {{ kind: load_balancer, product: aws.alb, targets: shop{n}, policy: least_outstanding }}
"""
TRAFFIC = """\
  users{n}:
    from: {{ north_america: 70%, europe: 30% }}
    to: shop{n}_web
    rate: 2/s
    shape:
      - daily: {{ low: 40%, peak: 160%, peak_at: "20:00" }}
    mix: {{ home{n}: 80%, order{n}: 20% }}
    key: product
    deadline: 10s
    retry: {{ attempts: 3, timeout: 4s, backoff: 200ms..2s, jitter: full, budget: 20% }}
    source: "assumed: a tenth of the company"
"""
HEAD = """\
headroom: 1
name: A company of {teams} teams
horizon: 1h
places:
  us-east-1: {{ provider: aws, zones: [a, b, c] }}
keys:
  product: {{ count: 200k, popularity: {{ value: zipf(0.9), source: assumed }}, size: 4kB }}
"""


def called(n, teams):
    """Three teams further down; every team but the front ones is called by somebody."""
    return [c for c in range(2 * n + FRONT, 2 * n + FRONT + 3) if c < teams]


def team(n, teams):
    calls = "".join(
        f"          - {{ call: shop{c}.home{c}, timeout: 4s, optional: true }}\n"
        for c in called(n, teams))
    calls += f"          - {{ call: shop{n}.order{n}, optional: true }}"
    web = WEB.format(n=n) if n < FRONT else ""
    return web + TEAM.format(n=n, size=("large", "xlarge", "2xlarge")[n % 3], calls=calls)


def designs(teams):
    text = "chosen: base\ndesigns:\n  base: {}\n"
    for d in range(DESIGNS):
        text += f"  change{d}:\n"
        for n in range(d, teams, 4):
            text += f"    shop{n}.instances: {{ min: {d + 2}, max: 20 }}\n"
            text += f"    shop{n}_db.standby: false\n"
    return text


def disturbances(teams):
    text = "disturbances:\n  zone_loss: { lose: zone us-east-1/a, at: 20m, for: 10m, source: assumed }\n"
    for n in range(0, teams, 2):
        text += f"  slow{n}: {{ slow: shop{n}_db.read, by: 6x, at: 30m, for: 5m, source: assumed }}\n"
    return text + "recovered: { when: [ availability >= 99% ], over: 10s, held: 5m }\n"


def objectives(teams):
    text = "objectives:\n  - availability >= 99.9%\n"
    for n in range(teams):
        text += f"  - utilisation(shop{n}) < 80%\n"
        text += f"  - p99(home{n}) < 800ms\n" if n < FRONT else ""
    return text


def scenario(lines):
    sizes = []
    for teams in (40, 60):  # its length is linear in the number of teams
        sizes.append(len(build(teams).splitlines()))
    per_team = (sizes[1] - sizes[0]) / 20
    return build(round((lines - sizes[0]) / per_team + 40))


def build(teams):
    numbers = range(teams)
    return (HEAD.format(teams=teams) + "traffic:\n"
            + "".join(TRAFFIC.format(n=n) for n in numbers[:FRONT]) + "components:\n"
            + "".join(team(n, teams) for n in numbers)
            + "  bank: { kind: third_party, latency: lognormal(p50=180ms p99=1.2s), source: assumed }\n"
            + disturbances(teams) + objectives(teams) + designs(teams))


if __name__ == "__main__":
    sys.stdout.write(scenario(int(sys.argv[1])))
