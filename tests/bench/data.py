"""Records and contracts of a scenario, made once for each size."""

import subprocess


def make(scenario, mb, folder, generator):
    """Gives the contract, the inputs, and the same inputs without compression."""
    mb = min(mb, scenario.at_most) if scenario.at_most else mb
    folder.mkdir(parents=True, exist_ok=True)
    name = "-".join([scenario.shape, *scenario.contract.split()]).replace("--", "")
    contract = folder / f"{name}.contract.json"
    subprocess.run([generator, scenario.shape, "--contract", contract, *scenario.contract.split()], check=True)
    parts = scenario.gzip or 1
    name = "-".join([scenario.shape, *scenario.records.split(), f"{mb}mb"]).replace("--", "")
    plain = [folder / (f"{name}.ndjson" if parts == 1 else f"{name}-{part}-of-{parts}.ndjson") for part in range(parts)]
    for number, path in enumerate(plain, 1):
        if not path.exists():
            words = ["--mb", str(max(1, mb // parts)), "--seed", str(number), *scenario.records.split()]
            whole = path.with_suffix(".part")
            subprocess.run([generator, scenario.shape, "--out", whole, *words], check=True, stdout=subprocess.DEVNULL)
            whole.rename(path)
    if not scenario.gzip:
        return contract, plain, plain
    packed = [path.with_name(path.name + ".gz") for path in plain]
    for path, to in zip(plain, packed):
        if not to.exists():
            with open(to.with_suffix(".part"), "wb") as out:
                subprocess.run(["gzip", "-6", "-c", path], check=True, stdout=out)
            to.with_suffix(".part").rename(to)
    return contract, packed, plain


def warm(paths):
    """Reads the inputs, so that all tools find them in the page cache."""
    for path in paths:
        with open(path, "rb", buffering=0) as file:
            while file.read(1 << 22):
                pass
