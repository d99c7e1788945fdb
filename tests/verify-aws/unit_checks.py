"""Checks of everything that needs no account: `python3 -B unit_checks.py`."""

import json
import re
import shutil
import subprocess
import unittest
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import cases
import compare
import cost
import keys
import names
import parity
import plan
import prefixes
import projection
import queries
import report
import scope

PREFIX = "lakebed-verify-ab12"
NAMES = names.Names(PREFIX, "210987654321", "eu-west-1")
# Calls of boto3 whose permission has another name.
ACTIONS = {
    "s3": {
        "head_bucket": "ListBucket",
        "list_objects_v2": "ListBucket",
        "list_multipart_uploads": "ListBucketMultipartUploads",
        "delete_objects": "DeleteObject",
    },
}


def by_id(part):
    return {case["id"]: case for case in cases.read(part)}


class Keys(unittest.TestCase):
    def test_every_valid_prefix_comes_to_what_its_case_says(self):
        seen = 0
        for case in cases.read("prefixes"):
            if case["verdict"] == "valid":
                said, zone = case["evaluates"], case.get("custom_time_zone")
                at = datetime.fromisoformat(said["at"])
                rest = {"keys": said.get("partition_keys"), "random": "<random-string>"}
                text = keys.evaluate(case["prefix"], at, zone, **rest)
                self.assertEqual(text, said["prefix"], case["id"])
                if "error_output_prefix" in said:
                    wanted = said["error_output_prefix"]
                    text = keys.evaluate(case["error_output_prefix"], at, zone, error_type="processing-failed", **rest)
                    self.assertEqual(text, wanted, case["id"])
                seen += 1
        self.assertEqual(seen, 19)

    def test_an_object_key(self):
        case = by_id("prefixes")["cdk-doc-random"]
        stream = prefixes.stream(case, f"{PREFIX}-p00")
        at = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
        delivered = cases.Delivered(put_from=at, put_until=at + timedelta(seconds=1))
        tail = f"{PREFIX}-p00-1-2026-12-31-23-59-59-7f2d1d9e-3c9d-4a39-9d43-0123456789ab"
        start = "myFirehose/DeliveredYear=2026/anyMonth/rand="

        def judged(*found):
            delivered.objects = dict.fromkeys(found, b"")
            return prefixes.judge(stream, delivered)[0].verdict

        self.assertEqual(judged(f"{start}046b6c7f-0b{tail}"), cases.AGREES)
        # The year turns while the record is put.
        self.assertEqual(judged(f"{start.replace('2026', '2027')}046b6c7f0bx{tail}"), cases.AGREES)
        for wrong in (
            f"{start.replace('2026', '2025')}046b6c7f0bx{tail}",  # Another year.
            f"{start}046b6c7f0b{tail}",  # Ten characters.
            f"{start}046b6c7f0bx2026/12/31/23/{tail}",  # The default suffix after an expression.
            f"{start}046b6c7f0bx{tail}.gz",
        ):
            self.assertEqual(judged(wrong), cases.DIFFERS, wrong)
        self.assertEqual(judged(), cases.NOT_CHECKED)

    def test_a_letter_that_is_not_known_is_an_error(self):
        with self.assertRaises(ValueError):
            keys.date_text("YYYY", datetime.now(UTC))


