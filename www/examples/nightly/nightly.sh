#!/bin/sh
# Examines, trains, measures and publishes: once a night, or once a week. It stops at the first command that fails, and what
# is live stays. Put this line into crontab; cron sends what it prints by mail:
#
#   0 4 * * 1  cd /srv/shelfwise && EVENTS='ga4/*' CATALOG=feed.xml ./nightly.sh
#
# usage: nightly.sh [all|doctor|train|measure|publish [DAY]]
# DAY is kept out of training and measured on, such as 2026-03-31: yesterday, if you leave it out.
#
# Beside it lie model/policy.swp and the folder keys, which docs/inputs.md makes once. The policy's signature holds for 14
# days: whoever keeps the rules signs it again.
set -eu

: "${EVENTS:?the log: a file, or a pattern in quotes}"
: "${PUBLIC:=public/shelfwise}"
step=${1:-all}
day=${2:-$(date -u -d yesterday +%F)}

# Each command gets the options that apply; a folder or file that is not there yet adds none.
catalog() { [ -z "${CATALOG:-}" ] || printf '%s %s' --catalog "$CATALOG"; }
against() { [ ! -f doctor.json ] || echo --against doctor.json; }
previous() { [ ! -f model/model.swm ] || echo --previous model/model.swm; }

# Words of options are split on purpose: name files without blanks.
# shellcheck disable=SC2046,SC2086
run() {
    case $1 in
    doctor)
        shelfwise doctor --events "$EVENTS" $(catalog) $(against) --html doctor.html --json > doctor-new.json
        ;;
    train)
        shelfwise train --events "$EVENTS" $(catalog) --until "$day" $(previous) ${TRAIN_OPTIONS:-} --out next
        ;;
    measure)
        shelfwise evaluate --snapshot next/model.swm --events "$EVENTS" --since "$day"
        ;;
    publish)
        shelfwise publish "$PUBLIC" --snapshot next/model.swm --policy model/policy.swp \
            --key keys/release.key --policy-key keys/policy.pub --events "$EVENTS" --since "$day"
        shelfwise verify "$PUBLIC" --key keys/release.pub --key keys/policy.pub
        mv doctor-new.json doctor.json
        cp next/model.swm model/model.swm
        ;;
    *)
        echo "nightly.sh: there is no step $1: all, doctor, train, measure, publish" >&2
        exit 2
        ;;
    esac
}

if [ "$step" = all ]; then
    for each in doctor train measure publish; do run "$each"; done
else
    run "$step"
fi
