"""Run every benchmark (``make bench``): each prints its figures beside a plain baseline of the same run."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent

if __name__ == "__main__":
    if not os.environ.get("KAIJIAN_BENCH_DATA"):
        print("KAIJIAN_BENCH_DATA is not set: benchmarks that need the shared data will say that they skip.")
    failed = []
    for script in sorted(HERE.glob("*.py")):
        if script.name.startswith("__"):
            continue
        print(f"\n== {script.name}", flush=True)
        if subprocess.run([sys.executable, str(script), *sys.argv[1:]], check=False).returncode:
            failed.append(script.name)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")