class Comparison(unittest.TestCase):
    def outcome(self, case, found):
        return compare.fits(by_id("parity")[case]["expect"], found)

    def test_rows(self):
        row = {"d": date(2026, 9, 7), "more": 1}
        self.assertTrue(self.outcome("date-text-2026-09-07", {"row": {k: compare.plain(v) for k, v in row.items()}}))
        self.assertFalse(self.outcome("date-text-2026-09-07", {"row": {"d": "2026-09-08"}}))
        self.assertFalse(self.outcome("date-text-2026-09-07", {"error": {"code": "", "message": ""}}))

    def test_values_of_parquet(self):
        self.assertEqual(compare.plain(datetime(2018, 2, 7, 19, 58, 48, 123000)), "2018-02-07T19:58:48.123")
        self.assertEqual(compare.plain(datetime(2001, 9, 9, 1, 46, 40)), "2001-09-09T01:46:40")
        self.assertEqual(compare.plain([("k", ["v", None])]), {"k": ["v", None]})
        self.assertEqual(compare.plain([]), [])
        self.assertEqual(compare.plain(float("nan")), "nan")

    def test_true_is_not_one(self):
        self.assertFalse(compare.same({"active": True}, {"active": 1}))
        self.assertTrue(compare.same({"price": 20}, {"price": 20.0}))

    def test_errors(self):
        code = "DataFormatConversion.MalformedData"
        text = 'Data does not match the schema. For input string: "oops"'
        self.assertTrue(self.outcome("flat-bad-number-string", {"error": {"code": code, "message": text}}))
        self.assertFalse(self.outcome("flat-bad-number-string", {"error": {"code": code, "message": "else"}}))
        self.assertTrue(self.outcome("tinyint-overflow", {"error": {"code": code, "message": "any"}}))
        self.assertFalse(self.outcome("tinyint-overflow", {"error": {"code": "Other", "message": "any"}}))
        self.assertFalse(self.outcome("tinyint-overflow", {"row": {"qty": -128}}))

    def test_error_objects(self):
        line = b'{"lastErrorCode":"C","lastErrorMessage":"M","rawData":"e30="}\n'
        self.assertEqual(compare.error_lines(line * 2), [(b"{}", {"error": {"code": "C", "message": "M"}})] * 2)
        other = line.replace(b"lastErrorM", b"ErrorM").replace(b"lastErrorC", b"errorC")
        self.assertEqual(compare.error_lines(other), compare.error_lines(line))
        self.assertIn("strange", compare.error_lines(b'{"strange": 1}')[0][1]["error"]["message"])


class Streams(unittest.TestCase):
    def test_every_case_is_asked_once(self):
        wanted = plan.Plan(PREFIX, plan.PARTS, [], 15)
        asked = [(stream.part, case["id"]) for stream in wanted.streams + wanted.refused for case in stream.cases]
        asked += [("projection", case["id"]) for case in wanted.projection]
        every = [(part, case["id"]) for part in cases.FILES for case in cases.read(part)]
        self.assertEqual(sorted(asked), sorted(every))
        self.assertEqual([result.case for result in wanted.unasked([])], [case for _, case in every])
        named = [stream.name for stream in wanted.streams + wanted.refused]
        self.assertEqual(len(set(named)), len(named))
        self.assertLess(max(map(len, named)), 64)

    def test_columns_of_a_stream_serve_each_of_its_cases(self):
        made = parity.streams(cases.read("parity"), PREFIX)
        self.assertLess(len(made), 12)
        for stream in made:
            types = {column["Name"]: column["Type"] for column in stream.columns}
            self.assertEqual(len(types), len(stream.columns))
            for case in stream.cases:
                for column in case["columns"]:
                    self.assertEqual(types[column["name"]], column["type"], case["id"])

    def test_records_are_those_of_the_cases(self):
        for case in cases.read("parity"):
            record = parity.tagged(case).decode()
            try:
                wanted = json.loads(case["record"])
            except ValueError:
                self.assertEqual(record, case["record"])
            else:
                self.assertEqual(json.loads(record), wanted | {parity.TAG: case["id"]})

    def test_jq_gives_the_keys_that_the_prefix_cases_have(self):
        jq = shutil.which("jq") or self.fail("the tests run queries with jq 1.6, called `jq`")
        for stream in prefixes.streams(cases.read("prefixes"), PREFIX):
            case = stream.cases[0]
            if stream.dynamic:
                made = subprocess.run([jq, stream.query], input=stream.records[0][1], capture_output=True, check=True)
                self.assertEqual(json.loads(made.stdout), case["evaluates"]["partition_keys"], case["id"])

    def test_key_names_of_queries(self):
        for case in cases.read("jq"):
            for output in case["jq_1_6"].get("outputs", []):
                self.assertEqual(queries.key_names(case["query"]), list(output), case["id"])

    def test_queries_are_judged(self):
        stream = queries.streams(cases.read("jq"), PREFIX)[1]
        self.assertEqual([case["id"] for case in stream.cases], ["fdmsantos", "number-value", "missing-key"])
        lines = dict(stream.records)
        error = json.dumps({"errorCode": "E", "errorMessage": "M", "rawData": ""})
        error = error.replace('"rawData": ""', f'"rawData": "{compare.plain(lines["missing-key"])}"')
        tail, start = f"{stream.name}-1-x", f"jq/{stream.name}/"
        objects = {
            f"{start}user_id=u-7/{tail}": lines["fdmsantos"],
            f"{start}user_id=7/{tail}": lines["number-value"],
            f"{queries.ERRORS}{stream.name}/processing-failed/{tail}": error.encode(),
        }
        self.assertEqual(queries.counted(stream, objects), 3)
        verdicts = [one.verdict for one in queries.judge(stream, cases.Delivered(objects=objects))]
        self.assertEqual(verdicts, [cases.AGREES, cases.OBSERVED, cases.AGREES])
        wrong = {f"{start}user_id=u-8/{tail}": b"".join(lines.values())}
        verdicts = [one.verdict for one in queries.judge(stream, cases.Delivered(objects=wrong))]
        self.assertEqual(verdicts, [cases.DIFFERS, cases.OBSERVED, cases.DIFFERS])

    def test_refusals_are_judged_by_their_words(self):
        stream = prefixes.refused(cases.read("prefixes"), PREFIX)[0]
        said = f"Prefix: {stream.cases[0]['message']} "
        for code, message, verdict in (
            ("InvalidArgumentException", said, cases.AGREES),
            ("InvalidArgumentException", "for another reason", cases.DIFFERS),
            ("AccessDeniedException", said, cases.DIFFERS),
            ("", "", cases.DIFFERS),
        ):
            self.assertEqual(prefixes.judge_refusal(stream, code, message).verdict, verdict)


