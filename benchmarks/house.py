"""Code metrics: files, lines, largest modules and functions, repeated names, modules with a single importer.

python -m benchmarks.house [CHECKOUT]    run it on two checkouts to compare them
"""

import ast
import sys
from collections import Counter, defaultdict
from pathlib import Path

PACKAGES = ("interviews", "jinzhong_eco")
# Module names that Django or Python prescribes.
PRESCRIBED = {"__init__", "apps", "urls"}


def sources(root: Path) -> dict[str, Path]:
    """Map module names to files, without migrations."""
    files = (file for package in PACKAGES for file in sorted((root / package).rglob("*.py")))
    return {
        ".".join(file.relative_to(root).with_suffix("").parts): file for file in files if "migrations" not in file.parts
    }


def imports(name: str, tree: ast.AST, modules: set[str]) -> set[str]:
    """Return the project's modules that a module imports."""
    found = set()
    package = name.removesuffix(".__init__").split(".") if name.endswith("__init__") else name.split(".")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            candidates = [base, *(f"{base}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            candidates = [alias.name for alias in node.names]
        else:
            continue
        found |= {each for each in candidates if each in modules or f"{each}.__init__" in modules}
    return found


def functions(tree: ast.AST) -> list[tuple[int, str]]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [(node.end_lineno - node.lineno + 1, node.name) for node in ast.walk(tree) if isinstance(node, kinds)]


def main(root: Path) -> None:
    files = sources(root)
    trees = {name: ast.parse(file.read_text()) for name, file in files.items()}
    lines = {name: len(file.read_text().splitlines()) for name, file in files.items()}
    lengths = sorted((size, f"{name}:{function}") for name in trees for size, function in functions(trees[name]))
    importers = defaultdict(set)
    for name, tree in trees.items():
        for target in imports(name, tree, set(files)):
            importers[target].add(name)
    single = [name for name, by in importers.items() if len(by) == 1 and not next(iter(by)).endswith("__init__")]
    names = Counter(name.rpartition(".")[2] for name in files)
    repeated = {name: count for name, count in names.items() if count > 1 and name not in PRESCRIBED}
    largest = max(lines, key=lines.__getitem__)
    print(f"modules                    {len(files)}")
    print(f"lines                      {sum(lines.values())}")
    print(f"largest module             {lines[largest]:4} {largest}")
    print(f"modules over 300 lines     {sum(count > 300 for count in lines.values())}")
    print(f"largest function           {lengths[-1][0]:4} {lengths[-1][1]}")
    print(f"functions over 45 lines    {sum(size > 45 for size, _ in lengths)}")
    print(f"lines a function, mean     {sum(size for size, _ in lengths) / len(lengths):.1f}")
    print(f"basenames in two places    {len(repeated)}: {', '.join(sorted(repeated))}")
    print(f"modules with one importer  {len(single)}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
