"""Generated artifacts: the JSON of `lakebed generate`, given to AWS as it is."""

import json

import delivery
from account import said
from botocore.exceptions import ClientError
from cases import AGREES, DIFFERS, NOT_CHECKED, Result
from scope import files, outside

HINT = "generate with the lakebed.toml that --target prints"


def kept(wanted, found):
    """Whether all that was sent is there, whatever AWS has added."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return all(key in found and kept(value, found[key]) for key, value in wanted.items())
    if isinstance(wanted, list) and isinstance(found, list):
        return len(wanted) == len(found) and all(map(kept, wanted, found))
    return wanted == found


class Trial:
    """Makes what one folder describes."""

    def __init__(self, account, folder):
        self.account, self.folder, self.results = account, folder, []
        self.tables, self.streams = [], []

    def note(self, path, verdict, expected, found):
        case = str(path.relative_to(self.folder))
        self.results.append(Result("artifacts", case, verdict, expected, found, "generated"))

    def attempt(self, path, make):
        """Calls AWS with one file, and notes what came of it."""
        content = json.loads(path.read_text(encoding="utf-8"))
        if wrong := outside(self.account.names, content):
            self.note(path, NOT_CHECKED, "a file of this run's target", f"{wrong}: {HINT}")
            return
        try:
            refusal = make(content)
        except ClientError as error:
            refusal = said(error)
        if refusal:
            # What is there already belongs to somebody.
            taken = refusal[0] in ("AlreadyExistsException", "ResourceInUseException")
            self.note(path, NOT_CHECKED if taken else DIFFERS, "AWS makes it", ": ".join(refusal))

    def database(self, path):
        def make(content):
            glue = self.account.glue
            try:
                glue.get_database(Name=content["Name"])
            except ClientError as error:
                if said(error)[0] != "EntityNotFoundException":
                    raise
                glue.create_database(DatabaseInput=content, Tags=self.account.names.tags)
            found = glue.get_database(Name=content["Name"])["Database"]
            self.note(path, AGREES if kept(content, found) else DIFFERS, content, "made, and kept as sent")

        self.attempt(path, make)

    def table(self, path):
        def make(content):
            glue, database = self.account.glue, self.account.names.artifacts_database
            glue.create_table(DatabaseName=database, TableInput=content)
            self.tables.append(content["Name"])
            found = glue.get_table(DatabaseName=database, Name=content["Name"])["Table"]
            same = kept(content, found)
            shown = "made, and kept as sent" if same else json.loads(json.dumps(found, default=str))
            self.note(path, AGREES if same else DIFFERS, "made, and kept as sent", shown)

        self.attempt(path, make)

    def stream(self, path):
        def make(content):
            name = content["DeliveryStreamName"]
            rest = {key: value for key, value in content.items() if key != "DeliveryStreamName"}
            if refusal := delivery.create(self.account, name, **rest):
                return refusal
            self.streams.append(name)
            told = delivery.active(self.account, name)
            self.note(path, AGREES if told == "ACTIVE" else DIFFERS, "an active stream", told)
            return None

        self.attempt(path, make)

    def clear(self):
        """Deletes what this trial made, so that the next folder may hold the same names."""
        delivery.delete(self.account, self.streams)
        for name in self.tables:
            self.account.glue.delete_table(DatabaseName=self.account.names.artifacts_database, Name=name)


def run(account, folders, results, tell):
    """Adds every file of the folders, and what AWS made of it."""
    for folder in folders:
        trial, found = Trial(account, folder), files(folder)
        try:
            for path in found["database"]:
                trial.database(path)
            for path in found["table"]:
                trial.table(path)
            for path in found["stream"]:
                trial.stream(path)
                tell(f"artifact {path.name}: {trial.results[-1].verdict}")
        finally:
            results += trial.results
            trial.clear()
