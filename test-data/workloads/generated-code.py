"""Generated code: Python makes a piece of machine code for each function and says in a jitdump file how to name and unwind it (-X perf_jit)."""

import json
import re


def serialize(count):
    return json.dumps({str(number): [number] * 5 for number in range(count)})


def find_numbers(text):
    return len(re.findall(r"\d+7", text))


def add_up(start):
    total = 0
    for step in range(400):
        total += step * start % 7
    return total


def run_round(count):
    return find_numbers(serialize(count)) + sum(map(add_up, range(100)))


def run_program():
    return sum(run_round(2000) for _ in range(40))


print(run_program())
