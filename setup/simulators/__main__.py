"""``python -m setup.simulators carriers --port 8070`` runs until interrupted."""

import argparse
import contextlib

from .. import carriers, partners

SIMULATORS = {"carriers": carriers.Simulator, "partners": partners.Simulator}


def main():
    """Run the simulator named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m setup.simulators")
    parser.add_argument("kind", choices=SIMULATORS)
    parser.add_argument("--port", type=int, default=0, help="a free one by default")
    arguments = parser.parse_args()
    with SIMULATORS[arguments.kind](arguments.port) as simulator:
        print(f"{arguments.kind} answer at {simulator.url}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            simulator.wait()


if __name__ == "__main__":
    main()
