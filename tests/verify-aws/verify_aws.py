"""Asks AWS whether the rules that lakebed is built on are so: replays the committed cases on a real account.

It costs money, little of it: the plan is printed first, and nothing happens without `--yes-spend-money`. It has to be
an account of AWS. An emulator can be named by AWS_ENDPOINT_URL, which helps those who change this script; what an
emulator says proves nothing about AWS. It has not been run on an account yet.

Exit codes: 0 everything agrees, 1 something differs or could not be asked or deleted, 2 nothing was done.
"""

import argparse
import signal
import sys
import time
from pathlib import Path

import names
import plan

HERE = Path(__file__).resolve().parent
FLAGS = {
    "--plan": "print what a run would make and cost; contacts nothing",
    "--yes-spend-money": "run; without it nothing is contacted",
    "--target": "print a lakebed.toml for --prefix, --account and --region",
    "--keep": "delete nothing at the end but the delivery streams, which go as soon as they have delivered",
}
ARTIFACTS_HELP = "folder of `lakebed generate --all --out DIR`; may be repeated"


def arguments(given):
    parser = argparse.ArgumentParser(
        prog="verify_aws.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for flag, help_text in FLAGS.items():
        parser.add_argument(flag, action="store_true", help=help_text)
    add = parser.add_argument
    add("--cleanup", metavar="PREFIX", help="delete what a killed run, or one with --keep, has left")
    add("--only", metavar="PART", action="append", choices=plan.PARTS, help="one part; may be repeated")
    add("--artifacts", metavar="DIR", action="append", type=Path, default=[], help=ARTIFACTS_HELP)
    add("--prefix", help="lakebed-verify-XXXX, to know the names beforehand; random otherwise")
    add("--account", help="twelve digits; a run stops when the credentials are those of another account")
    add("--region", help="AWS region; that of the environment otherwise")
    add("--streams-at-once", metavar="N", type=int, default=15, help="streams that may exist at a time (15)")
    add("--out", metavar="DIR", type=Path, default=Path(), help="folder for the report; here otherwise")
    args = parser.parse_args(given)
    if args.streams_at_once < 1:
        parser.error("--streams-at-once must be 1 or more")
    for folder in args.artifacts:
        if not folder.is_dir():
            parser.error(f"--artifacts {folder}: there is no such folder")
    prefix = args.cleanup or args.prefix or names.new_prefix()
    if not names.FORM.fullmatch(prefix):
        parser.error(f"{prefix}: a prefix is lakebed-verify- and 4 to 12 lower-case letters or digits")
    if args.target and not (args.prefix and args.account and args.region):
        parser.error("--target needs --prefix, --account and --region")
    return args, prefix


def tell(line):
    print(f"{time.strftime('%H:%M:%S')}  {line}", flush=True)


def connect(args, prefix):
    """The account; a run in the wrong one must not begin."""
    from account import Account  # Only here: the plan needs no package.

    account = Account(prefix, args.region)
    if args.account and args.account != account.names.account:
        raise ValueError(f"the credentials are of account {account.names.account}, not {args.account}")
    tell(f"account {account.names.account}, region {account.names.region}, as {account.caller}")
    tell(f"calls go to {account.endpoint}")
    return account


def clean(account):
    """Deletes everything; an impatient Ctrl-C does not stop it half-way."""
    import cleanup

    def patience(*_):
        tell(f"deleting; what is killed now is left for --cleanup {account.names.prefix}")

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, patience)
    left = cleanup.run(account, tell)
    for line in left:
        tell(f"NOT DELETED: {line}")
    if left:
        tell(f"run again with --cleanup {account.names.prefix} --region {account.names.region}")
    return not left


def asked(account, wanted, results):
    """Asks everything; results are added as they come, so that a run that breaks off has those it has."""
    import artifacts
    import athena
    import delivery
    from prefixes import judge_refusal

    counted = {part: module.counted for part, module in plan.POURED.items()}
    for start in range(0, len(wanted.streams), wanted.batch):
        batch = wanted.streams[start : start + wanted.batch]
        tell(f"streams {start + 1} to {start + len(batch)} of {len(wanted.streams)}")
        delivered = delivery.pour(account, batch, counted, tell)
        for stream in batch:
            results += plan.POURED[stream.part].judge(stream, delivered[stream.name])
    for stream in wanted.refused:
        code, message = delivery.create_direct(account, stream) or ("", "")
        if not code:
            delivery.delete(account, [stream.name])
        results.append(judge_refusal(stream, code, message))
        tell(f"refused prefix {stream.cases[0]['id']}: {results[-1].verdict}")
    if wanted.projection:
        athena.run(account, wanted.projection, results, tell)
    if wanted.files:
        artifacts.run(account, wanted.folders, results, tell)


def write_report(account, results, folder):
    """Writes the report, and says whether AWS agreed with everything that it was asked."""
    import json

    import report

    made = report.document(
        results,
        date=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        account=account.names.account,
        region=account.names.region,
        endpoint=account.endpoint,
        prefix=account.names.prefix,
    )
    folder.mkdir(parents=True, exist_ok=True)
    texts = {"json": json.dumps(made, indent=2, ensure_ascii=False) + "\n", "md": report.markdown(made)}
    for end, text in texts.items():
        path = folder / f"report-{made['date'][:10]}-{account.names.prefix}.{end}"
        path.write_text(text, encoding="utf-8")
        tell(f"wrote {path}")
    tell(", ".join(f"{count} {verdict}" for verdict, count in made["counts"].items()))
    return set(made["counts"]) <= {"agrees", "observed"}


def run(args, wanted):
    account = connect(args, wanted.prefix)
    account.check_unused()
    tell("begins in 10 seconds; Ctrl-C stops it")
    time.sleep(10)
    results = []
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        account.prepare()
        asked(account, wanted, results)
    except KeyboardInterrupt:
        tell("stopped")
    except Exception as error:  # Whatever it is: what was made is to be deleted, what was seen to be reported.
        tell(f"broke off: {type(error).__name__}: {error}")
    finally:
        try:
            agreed = write_report(account, results + wanted.unasked(results), args.out)
        finally:
            deleted = args.keep or clean(account)
    return 0 if agreed and deleted else 1


def main(given):
    args, prefix = arguments(given)
    if args.target:
        print(names.Names(prefix, args.account, args.region).target(), end="")
        return 0
    if args.cleanup:
        try:
            return 0 if clean(connect(args, prefix)) else 1
        except Exception as error:
            return stopped(error)
    wanted = plan.Plan(prefix, args.only or plan.PARTS, args.artifacts, args.streams_at_once)
    print(wanted.text())
    if args.plan:
        return 0
    if not args.yes_spend_money:
        print("Nothing was contacted or made. --yes-spend-money runs this plan.")
        return 2
    try:
        return run(args, wanted)
    except KeyboardInterrupt:
        return stopped("nothing was made")
    except Exception as error:  # Of the time before anything was made: `run` answers for all that comes later.
        return stopped(error)


def stopped(error):
    kind = "" if isinstance(error, str | ValueError) else f"{type(error).__name__}: "
    hint = f"; pip install -r {HERE / 'requirements.txt'}" if isinstance(error, ImportError) else ""
    print(f"Stopped: {kind}{error}{hint}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