class Projection(unittest.TestCase):
    def test_strays_stand_beside_what_is_seen(self):
        today = date(2026, 8, 26)
        for case in cases.read("projection"):
            every = projection.objects(case, today)
            self.assertEqual(len(set(every)), len(every), case["id"])
            if case["verdict"] == "valid":
                seen = projection.expected_paths(case, today)
                self.assertGreater(len(every), len(seen), case["id"])
                self.assertEqual(len(seen), len(case.get("values", case.get("prefixes"))), case["id"])
            if "now" in case:
                self.assertEqual(projection.values(case, today), case["values"])

    def test_locations_move_below_the_folder_of_the_run(self):
        moved = projection.rebased("s3://rainlytics-logs/logs/${day}/", "s3://b/p/")
        self.assertEqual(moved, "s3://b/p/logs/${day}/")
        self.assertEqual(projection.rebased("2026-08-24,NOW", "s3://b/p/"), "2026-08-24,NOW")

    def judged(self, case, rows, refusal=None):
        every = cases.read("projection")
        number = [one["id"] for one in every].index(case)
        rows = rows and [[f"s3://{NAMES.bucket}/projection/{number:02}/{path}"] for path in rows]
        return projection.judge(NAMES, every[number], number, date(2026, 8, 26), rows, refusal).verdict

    def test_paths_are_judged(self):
        seen = ["t/c=3/one.json", "t/c=1/one.json"]
        self.assertEqual(self.judged("int-interval-2", seen), cases.AGREES)
        self.assertEqual(self.judged("int-interval-2", [*seen, "t/c=2/one.json"]), cases.DIFFERS)
        self.assertEqual(self.judged("int-interval-2", seen[:1]), cases.DIFFERS)
        self.assertEqual(self.judged("int-interval-2", None, "SYNTAX_ERROR"), cases.DIFFERS)
        self.assertEqual(self.judged("int-interval-2", None, "You are not authorized"), cases.NOT_CHECKED)

    def test_refusals_are_judged(self):
        said = (
            "HIVE_METASTORE_ERROR: Table lakebed_verify_ab12.p09 is configured for partition projection, but the "
            "following partition columns are missing projection configuration: [region] (table x.y)"
        )
        self.assertEqual(self.judged("missing-column-config", None, said), cases.AGREES)
        self.assertEqual(self.judged("missing-column-config", None, said.replace("region", "day")), cases.DIFFERS)
        self.assertEqual(self.judged("missing-column-config", []), cases.DIFFERS)
        self.assertEqual(self.judged("unknown-type", None, "INVALID_TABLE_PROPERTY"), cases.AGREES)
        self.assertEqual(self.judged("unknown-type", []), cases.DIFFERS)

    def test_a_refusal_without_words_needs_a_query_that_was_answered(self):
        every = [case for case in cases.read("projection") if case["id"] in ("int-plain", "unknown-type")]
        refused = projection.judge(NAMES, every[1], 1, date(2026, 8, 26), None, "anything")
        for rows, refusal, verdict in (([], None, cases.AGREES), (None, "anything", cases.NOT_CHECKED)):
            control = projection.judge(NAMES, every[0], 0, date(2026, 8, 26), rows, refusal)
            self.assertEqual(projection.controlled(every, [control, refused])[1].verdict, verdict)


