"""``python -m setup.partners --port 8071``: the partners, until interrupted."""

import argparse
import contextlib

from .simulator import Simulator


def main():
    parser = argparse.ArgumentParser(prog="python -m setup.partners")
    parser.add_argument("--port", type=int, default=8071, help="0 takes a free one")
    with Simulator(parser.parse_args().port) as simulator:
        print(f"Partners answer at {simulator.url}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            simulator.wait()


if __name__ == "__main__":
    main()
