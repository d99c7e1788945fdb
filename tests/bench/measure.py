"""A process, measured. Standard library only: the memory of this process would count as the child's before it starts."""

import os
import shutil
import subprocess
import time
from pathlib import Path


def run(command, cpu=None):
    """Runs a command, on one processor if asked; gives wall and CPU seconds, peak memory in MB, and what it said if it failed."""
    pin = (lambda: os.sched_setaffinity(0, {cpu})) if cpu is not None else None
    start = time.perf_counter()
    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=pin)
    except OSError as error:
        return {"wall": 0, "cpu": 0, "rss": 0, "failed": f"{command[0]}: {error.strerror}"}
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    failed = None
    if process.returncode:
        lines = said.decode(errors="replace").strip().splitlines() or [f"exit code {process.returncode}"]
        failed = lines[-1][-200:]
    # Linux counts kilobytes of 1024.
    return {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "rss": usage.ru_maxrss * 1024 / 1e6, "failed": failed}


def remove(path):
    path = Path(path)
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def size(path):
    """Bytes of the Parquet files at or below a path."""
    path = Path(path)
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*.parquet"))