class Safety(unittest.TestCase):
    def test_no_other_prefix_is_taken(self):
        for wrong in ("lakebed", "lakebed-verify-", "lakebed-verify-*", "prod", "lakebed-verify-AB12", ""):
            with self.assertRaises(ValueError):
                names.Names(wrong, "210987654321", "eu-west-1")
        self.assertRegex(names.new_prefix(), names.FORM)

    def test_generated_files_that_point_elsewhere_are_left_alone(self):
        golden = Path(__file__).resolve().parent.parent / "tests" / "golden" / "measuring_point"
        found = scope.files(golden)
        self.assertTrue(all(found.values()))
        for path in [path for paths in found.values() for path in paths]:
            text = path.read_text(encoding="utf-8")
            self.assertIsNotNone(scope.outside(NAMES, json.loads(text)), path.name)
            # The same, as the target of the run would have it.
            own = text.replace("arn:aws:iam::123456789012:role/lakebed-firehose", NAMES.role_arn)
            own = own.replace('"traffic"', f'"{NAMES.artifacts_database}"').replace("my-lake", NAMES.bucket)
            wrong = scope.outside(NAMES, json.loads(own))
            self.assertIsNone(wrong, path.name)

    def test_the_policy_allows_each_call(self):
        policy = json.loads(Path(__file__).with_name("policy.json").read_text(encoding="utf-8"))
        allowed = set()
        for statement in policy["Statement"]:
            actions = statement["Action"]
            allowed |= {actions} if isinstance(actions, str) else set(actions)
        called = set()
        for path in Path(__file__).parent.glob("*.py"):
            text = path.read_text(encoding="utf-8")
            calls = re.findall(r"(?:self|account)\.(s3|iam|glue|firehose|athena|logs)\s*\.(\w+)\(", text)
            calls += [("glue", call) for call in re.findall(r"(?<!\.)\bglue\.(\w+)\(", text)]
            for service, call in calls:
                call = re.search(rf'{service}\.get_paginator\("(\w+)"\)', text)[1] if call == "get_paginator" else call
                action = ACTIONS.get(service, {}).get(call, "".join(word.capitalize() for word in call.split("_")))
                called.add(f"{service}:{action}")
        self.assertGreater(len(called), 25)
        self.assertEqual(called - allowed, set())

    def test_a_report_hides_the_account(self):
        result = cases.Result("parity", "x", cases.DIFFERS, "a|b", f"arn:aws:iam::{NAMES.account}:role/r", "docs")
        told = {"date": "2026-12-01T00:00:00Z", "region": "eu-west-1", "prefix": PREFIX, "account": NAMES.account}
        made = report.document([result], endpoint="https://firehose.eu-west-1.amazonaws.com", **told)
        text = report.markdown(made)
        self.assertNotIn(NAMES.account, json.dumps(made) + text)
        self.assertIn(f"9{NAMES.account}", report.document([result], endpoint=f"9{NAMES.account}", **told)["endpoint"])
        self.assertIn("## Differs", text)
        self.assertNotIn("Not AWS", text)
        fake = report.document([result], endpoint="http://127.0.0.1:4566", **told)
        self.assertIn("Not AWS", report.markdown(fake))


class Cost(unittest.TestCase):
    def test_the_sum(self):
        used = {"scanned": 2 * 1024**4, "S3 reads": 10_000, "jq hours": 2}
        self.assertAlmostEqual(cost.total(used), 10 + 0.004 + 0.14)

    def test_records_count_in_steps_of_five_kib(self):
        stream = cases.Stream("s", "parity", [], [("a", b""), ("b", b"x" * 5121)])
        self.assertEqual(cost.units([stream], 0, 0)["ingested"], 3 * 5 * 1024)

    def test_a_run_is_cheap_and_every_unit_has_a_price(self):
        used = plan.Plan(PREFIX, plan.PARTS, [], 15).used()
        self.assertEqual(used.keys(), cost.PRICES.keys())
        self.assertTrue(all(amount > 0 for amount in used.values()))
        self.assertTrue(0.01 < cost.total(used) < 1)


if __name__ == "__main__":
    unittest.main()
