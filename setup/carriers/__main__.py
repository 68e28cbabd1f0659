"""``python -m setup.carriers --port 8070``: the carriers, until interrupted."""

import argparse
import contextlib

from .simulator import PROTOCOLS, Simulator


def main():
    parser = argparse.ArgumentParser(prog="python -m setup.carriers")
    parser.add_argument("--port", type=int, default=8070, help="0 takes a free one")
    with Simulator(parser.parse_args().port) as simulator:
        names = ", ".join(protocol.name for protocol in PROTOCOLS)
        print(f"{names} answer at {simulator.url}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            simulator.wait()


if __name__ == "__main__":
    main()
