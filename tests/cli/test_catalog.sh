#!/bin/bash
# headroom catalog and explain PRODUCT: what there is and what it costs.  The texts in
# tests/golden/cli were read by a person once; HR_UPDATE_GOLDEN=1 writes them anew.
# shellcheck source=tests/cli/cli.sh disable=SC2016,SC2015,SC2154
. "$HR_SOURCE_DIR/tests/cli/cli.sh"

# golden NAME: what the program said is what the file says.
golden() {
    local file=$HR_SOURCE_DIR/tests/golden/cli/$1.txt

    if [ -n "${HR_UPDATE_GOLDEN:-}" ]; then
        printf '%s\n' "$out" >"$file"
    fi
    printf '%s\n' "$out" | diff -u "$file" - >diff.txt || fail "$1: $(cat diff.txt)"
}

expect 0 headroom catalog
says "aws.ec2.m5.large"
says "aws.rds.mysql.db.m5.large"
[ "$(printf '%s\n' "$out" | wc -l)" -gt 230 ] || fail "products are missing"
ok "catalog lists all products"

expect 0 headroom catalog sqs
golden catalog-sqs
expect 0 headroom catalog --format concise SQS
golden catalog-sqs-concise
expect 0 headroom catalog waf --format json
golden catalog-waf-json
printf '%s' "$out" | /usr/bin/python3 -c 'import json, sys; json.load(sys.stdin)' ||
    fail "no JSON"
ok "a word picks products by name, kind or summary; three formats"

expect 2 headroom catalog chairs
complains 'chairs'
expect 0 headroom catalog chairs --format json
ok "nothing that fits is said"

expect 0 headroom explain aws.alb
out=$(printf '%s\n' "$out" | sed -n '/^Costs/,/^Known/p')
golden explain-alb
ok "explain PRODUCT shows prices and quotas, each with source, date and confidence"

expect 0 headroom explain aws.rds.mysql.db.m5.large
says "by: storage.type"
says "gp3: \$0.115/GiB-mo"
ok "prices that depend on a setting show the choice"

cat >bill.yaml <<'EOF'
headroom: 1
name: bill
horizon: 10m
places: { us-east-1: { provider: aws, zones: [a, b] } }
traffic:
  users: { from: { europe: 100% }, to: app, rate: 20/s, mix: { home: 100% } }
components:
  app:
    kind: service
    product: aws.ec2.m5.large
    in: us-east-1
    instances: 3
    operations: { home: { bytes: { request: 1kB, response: 20kB }, steps: [ { work: 5ms } ] } }
objectives: [ cost <= $220/mo, cost_per(home) < $0.01 ]
EOF
expect 1 headroom run bill.yaml -r 1 --no-html
says "cost <= \$220/mo"
sed -i 's/\$220/$300/' bill.yaml
expect 0 headroom run bill.yaml -r 1 --no-html
# 3 x 730 h x $0.096 = $210.24; 20/s x 2,628,000 s x 20 kB = 1051.2 GB = 979.0 GiB out, less 100:
# 879.0 x $0.09 = $79.11, within what 12,000 arrivals say of the rate
expect 4 headroom run bill.yaml -r 1 --no-html --set 'app.product=null' --set 'app.cores=2'
says "without a price for app: instance"
ok "a run is billed; a missing price makes its cost undecided, and is named"
