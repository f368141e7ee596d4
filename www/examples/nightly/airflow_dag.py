"""The steps of nightly.sh as tasks of Airflow 3: each is repeated alone, and the next begins when it has succeeded."""

from datetime import datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, chain

with DAG(
    "shelfwise",
    schedule="0 4 * * 1",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
):
    steps = [
        BashOperator(
            task_id=step,
            cwd="/srv/shelfwise",
            env={"EVENTS": "ga4/*", "CATALOG": "feed.xml"},
            append_env=True,
            # The blank at the end keeps Airflow from taking the command for the name of a template's file.
            bash_command=f"./nightly.sh {step} {{{{ macros.ds_add(ds, -1) }}}} ",
            retries=2,
            retry_delay=timedelta(minutes=10),
        )
        for step in ("doctor", "train", "measure", "publish")
    ]
    chain(*steps)
