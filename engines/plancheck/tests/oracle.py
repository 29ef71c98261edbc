"""Prints the cases of the outside plan checker with its verdicts, one JSON object a line.

  oracle.py FOLDER_OF_THE_PEERS NUMBER_OF_CASES

A line holds name, problem (null: that of the line before), plan, previous (or null), and what the
outside checker says: errors as [code, where] and metrics, or unreadable. The first lines are its
curves. It imports the outside programs from where they lie and holds no rule of its own.
"""
import copy
import json
import random
import sys
from types import SimpleNamespace

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import check_plan
import make_case
import test_checker

UNREADABLE = (check_plan.Bad, KeyError, TypeError, ValueError, IndexError)
last = None


def emit(name, problem, plan, previous=None):
    global last
    line = {"name": name, "plan": plan, "previous": previous}
    text = json.dumps(problem)
    line["problem"] = None if text == last else problem
    last = text
    try:
        errors, metrics = check_plan.check(problem, plan, previous)
        line["errors"] = [[e["code"], e["where"]] for e in errors]
        line["metrics"] = metrics
    except UNREADABLE:
        line["errors"] = [["E00_UNREADABLE", "input"]]
        line["metrics"] = None
    print(json.dumps(line))


def changed(problem, plan, rng, name):
    """The plans judged against a previous one, and goods aboard at the start."""
    late = copy.deepcopy(plan)
    for route in late["routes"]:
        for stop in route["stops"]:
            for key in ("arrive", "start", "depart"):
                stop[key] += 7200
    emit(name + " all late", problem, late, plan)
    emit(name + " nothing changed", problem, plan, plan)
    drafts = dict(copy.deepcopy(plan), drafts=[n["id"] for n in problem["needs"][::2]])
    emit(name + " half of it drafts", problem, late, drafts)
    closed = copy.deepcopy(problem)
    route, at = test_checker.pick(rng, plan, "unload")
    decoder = make_case.Decoder(problem)
    matrix = next(v["matrix"] for v in problem["vehicles"] if v["id"] == route["vehicle"])
    pair = [decoder.ix[route["stops"][i]["place"]] for i in (at - 1, at)]
    closed["matrices"][matrix][pair[0]][pair[1]] = None
    without = copy.deepcopy(plan)
    without["routes"] = [r for r in without["routes"] if r["vehicle"] != route["vehicle"]]
    emit(name + " road closed, route gone", closed, without, plan)
    fresh, _ = make_case.Decoder(closed).decode(make_case.greedy_order(closed))
    emit(name + " road closed, planned again", closed, fresh, plan)
    less = copy.deepcopy(problem)
    for place in less["places"]:
        for lot in place.get("lots", []):
            lot["packs"] = lot["packs"] * 2 // 3
    for need in less["needs"][::3]:
        need["packs"] = max(1, need["packs"] // 2)
    fresh, _ = make_case.Decoder(less).decode(make_case.greedy_order(less))
    emit(name + " less stock, other needs", less, fresh, plan)
    emit(name + " old plan under it", less, plan, fresh)
    aboard, plan = copy.deepcopy(problem), copy.deepcopy(plan)
    route = rng.choice([r for r in plan["routes"] if any(s.get("load") for s in r["stops"])])
    goods = next(s for s in route["stops"] if s.get("load")).pop("load")[0]
    for place in aboard["places"]:
        for lot in place.get("lots", []):
            if lot["id"] == goods["lot"]:
                lot["packs"] -= goods["packs"]
    for vehicle in aboard["vehicles"]:
        if vehicle["id"] == route["vehicle"]:
            vehicle.update(aboard=[goods], capacity_g=10**9, capacity_l=10**9)
    emit(name + " aboard at the start", aboard, plan)


def odd(problem, plan, name):
    """Files that are hardly plans."""
    emit(name + " no format", problem, {})
    emit(name + " nothing planned", problem, {k: plan[k] for k in ("format", "problem")})
    for key in ("commodities", "places", "needs", "vehicles", "matrices", "horizon_s"):
        emit(f"{name} without {key}", {k: v for k, v in problem.items() if k != key}, plan)
    twice = copy.deepcopy(problem)
    twice["needs"].append(twice["needs"][0])
    emit(name + " need twice", twice, plan)
    small = copy.deepcopy(problem)
    small["matrices"]["truck"].pop()
    emit(name + " matrix not square", small, plan)


def main():
    for curve in check_plan.CURVES:
        rows = "\n".join(map(str, check_plan.curve(curve))) + "\n"
        beyond = check_plan.g(curve, 96 * 60 + 1234)
        print(json.dumps({"curve": curve, "rows": rows, "beyond_1234": beyond}))
    for seed in range(int(sys.argv[2])):
        rng = random.Random(seed)
        case = SimpleNamespace(
            villages=20 + 10 * (seed % 4), seed=seed, load=[0.6, 1.0, 1.4][seed % 3], fleet=1.0
        )
        problem = make_case.gen(case)
        plan, _ = make_case.Decoder(problem).decode(make_case.greedy_order(problem))
        emit(f"{seed} sound", problem, plan)
        _, metrics = check_plan.check(problem, plan)
        emit(f"{seed} all claimed", problem, dict(plan, claims=metrics))
        for turn in range(3):
            for name, bad, broken, _ in test_checker.mutations(problem, plan, rng):
                emit(f"{seed}.{turn} {name}", bad or problem, broken)
        changed(problem, plan, rng, str(seed))
        odd(problem, plan, str(seed))


main()
