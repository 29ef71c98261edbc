"""The outside planner and checker of the bench folder, for the tests of this crate.

  outside.py FOLDER greedy   prints problem and greedy plan of seeded cases, a line each
  outside.py FOLDER check    reads {problem, plan, previous} a line, prints errors and metrics

It imports the outside programs from where they lie and holds no rule of its own.
"""
import json
import sys
from types import SimpleNamespace

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import check_plan
import make_case


def greedy():
    for seed in range(12):
        problem = make_case.gen(
            SimpleNamespace(
                villages=[8, 20, 30, 45][seed % 4],
                seed=seed,
                load=[0.6, 0.9, 1.0, 1.4, 0.8][seed % 5],
                fleet=[1.0, 0.6, 0.3][seed % 3],
            )
        )
        plan, _ = make_case.Decoder(problem).decode(make_case.greedy_order(problem))
        print(json.dumps({"problem": problem, "plan": plan}))


def check():
    for line in sys.stdin:
        case = json.loads(line)
        errors, metrics = check_plan.check(case["problem"], case["plan"], case.get("previous"))
        print(json.dumps({"errors": errors, "metrics": metrics}))


greedy() if sys.argv[2] == "greedy" else check()
