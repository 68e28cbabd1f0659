"""What identifies the start of a process."""

import os
import subprocess
import sys

from reliability_change.process_start import start_of


def test_it_stays_the_same_while_the_process_lives():
    assert start_of(os.getpid()) == start_of(os.getpid())


def test_each_process_has_its_own():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=-1) as child:
        assert start_of(child.pid) not in (None, start_of(os.getpid()))


def test_it_is_unknown_of_a_process_that_is_gone():
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    assert start_of(child.pid) is None
